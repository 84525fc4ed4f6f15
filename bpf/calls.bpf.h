/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the handlers of system calls share. A handler is a program of its own, which the dispatcher in calls.bpf.c tail-calls with its own context: it takes the
 * call (spy_call_take), writes its records, emits them, and releases the scratch.
 */
#ifndef SPY_CALLS_BPF_H
#define SPY_CALLS_BPF_H

#include "arch.bpf.h"
#include "emit.bpf.h"
#include "files.bpf.h"
#include "handlers.h"

#define SPY_ERESTARTSYS 512
#define SPY_ERESTARTNOINTR 513
#define SPY_ERESTART_RESTARTBLOCK 516
#define SPY_SA_RESTART 0x10000000
#define SPY_SIG_IGN 1

/* A signal that is delivered runs code of the program. */
static __always_inline bool spy_is_handled(struct k_sigaction *action)
{
	return (__u64)action->sa.sa_handler > SPY_SIG_IGN;
}

/* What becomes of a call that returned one of -512..-516 when a handler runs, as the kernel decides it: it is restarted, or the program sees EINTR. */
static __always_inline bool spy_is_interrupted(__s32 restart, struct k_sigaction *action)
{
	if (restart == -SPY_ERESTARTNOINTR)
		return false;
	return restart != -SPY_ERESTARTSYS || !(action->sa.sa_flags & SPY_SA_RESTART);
}

#define SPY_CLASS_BIT(class) (1u << SPY_CLASS_##class)
/* Of calls that name files by the working folder or another one. */
#define SPY_NAMING_CLASSES                                                                           \
	(SPY_CLASS_BIT(OPEN) | SPY_CLASS_BIT(EXEC) | SPY_CLASS_BIT(CHDIR) | SPY_CLASS_BIT(CONNECT) | \
	 SPY_CLASS_BIT(SEND) | SPY_CLASS_BIT(CHANGE) | SPY_CLASS_BIT(PROBE) | SPY_CLASS_BIT(BIND))
/* Of calls that use open files, and may take as long as the disk does. */
#define SPY_USING_CLASSES (SPY_CLASS_BIT(TRANSFER) | SPY_CLASS_BIT(SYNC))

/* Goes on to the programs that look at a call of this class at its entry. */
static __always_inline void spy_enter_handlers(void *ctx, struct spy_task *me)
{
	switch (me->call_class) {
	case SPY_CLASS_EXEC:
		if (me->groups & SPY_GROUP_CREDENTIALS)
			bpf_tail_call(ctx, &spy_entries, SPY_ENTRY_CREDENTIALS);
		bpf_tail_call(ctx, &spy_entries, me->groups & SPY_GROUP_FILE ? SPY_ENTRY_CLOSE : SPY_ENTRY_EXEC);
		break;
	case SPY_CLASS_CLOSE:
	case SPY_CLASS_CHANGE:
	case SPY_CLASS_SYNC:
		if (me->groups & SPY_GROUP_FILE)
			bpf_tail_call(ctx, &spy_entries, SPY_ENTRY_CLOSE);
		break;
	case SPY_CLASS_NAMESPACE:
		if (me->groups & SPY_GROUP_FILE)
			bpf_tail_call(ctx, &spy_entries, SPY_ENTRY_CLOSE);
		break;
	case SPY_CLASS_MOUNT:
		if (me->groups & SPY_GROUP_FILE)
			bpf_tail_call(ctx, &spy_entries, SPY_ENTRY_CLOSE);
		if (me->groups & SPY_GROUP_NAMESPACE)
			bpf_tail_call(ctx, &spy_entries, SPY_ENTRY_MOUNT);
		break;
	}
}

/* As above, and before that to who notes what others can change. */
static __always_inline void spy_enter_class(void *ctx, struct spy_task *me)
{
	if (me->shares && 1u << (me->call_class & 31) & (SPY_NAMING_CLASSES | SPY_USING_CLASSES))
		bpf_tail_call(ctx, &spy_entries, SPY_ENTRY_SHARED);
	spy_enter_handlers(ctx, me);
}

/* Datagrams with a destination of their own, of the call in a scratch. */
int spy_send_returned(__u32 scratch);

/* The call failed, or was answered by somebody else than the kernel. */
static __always_inline bool spy_call_failed(struct spy_call *call)
{
	return call->result < 0 || call->flags & SPY_FLAG_BLOCKED;
}

#define SPY_AT_EMPTY_PATH 0x1000

/*
 * A call with AT_* flags is given a descriptor in place of a path: by an empty path and AT_EMPTY_PATH, or by none, which some calls take for that (`null`) and
 * others with the flag only.
 */
static __always_inline bool spy_is_empty_path(__u64 path, __u64 flags, bool null)
{
	char first = 1;

	if (!path)
		return null || flags & SPY_AT_EMPTY_PATH;
	return flags & SPY_AT_EMPTY_PATH && !bpf_probe_read_user(&first, 1, (void *)path) && !first;
}

/* The arguments of a call that was made through the i386 socket multiplexer. */
static __always_inline void spy_unfold_args(struct spy_call *call, __u32 count)
{
	__u32 args[8] = {};

	bpf_probe_read_user(args, (count & 7) * sizeof(__u32), (void *)call->args[1]);
	for (int n = 0; n < 6; n++)
		call->args[n] = args[n];
}

/*
 * Number of the call that a task is in, its ABI in `flags`; -1 when it is in none. Of a task outside the scope it is the one that it entered the kernel by last, which it may be
 * leaving.
 */
static __always_inline __s32 spy_call_under_way(struct task_struct *task, struct spy_task *me, __u32 *flags)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	bool member = me && me->sessions;
	__s32 nr = member ? me->nr : SPY_REGS_NUMBER(regs);

	*flags = spy_abi_flags(task, regs);
	if (nr < 0 || (member && !me->entered))
		return -1;
	if (nr & SPY_X32_BIT) {
		nr &= ~SPY_X32_BIT;
		*flags |= SPY_FLAG_X32;
	}
	return nr;
}

/* A scratch with the call of the current task that returned, as the dispatcher settled it; NULL (counted) when there is none. `me` is never NULL then. */
static __always_inline struct spy_scratch *spy_call_take(struct pt_regs *regs, __s64 result, __u32 *index,
							 struct spy_task **me)
{
	struct spy_task *task = spy_task_of(bpf_get_current_task_btf());
	struct spy_scratch *s;

	*me = task;
	if (!task)
		return NULL;
	s = spy_take(index, task->sessions, task->since);
	if (!s)
		return NULL;
	s->call.result = result;
	s->call.nr = task->nr;
	s->call.flags = task->call_flags | spy_root_flags(&task->root);
	s->call.class = task->call_class;
	s->call.process = task->process;
	spy_read_args_in(regs, task->call_flags, s->call.args, (spy_regs_copy *)s->walk);
	if (task->folded_args)
		spy_unfold_args(&s->call, task->folded_args);
	return s;
}

#endif
