// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Control in band: what a thread says about its own children, in order with everything else that it does. */
#include "emit.bpf.h"
#include "passage.bpf.h"
#include "scope.bpf.h"
#include "withhold.bpf.h"

__u64 spy_sequence;

/* A mark, with the counters up to it, to the one session that it is of. */
static __always_inline int spy_tell_mark(struct spy_session *session, __u32 slot, __u64 number, __u32 process)
{
	__u32 index;
	struct spy_scratch *s = spy_take(&index, 1ULL << (slot & 63), ~0ULL);
	struct spy_record_mark *r;
	int delivered;

	if (!s)
		return 0;
	r = (void *)spy_begin(s, SPY_RECORD_MARK, sizeof(*r), process, 0);
	r->number = number;
	r->delivered = session->delivered;
	r->pending = session->pending;
	for (__u32 n = 0; n < SPY_LOST_REASONS; n++)
		r->lost[n] = session->lost[n];
	delivered = spy_emit(index, ~0u, 1);
	spy_release(s);
	return delivered;
}

/* Forgets slots that have become another session's, so that those that are set now can bear the present number. */
static __always_inline void spy_renew_roots(struct spy_task *task)
{
	task->own = spy_owned_sessions(task->own, task->roots_since);
	task->roots = spy_owned_sessions(task->roots, task->roots_since);
	task->thread_roots = spy_owned_sessions(task->thread_roots, task->roots_since);
	task->armed = spy_owned_sessions(task->armed, task->roots_since);
	task->roots_since = spy_sequence;
}

/* The process itself comes into scope: this thread now, the others by the helper's walk over the tasks. */
static __always_inline void spy_enter_self(struct spy_task *me, struct spy_task *process, struct task_struct *leader,
					   __u64 bit)
{
	__u32 index;
	struct spy_scratch *s;
	struct spy_record_process *r;

	if (!process->process)
		process->process = __sync_fetch_and_add(&spy_last_process, 1) + 1;
	spy_renew_roots(process);
	__sync_fetch_and_or(&process->own, bit);
	me->process = process->process;
	me->sessions = spy_valid_sessions(me->sessions, me->since) | bit;
	me->since = spy_sequence;
	me->groups = spy_groups_of(me->sessions);
	me->entered = 0;
	me->fresh = SPY_TASK_FRESH;
	me->shares = 1;

	s = spy_take(&index, bit, ~0ULL);
	if (!s)
		return;
	r = (void *)spy_begin(s, SPY_RECORD_PROCESS, sizeof(*r), process->process, 0);
	r->parent_tgid = BPF_CORE_READ(leader, real_parent, tgid);
	r->start_ns = leader->start_boottime;
	(void)spy_put_cwd(index);
	(void)spy_put_exe(index);
	spy_put_comm(index, s, leader);
	(void)spy_emit(index, SPY_GROUP_PROCESS, 1);
	spy_release(s);
}

__noinline int spy_control(__u64 operation, __u64 slot_argument, __u64 argument, __u64 token)
{
	struct task_struct *current = bpf_get_current_task_btf();
	struct task_struct *leader = current->group_leader;
	__u32 slot = slot_argument;
	struct spy_session *session = bpf_map_lookup_elem(&spy_sessions, &slot);
	__u32 tgid = bpf_get_current_pid_tgid() >> 32;
	__u64 bit = 1ULL << (slot & 63);
	struct spy_task *me, *process;

	if (!leader)
		return 0;
	if (operation == SPY_CONTROL_HIDE) {
		/* Only where this process is the root of something: others have nothing to hide from, and get no storage for the asking. */
		me = spy_task_of(leader)
			     ? bpf_task_storage_get(&spy_tasks, current, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE)
			     : NULL;
		if (me)
			me->hidden = !!argument;
		return 0;
	}
	if (!session || !token || session->token != token)
		return 0;
	if (operation == SPY_CONTROL_CLAIM) {
		if (!session->owner_tgid) {
			(void)spy_note_owner(slot);
			session->owner_tgid = tgid;
			session->active = 1;
		}
		return 0;
	}
	if (session->owner_tgid != tgid)
		return 0;
	me = bpf_task_storage_get(&spy_tasks, current, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	process = bpf_task_storage_get(&spy_tasks, leader, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!me || !process) {
		(void)spy_count_lost(bit, ~0ULL, SPY_LOST_MEMBER, 1);
		return 0;
	}
	/* Known from now on, if it was not when the program looked. */
	(void)spy_obeys(me);
	switch (operation) {
	case SPY_CONTROL_ROOT:
		spy_renew_roots(argument ? me : process);
		if (argument)
			me->thread_roots |= bit;
		else
			__sync_fetch_and_or(&process->roots, bit);
		break;
	case SPY_CONTROL_ARM:
		spy_renew_roots(me);
		me->armed |= bit;
		break;
	case SPY_CONTROL_DISARM:
		me->armed &= ~bit;
		break;
	case SPY_CONTROL_SELF:
		spy_enter_self(me, process, leader, bit);
		break;
	case SPY_CONTROL_STOP:
		__sync_fetch_and_and(&process->roots, ~bit);
		__sync_fetch_and_and(&process->own, ~bit);
		me->thread_roots &= ~bit;
		me->armed &= ~bit;
		if (spy_tell_mark(session, slot, argument, me->process))
			session->active = 0;
		break;
	case SPY_CONTROL_MARK:
		(void)spy_tell_mark(session, slot, argument, me->process);
		break;
	}
	return 0;
}
