/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The only way a record is made: take a scratch, begin, put strings in the order of record.h, emit, release. Nothing is dropped
 * without a count.
 */
#ifndef SPY_EMIT_BPF_H
#define SPY_EMIT_BPF_H

#include "maps.bpf.h"

/* Counts a loss for each session of a mask that was open when the task came into scope. */
int spy_count_lost(__u64 sessions, __u64 since, __u32 reason, __u32 count);

/* Adds to what each session has pending: open files whose transfers are added up and not told yet. */
int spy_count_pending(__u64 sessions, __u64 since, __s32 count);

/* The sessions of a mask that are open, and were when membership began (`since`). */
__u64 spy_valid_sessions(__u64 sessions, __u64 since);

/* Union of the groups that the open sessions of a mask record. */
int spy_groups_of(__u64 sessions);

/* Delivers the scratch's record to its sessions; returns to how many. lifecycle: may use the reserved part of the ring. */
int spy_emit(__u32 scratch, __u32 group, __u32 lifecycle);

/* Each puts one string into the scratch's record; they return 0 or, for the caller's flags, SPY_FLAG_* bits. */
int spy_put_absent(__u32 scratch);
int spy_put_user(__u32 scratch, __u64 pointer);
int spy_put_user_bytes(__u32 scratch, __u64 pointer, __u32 length);
int spy_put_kernel(__u32 scratch, __u64 pointer);
int spy_put_kernel_bytes(__u32 scratch, __u64 pointer, __u32 length);
int spy_put_collected(__u32 scratch);
int spy_put_path(__u32 scratch, __u64 mnt, __u64 dentry);

/* As spy_put_path: the cwd of the current task, the folder behind a dirfd (or the cwd for AT_FDCWD), the program file of the current task. */
int spy_put_cwd(__u32 scratch);
/* As spy_put_cwd, of the call under way, which has changed it itself so often; unreadable where somebody who shares it has changed it meanwhile. */
int spy_put_cwd_of_call(__u32 scratch, __u32 changes);
int spy_put_base(__u32 scratch, __s32 dirfd, __u64 path);
int spy_put_exe(__u32 scratch);
/*
 * The file behind a descriptor of the current task; absent when it is not open, unreadable where it is the first argument of the call under way, and somebody who shares it
 * has put another file there meanwhile.
 */
int spy_put_descriptor(__u32 scratch, __s32 fd);

#define SPY_AT_FDCWD (-100)

/*
 * Takes a free scratch of this CPU, several being there because softirqs nest and a task can be preempted while it holds one. Its index, or -1 with a count. A
 * function of its own, so that the verifier goes on from one result and not from each of the scratches.
 */
int spy_take_index(__u64 sessions, __u64 since);

static __always_inline struct spy_scratch *spy_take(__u32 *index, __u64 sessions, __u64 since)
{
	int taken = spy_take_index(sessions, since);

	if (taken < 0)
		return NULL;
	*index = taken;
	return spy_scratch_at(*index);
}

/* The kernel's short name of a task. */
static __always_inline void spy_put_comm(__u32 index, struct spy_scratch *s, struct task_struct *task)
{
	bpf_core_read_str(s->walk, sizeof(task->comm), &task->comm);
	(void)spy_put_collected(index);
}

static __always_inline void spy_release(struct spy_scratch *s)
{
	__sync_lock_test_and_set(&s->busy, 0);
}

/* Starts a record of `size` fixed bytes, zeroed, with the current task in its header. */
static __always_inline struct spy_header *spy_begin(struct spy_scratch *s, __u16 kind, __u32 size, __u32 process,
						    __u32 flags)
{
	struct spy_header *h = (struct spy_header *)s->record;
	__u64 id = bpf_get_current_pid_tgid();

	__builtin_memset(s->record, 0, size);
	h->kind = kind;
	h->flags = flags;
	h->process = process;
	h->time_ns = bpf_ktime_get_boot_ns();
	h->tgid = id >> 32;
	h->tid = id;
	s->used = size;
	return h;
}

#endif
