// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Entry and return of system calls: what is settled at entry (number, ABI), and the hand-over of returns to their handlers. */
#include "calls.bpf.h"
#include "emit.bpf.h"
#include "files.bpf.h"
#include "scope.bpf.h"

#define SPY_ERESTARTSYS 512
#define SPY_ERESTART_RESTARTBLOCK 516
#define SPY_ERESTARTNOINTR 513
#define SPY_SA_RESTART 0x10000000
#define SPY_SIG_IGN 1

static __always_inline void spy_entered_exec(struct pt_regs *regs, struct spy_task *me, __s32 nr, __u32 flags)
{
	__u32 index;
	struct spy_scratch *s = spy_take(&index, me->sessions, me->since);

	if (!s)
		return;
	s->call.result = 0;
	s->call.nr = nr;
	s->call.flags = flags;
	spy_read_args(regs, flags, s->call.args);
	(void)spy_exec_begun(index, me->process);
	spy_release(s);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(spy_sys_enter, struct pt_regs *regs, long id)
{
	struct task_struct *task;
	struct spy_task *me;
	__u32 flags;

	if ((__s32)id == SPY_NR_PRCTL && SPY_PRCTL_OPTION(regs) == SPY_CONTROL)
		return spy_control(regs->si, regs->dx, regs->r10, regs->r8);
	task = bpf_get_current_task_btf();
	me = spy_task_of(task);
	if (!me || !me->sessions)
		return 0;
	me->nr = id;
	me->entered = 1;
	me->fresh = 0;
	me->restart = 0;
	me->connect_cookie = 0;
	me->executed = 0;
	flags = spy_abi_flags(task);
	if (spy_class_of((__s32)id & ~SPY_X32_BIT, flags) == SPY_CLASS_EXEC)
		spy_entered_exec(regs, me, id, flags);
	return 0;
}

/* Set by the helper before load: the operations of rings are watched one by one, so that making a ring is nothing. */
const volatile __u32 spy_uring_watched = 0;

static __always_inline void spy_tell_blind(__u32 scratch, __u32 process, __u32 route)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_record_blind *r;

	if (!s || s->call.result < 0 || s->call.flags & SPY_FLAG_BLOCKED)
		return;
	r = (void *)spy_begin(s, SPY_RECORD_BLIND, sizeof(*r), process, s->call.flags);
	r->route = route;
	(void)spy_emit(scratch, ~0u, 1);
}

/* The i386 socket multiplexer, rewritten as the call that it stands for. */
static __always_inline __u32 spy_unfold_socketcall(struct spy_call *call)
{
	__u32 args[6] = {};

	bpf_probe_read_user(args, sizeof(args), (void *)call->args[1]);
	switch ((__u32)call->args[0]) {
	case 3:
		call->nr = SPY_I386_CONNECT;
		break;
	case 11:
		call->nr = SPY_I386_SENDTO;
		break;
	case 16:
		call->nr = SPY_I386_SENDMSG;
		break;
	case 20:
		call->nr = SPY_I386_SENDMMSG;
		break;
	default:
		return SPY_CLASS_NONE;
	}
	for (int n = 0; n < 6; n++)
		call->args[n] = args[n];
	return call->nr == SPY_I386_CONNECT ? SPY_CLASS_CONNECT : SPY_CLASS_SEND;
}

static __always_inline void spy_returned(struct pt_regs *regs, struct spy_task *me, __s32 nr, __u32 flags, __u32 class,
					 __s64 result)
{
	__u32 index;
	struct spy_scratch *s = spy_take(&index, me->sessions, me->since);

	if (!s)
		return;
	s->call.result = result;
	s->call.nr = nr;
	s->call.flags = flags | spy_root_flags(me->root_dentry);
	spy_read_args(regs, flags, s->call.args);
	if (class == SPY_CLASS_SOCKETCALL)
		class = spy_unfold_socketcall(&s->call);
	switch (class) {
	case SPY_CLASS_OPEN:
		(void)spy_open_returned(index, me->process);
		break;
	case SPY_CLASS_EXEC:
		(void)spy_exec_returned(index, me->process, me->executed);
		break;
	case SPY_CLASS_CHDIR:
		(void)spy_chdir_returned(index, me->process);
		break;
	case SPY_CLASS_CONNECT:
		(void)spy_connect_returned(index, me->process, me->connect_cookie);
		break;
	case SPY_CLASS_SEND:
		(void)spy_send_returned(index, me->process);
		break;
	case SPY_CLASS_IO_URING:
		spy_tell_blind(index, me->process, SPY_ROUTE_IO_URING_SETUP);
		break;
	}
	spy_release(s);
}

/* Group of a class's records; a route that cannot be seen concerns all of them, an uninteresting call none. */
static __always_inline __u32 spy_group_of(__u32 class)
{
	switch (class) {
	case SPY_CLASS_OPEN:
		return SPY_GROUP_FILE;
	case SPY_CLASS_EXEC:
	case SPY_CLASS_CHDIR:
		return SPY_GROUP_PROCESS;
	case SPY_CLASS_CONNECT:
	case SPY_CLASS_SEND:
	case SPY_CLASS_SOCKETCALL:
		return SPY_GROUP_NETWORK;
	case SPY_CLASS_IO_URING:
		return spy_uring_watched ? 0 : ~0u;
	default:
		return 0;
	}
}

SEC("tp_btf/sys_exit")
int BPF_PROG(spy_sys_exit, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct spy_task *me = spy_task_of(task);
	__u32 flags, class, entered;
	__s32 nr;

	if (!me || !me->sessions)
		return 0;
	entered = me->entered;
	/* The number at entry is the truth: exec and 32-bit entry leave another one in the registers. */
	nr = entered ? me->nr : (__s32)regs->orig_ax;
	me->entered = 0;
	flags = spy_abi_flags(task);
	if (nr & SPY_X32_BIT) {
		nr &= ~SPY_X32_BIT;
		flags |= SPY_FLAG_X32;
	}
	class = spy_class_of(nr, flags);
	if (!entered) {
		__u32 fresh = me->fresh;

		me->fresh = 0;
		if (class == SPY_CLASS_CLONE && fresh & SPY_TASK_CHILD)
			return 0;
		if (fresh & SPY_TASK_FRESH)
			flags |= SPY_FLAG_PARTIAL;
		else
			flags |= SPY_FLAG_BLOCKED;
	}
	if (!(spy_group_of(class) & me->groups))
		return 0;
	if (result <= -SPY_ERESTARTSYS && result >= -SPY_ERESTART_RESTARTBLOCK) {
		flags |= SPY_FLAG_RESTARTED;
		me->restart = result;
	}
	spy_returned(regs, me, nr, flags, class, result);
	return 0;
}

/* A handler is about to run in a task whose call is to be restarted: as the kernel decides it, from the handler's SA_RESTART. */
SEC("tp_btf/signal_deliver")
int BPF_PROG(spy_signal, int signal, struct kernel_siginfo *info, struct k_sigaction *action)
{
	struct spy_task *me = spy_task_of(bpf_get_current_task_btf());
	struct spy_record_interrupt *r;
	struct spy_scratch *s;
	__u32 index;
	__s32 restart;

	if (!me || !me->restart || (__u64)action->sa.sa_handler <= SPY_SIG_IGN)
		return 0;
	restart = -me->restart;
	me->restart = 0;
	if (restart == SPY_ERESTARTNOINTR || (restart == SPY_ERESTARTSYS && action->sa.sa_flags & SPY_SA_RESTART))
		return 0;
	s = spy_take(&index, me->sessions, me->since);
	if (!s)
		return 0;
	r = (void *)spy_begin(s, SPY_RECORD_INTERRUPT, sizeof(*r), me->process, 0);
	r->nr = me->nr;
	(void)spy_emit(index, ~0u, 1);
	spy_release(s);
	return 0;
}
