/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Linux 7.0 and newer preempt the programs at tracepoints, and skip a program that another task is in the middle of on the same CPU. There the helper attaches each
 * program several times: those after the first stand in for it. Of a passage of a task all are run that are not skipped, and the first of them handles it.
 *
 * Each notes for itself that it was run since a passage was handled last. One that was, is at the next passage, which nobody before it has seen. A passage is
 * lost when each is skipped at it, or was at the one before: never more often than the one that was skipped least.
 */
#ifndef SPY_PASSAGE_BPF_H
#define SPY_PASSAGE_BPF_H

#include "arch.bpf.h"
#include "maps.bpf.h"

/* Whether programs stand in for others on this kernel; set by the helper before load. */
extern const volatile __u32 spy_preempted;
/* Of this object's programs: 0, or as whose stand-in they are attached. */
extern const volatile __u32 spy_stand_in;

/* `skipped`: bits of those that were not run since the last passage that was handled, of one task at one tracepoint; 0 in the beginning. */
static __always_inline bool spy_comes_first(__u8 *skipped)
{
	__u8 own = 1 << (spy_stand_in & 7);

	if (!spy_preempted)
		return true;
	if (spy_stand_in && *skipped & own) {
		*skipped &= ~own;
		return false;
	}
	/* Those after it; those before it were skipped at this one. */
	*skipped = -(own << 1);
	return true;
}

/* Whether nobody has obeyed the control that the current task makes; it is obeyed now. */
static __always_inline bool spy_obeys(struct spy_task *task)
{
	if (!spy_comes_first(&task->skipped[SPY_PASSAGE_CONTROL]))
		return false;
	task->obeyed = 1;
	return true;
}

/*
 * Calls that had not returned when their task made the next one or ended, and returns without an entry, as of a call that seccomp answers: what is lost of calls is among
 * them.
 */
extern __u64 spy_unreturned;
extern __u64 spy_unentered;

/* The task makes a call, or ends: the one before has to have returned. */
static __always_inline void spy_expect_returned(struct spy_task *task)
{
	if (spy_preempted && task->entered && !SPY_NUMBER_ENDLESS(task->nr & ~SPY_X32_BIT, task->call_flags))
		__sync_fetch_and_add(&spy_unreturned, 1);
}

#endif
