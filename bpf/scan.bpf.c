// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A walk over the tasks that were there before a session: threads of its process that belong in it, children of it that do not. */
#include "emit.bpf.h"
#include "files.bpf.h"
#include "io.bpf.h"
#include "scope.bpf.h"
#include "withhold.bpf.h"

#define SPY_ANCESTORS 64

/* Slot of the session that the helper scans for, and whether its process itself is recorded. */
__u32 spy_scan_slot;
__u32 spy_scan_self;

static __always_inline bool spy_descends(struct task_struct *task, __u32 tgid)
{
	struct task_struct *parent = task;

	for (int n = 0; n < SPY_ANCESTORS; n++) {
		__u32 id;

		parent = BPF_CORE_READ(parent, real_parent);
		id = BPF_CORE_READ(parent, tgid);
		if (id == tgid)
			return true;
		if (id <= 1)
			return false;
	}
	return false;
}

static __always_inline void spy_tell_preexisting(struct task_struct *task, __u64 bit)
{
	struct spy_record_preexisting *r;
	bool withheld = spy_sessions_below(bit, (__u64)BPF_CORE_READ(task, cred));
	struct file *exe = withheld ? NULL : BPF_CORE_READ(task, mm, exe_file);
	struct spy_scratch *s;
	__u32 index;

	s = spy_take(&index, bit, ~0ULL);
	if (!s)
		return;
	r = (void *)spy_begin(s, SPY_RECORD_PREEXISTING, sizeof(*r), 0, 0);
	r->header.tgid = task->tgid;
	r->header.tid = task->pid;
	r->parent_tgid = BPF_CORE_READ(task, real_parent, tgid);
	spy_put_comm(index, s, task);
	if (exe)
		(void)spy_put_path(index, (__u64)BPF_CORE_READ(exe, f_path.mnt),
				   (__u64)BPF_CORE_READ(exe, f_path.dentry));
	else
		(void)spy_put_absent(index);
	(void)spy_emit(index, ~0u, 1);
	spy_release(s);
}

SEC("iter/task")
int spy_scan(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	__u32 slot = spy_scan_slot;
	struct spy_session *session = bpf_map_lookup_elem(&spy_sessions, &slot);
	__u64 bit = 1ULL << (slot & 63);
	struct spy_task *it;
	__u64 valid;

	if (!task || !session || !session->owner_tgid)
		return 0;
	if ((__u32)task->tgid == session->owner_tgid) {
		struct spy_task *process;

		if (!spy_scan_self)
			return 0;
		it = bpf_task_storage_get(&spy_tasks, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
		process = task->group_leader ? spy_task_of(task->group_leader) : NULL;
		if (!it || !process) {
			(void)spy_count_lost(bit, ~0ULL, SPY_LOST_MEMBER, 1);
			return 0;
		}
		valid = spy_valid_sessions(it->sessions, it->since);
		if (valid & bit)
			return 0;
		if (!valid) {
			it->fresh = SPY_TASK_FRESH;
			it->entered = 0;
		}
		it->shares = 1;
		it->process = process->process;
		it->since = spy_sequence;
		it->sessions = valid | bit;
		it->groups = spy_groups_of(it->sessions);
		return 0;
	}
	/* The helper, which runs this, can be the test's child where that is init or a subreaper. */
	if ((__u32)task->tgid == bpf_get_current_pid_tgid() >> 32)
		return 0;
	if (task->pid == task->tgid && spy_descends(task, session->owner_tgid))
		spy_tell_preexisting(task, bit);
	return 0;
}

/* Tells what every recorded process has added up about its files, for processes that go on, by the first of its threads that has not ended. */
SEC("iter/task")
int spy_flush(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task, *leader;
	struct spy_task *it;
	struct spy_ios *ios;
	struct spy_scratch *s;
	__u32 index;

	if (!task || !BPF_CORE_READ(task, files))
		return 0;
	it = spy_task_of(task);
	leader = task->group_leader;
	ios = it && it->sessions && leader ? bpf_task_storage_get(&spy_ios, leader, NULL, 0) : NULL;
	if (!ios || !*(volatile __u32 *)&ios->used)
		return 0;
	s = spy_take(&index, it->sessions, it->since);
	if (!s)
		return 0;
	s->call.process = it->process;
	bpf_probe_read_kernel(&s->viewer, sizeof(s->viewer), &ctx->task);
	(void)spy_io_flush_of(index, ios, &it->root);
	spy_release(s);
	return 0;
}
