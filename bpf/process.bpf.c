// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The process tree: membership is inherited, and told, before a child can run; a process ends with its last thread. */
#include "arch.bpf.h"
#include "emit.bpf.h"
#include "files.bpf.h"
#include "io.bpf.h"
#include "passage.bpf.h"
#include "scope.bpf.h"
#include "withhold.bpf.h"

#define SPY_CLONE_FS 0x00000200
#define SPY_CLONE_FILES 0x00000400
#define SPY_CLONE_THREAD 0x00010000
#define SPY_PF_IO_WORKER 0x00000010
#define SPY_PF_USER_WORKER 0x00004000 /* since Linux 6.4, of io_uring's too */
#define SPY_SIGNAL_GROUP_EXIT 0x00000004

__u32 spy_last_process;

/* Of the memory; set by the helper before load. */
const volatile __u32 spy_page_bytes = 4096;

static __always_inline __u32 spy_ns_pid(struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	__u32 level = BPF_CORE_READ(pid, level);
	struct upid upid = {};

	if (level > 32)
		return 0;
	bpf_core_read(
		&upid, bpf_core_type_size(struct upid) > sizeof(upid) ? sizeof(upid) : bpf_core_type_size(struct upid),
		(void *)pid + bpf_core_field_offset(struct pid, numbers) + level * bpf_core_type_size(struct upid));
	return upid.nr;
}

/* Of a parent that has more rights than a session's user, that it made a child is all that is told. */
static __always_inline void spy_tell_fork(struct spy_task *me, struct spy_task *it, struct task_struct *child,
					  __u64 flags, bool withheld)
{
	__u32 index;
	struct spy_scratch *s = spy_take(&index, withheld ? it->withheld : it->sessions, it->since);
	struct spy_record_fork *r;

	if (!s)
		return;
	r = (void *)spy_begin(s, SPY_RECORD_FORK, sizeof(*r), me ? me->process : 0, 0);
	r->clone_flags = flags;
	r->child_process = it->process;
	r->child_tgid = child->tgid;
	r->child_ns_pid = spy_ns_pid(child);
	if (withheld) {
		for (int n = 0; n < 3; n++)
			(void)spy_put_absent(index);
	} else {
		(void)spy_put_cwd(index);
		(void)spy_put_exe(index);
		spy_put_comm(index, s, child);
	}
	(void)spy_emit(index, SPY_GROUP_PROCESS, 1);
	spy_release(s);
}

static __always_inline void spy_tell_thread(struct spy_task *me, struct spy_task *it, struct task_struct *child,
					    __u64 flags)
{
	__u32 index;
	struct spy_scratch *s = spy_take(&index, it->sessions, it->since);
	struct spy_record_thread *r;

	if (!s)
		return;
	r = (void *)spy_begin(s, SPY_RECORD_THREAD, sizeof(*r), me ? me->process : it->process, 0);
	r->clone_flags = flags;
	r->child_tid = child->pid;
	r->user_worker = !!(child->flags & (SPY_PF_USER_WORKER | SPY_PF_IO_WORKER));
	(void)spy_emit(index, SPY_GROUP_PROCESS, 1);
	spy_release(s);
}

SEC("tp_btf/task_newtask")
int BPF_PROG(spy_newtask, struct task_struct *child, __u64 clone_flags)
{
	struct task_struct *current = bpf_get_current_task_btf();
	struct task_struct *leader = current->group_leader;
	bool thread = clone_flags & SPY_CLONE_THREAD;
	struct spy_task *me = spy_task_of(current);
	struct spy_task *process = leader ? spy_task_of(leader) : NULL;
	struct spy_task *it;
	__u64 sessions = 0, roots = 0, withheld = 0;
	/* Read before the sessions are looked at: a slot that is given to another session meanwhile is then not inherited. */
	__u64 since = *(volatile __u64 *)&spy_sequence;

	/* Somebody else has made it a member, or the helper's walk over the tasks has come by. */
	it = spy_stand_in ? spy_task_of(child) : NULL;
	if (it && !spy_comes_first(&it->skipped[SPY_PASSAGE_NEWTASK]))
		return 0;
	if (me && me->sessions)
		sessions = spy_valid_sessions(me->sessions, me->since);
	if (me && me->withheld)
		withheld = spy_valid_sessions(me->withheld, me->since);
	if (thread) {
		if (process)
			sessions |= spy_owned_sessions(process->own, process->roots_since);
		if (me)
			roots = spy_owned_sessions(me->thread_roots | me->armed, me->roots_since);
	} else if (!me || !me->hidden) {
		if (process)
			sessions |= spy_owned_sessions(process->roots, process->roots_since);
		if (me)
			sessions |= spy_owned_sessions(me->thread_roots | me->armed, me->roots_since);
	}
	if (!(sessions | roots | withheld))
		return 0;

	it = bpf_task_storage_get(&spy_tasks, child, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!it) {
		(void)spy_count_lost(sessions | roots | withheld, ~0ULL, SPY_LOST_MEMBER, 1);
		return 0;
	}
	(void)spy_comes_first(&it->skipped[SPY_PASSAGE_NEWTASK]);
	it->thread_roots = roots;
	it->roots_since = since;
	if (!(sessions | withheld))
		return 0;
	it->sessions = sessions;
	it->withheld = withheld;
	it->since = since;
	it->groups = spy_groups_of(sessions);
	if (me && me->root.dentry)
		it->root = me->root;
	else
		(void)spy_read_root(&it->root);
	it->fresh = SPY_TASK_CHILD;
	if (clone_flags & (SPY_CLONE_FS | SPY_CLONE_FILES)) {
		it->shares = 1;
		if (me)
			me->shares = 1;
	}
	/* It makes no calls: what it does was asked for through a ring. */
	if (child->flags & SPY_PF_IO_WORKER)
		it->nr = SPY_NATIVE_NR(io_uring_enter);
	if (thread) {
		it->process = me && me->process ? me->process : process ? process->process : 0;
		if (sessions)
			spy_tell_thread(me, it, child, clone_flags);
	} else {
		it->process = __sync_fetch_and_add(&spy_last_process, 1) + 1;
		if (sessions)
			spy_tell_fork(me && (me->sessions & sessions) ? me : NULL, it, child, clone_flags, false);
		if (withheld) {
			spy_tell_fork(me, it, child, clone_flags, true);
			(void)spy_tell_withheld(it->process, withheld, since);
		}
	}
	return 0;
}

/* More threads than this are added up only as far as that. */
#define SPY_THREADS_MOST 8192

struct spy_threads {
	__u64 head;
	__u64 at; /* thread_node of the next one */
	__u64 cpu_ns;
};

static long spy_thread_step(__u32 n, struct spy_threads *threads)
{
	struct task_struct *thread;

	if (!threads->at || threads->at == threads->head)
		return 1;
	thread = (void *)(threads->at - bpf_core_field_offset(struct task_struct, thread_node));
	threads->cpu_ns += BPF_CORE_READ(thread, se.sum_exec_runtime);
	threads->at = (__u64)BPF_CORE_READ(thread, thread_node.next);
	return 0;
}

/* False where the kernel took a thread away meanwhile, as its own sequence tells: it was counted twice or not at all. */
static __always_inline bool spy_add_up(struct signal_struct *signal, struct spy_threads *threads)
{
	unsigned int before = BPF_CORE_READ(signal, stats_lock.seqcount.seqcount.sequence);

	threads->head = (__u64)signal + bpf_core_field_offset(struct signal_struct, thread_head);
	threads->at = (__u64)BPF_CORE_READ(signal, thread_head.next);
	threads->cpu_ns = BPF_CORE_READ(signal, sum_sched_runtime);
	bpf_loop(SPY_THREADS_MOST, spy_thread_step, threads, 0);
	return !(before & 1) && BPF_CORE_READ(signal, stats_lock.seqcount.seqcount.sequence) == before;
}

/*
 * Of all threads of a group: what the kernel has added up of those that it has taken away, and of the others what each has used. Threads that end together with the last one are still among those. Tried
 * three times, not in a loop: Linux 6.1 takes no callback in one.
 */
__noinline __u64 spy_cpu_of(__u64 address)
{
	struct signal_struct *signal = (void *)address;
	struct spy_threads threads = {};

	if (!spy_add_up(signal, &threads) && !spy_add_up(signal, &threads))
		(void)spy_add_up(signal, &threads);
	return threads.cpu_ns;
}

/* As wait(2) will report it: of the group when something ended all of it, else of the leader. */
static __always_inline void spy_tell_exit(struct spy_task *me, struct task_struct *task)
{
	struct signal_struct *signal = BPF_CORE_READ(task, signal);
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);
	__u32 index;
	struct spy_scratch *s = spy_take(&index, me->sessions | me->withheld, me->since);
	struct spy_record_exit *r;
	int status;

	if (!s)
		return;
	status = BPF_CORE_READ(signal, flags) & SPY_SIGNAL_GROUP_EXIT ? BPF_CORE_READ(signal, group_exit_code)
								      : BPF_CORE_READ(leader, exit_code);
	r = (void *)spy_begin(s, SPY_RECORD_EXIT, sizeof(*r), me->process, status & 0x80 ? SPY_FLAG_CORE : 0);
	r->signal = status & 0x7f;
	r->code = r->signal ? -1 : (status >> 8) & 0xff;
	r->cpu_ns = spy_cpu_of((__u64)signal);
	r->start_ns = BPF_CORE_READ(leader, start_boottime);
	r->peak_rss_bytes = BPF_CORE_READ(signal, maxrss) * spy_page_bytes;
	(void)spy_emit(index, SPY_GROUP_PROCESS, 1);
	spy_release(s);
}

/* The end of one thread, and with the last of the process. Its files are told first, by a program that is there when files are recorded. */
static __always_inline void spy_thread_ended(void *ctx, struct spy_task *me, struct task_struct *task, bool last)
{
	me->last = last;
	if (me->groups & SPY_GROUP_FILE)
		bpf_tail_call(ctx, &spy_exits, SPY_EXIT_FILES);
	if (last)
		spy_tell_exit(me, task);
}

/* Kernels that say whether this was the last thread. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(spy_exit, struct task_struct *task, bool group_dead)
{
	struct spy_task *me = spy_task_of(task);

	if (!me || !spy_comes_first(&me->skipped[SPY_PASSAGE_EXIT]) || !(me->sessions | me->withheld))
		return 0;
	spy_expect_returned(me);
	spy_thread_ended(ctx, me, task, group_dead);
	return 0;
}

/* Kernels that do not: two threads that end at once both see none alive, and the leader's storage decides which of them tells. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(spy_exit_old, struct task_struct *task)
{
	struct spy_task *me = spy_task_of(task);
	struct task_struct *leader = task->group_leader;
	struct spy_task *process;
	bool last = task->signal->live.counter == 0;

	if (!me || !(me->sessions | me->withheld) || !leader)
		return 0;
	process = last ? spy_task_of(leader) : NULL;
	if (process && __sync_lock_test_and_set(&process->exited, 1))
		last = false;
	spy_thread_ended(ctx, me, task, last);
	return 0;
}

/* Also of a thread that is not the last: an exec by another one gives it the leader's place, and what was added up goes with the leader. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(spy_exit_files, struct task_struct *task)
{
	struct spy_task *me = spy_task_of(task);
	struct spy_scratch *s;
	__u32 index;

	if (!me)
		return 0;
	s = spy_take(&index, me->sessions, me->since);
	if (s) {
		s->call.process = me->process;
		(void)spy_io_flush(index);
		spy_release(s);
	}
	if (me->last)
		spy_tell_exit(me, task);
	return 0;
}
