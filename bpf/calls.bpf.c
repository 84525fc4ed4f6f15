// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Entry and return of system calls: what is settled at entry (number, ABI), and the hand-over to the handlers. */
#include "calls.bpf.h"
#include "passage.bpf.h"
#include "scope.bpf.h"
#include "withhold.bpf.h"

__u64 spy_unreturned;
__u64 spy_unentered;

/* A return without an entry. */
static __always_inline void spy_count_unentered(void)
{
	if (spy_preempted)
		__sync_fetch_and_add(&spy_unentered, 1);
}

/* Whether a return is of a control; counts one that was not obeyed. `me`: NULL when the thread has no storage. */
static __always_inline bool spy_ends_control(struct spy_task *me, struct pt_regs *regs)
{
	__u64 operation = SPY_ARG_1(regs);

	if (!spy_preempted || SPY_REGS_NUMBER(regs) != SPY_NATIVE_NR(prctl) || SPY_ARG_0(regs) != SPY_CONTROL)
		return false;
	/* That nobody heard the first two, the session finds itself; without storage there is nothing to hide from. */
	if (operation != SPY_CONTROL_CLAIM && operation != SPY_CONTROL_COUNTS &&
	    !(me ? me->obeyed : operation == SPY_CONTROL_HIDE))
		spy_count_unentered();
	if (me)
		me->obeyed = 0;
	return true;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(spy_sys_enter, struct pt_regs *regs, long id)
{
	struct task_struct *task;
	struct spy_task *me;
	__u32 flags;

	if ((__s32)id == SPY_NATIVE_NR(prctl) && SPY_ARG_0(regs) == SPY_CONTROL) {
		me = spy_preempted ? spy_task_of(bpf_get_current_task_btf()) : NULL;
		if (me && !spy_obeys(me))
			return 0;
		if (SPY_ARG_1(regs) == SPY_CONTROL_COUNTS)
			bpf_tail_call(ctx, &spy_entries, SPY_ENTRY_COUNTS);
		return spy_control(SPY_ARG_1(regs), SPY_ARG_2(regs), SPY_ARG_3(regs), SPY_ARG_4(regs));
	}
	task = bpf_get_current_task_btf();
	if (spy_is_bystander(task))
		return 0;
	me = spy_task_of(task);
	if (!me || !spy_comes_first(&me->skipped[SPY_PASSAGE_ENTER]) || !me->sessions)
		return 0;
	spy_expect_returned(me);
	if (spy_preempted && me->entered && me->call_class == SPY_CLASS_EXEC)
		(void)spy_hold_back();
	me->nr = id;
	me->entered = 1;
	me->fresh = 0;
	me->restart = 0;
	me->connect_cookie = 0;
	me->executed = 0;
	me->settled = 0;
	me->begun.is_known = 0;
	flags = spy_abi_flags(task, regs);
	me->call_flags = flags;
	me->call_class = spy_class_of((__s32)id & ~SPY_X32_BIT, flags);
	me->folded_args = 0;
	if (me->groups & SPY_GROUP_SYSCALL)
		bpf_tail_call(ctx, &spy_entries, SPY_ENTRY_SYSCALL);
	spy_enter_class(ctx, me);
	return 0;
}

/* Who handles a class, for tasks that are recorded in one of these groups. */
static const volatile struct {
	__u32 groups;
	__u32 handler;
} spy_class_handlers[32] = {
	[SPY_CLASS_EXEC] = { SPY_GROUP_PROCESS, SPY_HANDLER_PROCESS },
	[SPY_CLASS_CHDIR] = { SPY_GROUP_PROCESS, SPY_HANDLER_PROCESS },
	[SPY_CLASS_OPEN] = { SPY_GROUP_FILE, SPY_HANDLER_OPEN },
	[SPY_CLASS_CHANGE] = { SPY_GROUP_FILE, SPY_HANDLER_CHANGE },
	[SPY_CLASS_TRANSFER] = { SPY_GROUP_FILE, SPY_HANDLER_TRANSFER },
	[SPY_CLASS_PROBE] = { SPY_GROUP_PROBE, SPY_HANDLER_PROBE },
	[SPY_CLASS_SYNC] = { SPY_GROUP_SYNC, SPY_HANDLER_SYNC },
	[SPY_CLASS_CONNECT] = { SPY_GROUP_NETWORK, SPY_HANDLER_CONNECT },
	[SPY_CLASS_SEND] = { SPY_GROUP_NETWORK, SPY_HANDLER_CONNECT },
	[SPY_CLASS_SOCKET] = { SPY_GROUP_NETWORK, SPY_HANDLER_SOCKET },
	[SPY_CLASS_BIND] = { SPY_GROUP_NETWORK, SPY_HANDLER_SOCKET },
	[SPY_CLASS_LISTEN] = { SPY_GROUP_NETWORK, SPY_HANDLER_SOCKET },
	[SPY_CLASS_ACCEPT] = { SPY_GROUP_NETWORK, SPY_HANDLER_SOCKET },
	[SPY_CLASS_RECEIVE] = { SPY_GROUP_NETWORK, SPY_HANDLER_DNS },
	[SPY_CLASS_SIGNAL] = { SPY_GROUP_SIGNAL, SPY_HANDLER_SIGNAL },
	[SPY_CLASS_NAMESPACE] = { SPY_GROUP_NAMESPACE, SPY_HANDLER_NAMESPACE },
	[SPY_CLASS_CLONE] = { SPY_GROUP_NAMESPACE, SPY_HANDLER_NAMESPACE },
	[SPY_CLASS_MOUNT] = { SPY_GROUP_NAMESPACE, SPY_HANDLER_MOUNT },
	[SPY_CLASS_CREDENTIALS] = { SPY_GROUP_CREDENTIALS, SPY_HANDLER_CREDENTIALS },
	[SPY_CLASS_SYSTEM] = { SPY_GROUP_SYSTEM, SPY_HANDLER_SYSTEM },
};

static __always_inline __u32 spy_handler_of(__u32 class, __u32 groups)
{
	class &= 31;
	if (spy_class_handlers[class].groups & groups)
		return spy_class_handlers[class].handler;
	/* Reads and writes of sockets can be questions and answers of DNS. */
	if (class == SPY_CLASS_TRANSFER && groups & SPY_GROUP_NETWORK)
		return SPY_HANDLER_DNS;
	return SPY_HANDLER_NONE;
}

/* Set by the helper before load: the operations of rings are watched one by one, so that making a ring is nothing. */
const volatile __u32 spy_uring_watched = 0;

/* A ring was made on a kernel where what is done through it cannot be seen. */
static __always_inline void spy_tell_ring(struct spy_task *me, __s32 nr, __u32 flags, __s64 result)
{
	struct spy_record_blind *r;
	struct spy_scratch *s;
	__u32 index;

	if (nr != SPY_NATIVE_NR(io_uring_setup) || result < 0 || flags & SPY_FLAG_BLOCKED)
		return;
	s = spy_take(&index, me->sessions, me->since);
	if (!s)
		return;
	r = (void *)spy_begin(s, SPY_RECORD_BLIND, sizeof(*r), me->process, flags);
	r->route = SPY_ROUTE_IO_URING_SETUP;
	(void)spy_emit(index, ~0u, 1);
	spy_release(s);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(spy_sys_exit, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	bool bystander = spy_is_bystander(task), control;
	__u32 flags, class, entered, handler, folded;
	struct spy_task *me;
	__s32 nr;

	if (bystander && !spy_preempted)
		return 0;
	me = bystander ? NULL : spy_task_of(task);
	if (me && !spy_comes_first(&me->skipped[SPY_PASSAGE_RETURN]))
		return 0;
	control = spy_ends_control(me, regs);
	if (!me || !me->sessions)
		return 0;
	entered = me->entered;
	/* The return of one call and the entry of the next were lost. */
	if (spy_preempted && entered && me->call_class != SPY_CLASS_EXEC && !(me->call_flags & SPY_FLAG_COMPAT) &&
	    SPY_REGS_NUMBER(regs) >= 0 && SPY_REGS_NUMBER(regs) != me->nr) {
		spy_expect_returned(me);
		entered = 0;
	}
	/* The number at entry is the truth: exec and 32-bit entry leave another one in the registers. */
	nr = entered ? me->nr : SPY_REGS_NUMBER(regs);
	me->entered = 0;
	flags = entered ? me->call_flags : spy_abi_flags(task, regs);
	if (nr & SPY_X32_BIT) {
		nr &= ~SPY_X32_BIT;
		flags |= SPY_FLAG_X32;
	}
	folded = spy_unfold_number(regs, flags, &nr);
	class = spy_class_of(nr, flags);
	if (!entered) {
		__u32 fresh = me->fresh;

		me->fresh = 0;
		me->settled = 0;
		me->begun.is_known = 0;
		/* Where the kernel tells that a child leaves the call that made it: arm64's do not. */
		if (class == SPY_CLASS_CLONE && fresh & SPY_TASK_CHILD && !result)
			return 0;
		if (fresh & SPY_TASK_FRESH)
			flags |= SPY_FLAG_PARTIAL;
		else
			flags |= SPY_FLAG_BLOCKED;
		if (!(fresh & SPY_TASK_FRESH) && !control)
			spy_count_unentered();
	}
	if (spy_preempted && class == SPY_CLASS_EXEC && !result)
		(void)spy_hold_back();
	handler = spy_handler_of(class, me->groups);
	if (handler == SPY_HANDLER_NONE && !(me->groups & SPY_GROUP_SYSCALL) && spy_uring_watched)
		return 0;
	if (result <= -SPY_ERESTARTSYS && result >= -SPY_ERESTART_RESTARTBLOCK) {
		flags |= SPY_FLAG_RESTARTED;
		if (class != SPY_CLASS_TRANSFER && handler != SPY_HANDLER_NONE)
			me->restart = result;
	}
	me->folded_args = folded;
	me->nr = nr;
	me->call_flags = flags;
	me->call_class = class;
	me->handler = handler;
	if (!spy_uring_watched)
		spy_tell_ring(me, nr, flags, result);
	if (me->groups & SPY_GROUP_SYSCALL)
		bpf_tail_call(ctx, &spy_handlers, SPY_HANDLER_SYSCALL);
	bpf_tail_call(ctx, &spy_handlers, handler);
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

	if (!me || !me->restart || !spy_is_handled(action))
		return 0;
	restart = me->restart;
	me->restart = 0;
	if (!spy_is_interrupted(restart, action))
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
