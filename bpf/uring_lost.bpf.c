// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Operations of io_uring whose end cannot be followed: refused before they began, cancelled with their chain, answered where nobody sees it, or left by a process that ends. */
#include "uring_request.bpf.h"

#define SPY_ECANCELED 125

/* The kernel refuses an operation before it begins: an opcode, flags or memory that it does not take. */
SEC("tp_btf/io_uring_req_failed")
int BPF_PROG(spy_uring_refuse, struct io_uring_sqe *sqe, struct io_kiocb *req, int error)
{
	struct spy_task *me = spy_task_of(bpf_get_current_task_btf());
	struct spy_scratch *s;
	__u32 index, opcode;

	if (!me || !spy_comes_first(&me->skipped[SPY_PASSAGE_URING_REFUSE]) || !me->sessions)
		return 0;
	req = (struct io_kiocb *)spy_address_at(ctx, 1);
	opcode = BPF_CORE_READ(req, opcode) & 127;
	if (!(spy_uring_operations[opcode].groups & me->groups) || spy_uring_form(opcode) != SPY_URING_FORM_NAMES)
		return 0;
	s = spy_take(&index, me->sessions, me->since);
	if (!s)
		return 0;
	spy_uring_fill(&s->uring, me, req);
	s->call.process = me->process;
	s->call.result = error;
	(void)spy_uring_tell_refused(index, spy_address_at(ctx, 0));
	spy_release(s);
	return 0;
}

/* As spy_uring_end, from where a file cannot be looked up. */
static __noinline int spy_uring_end_unseen(__u64 request, __s64 result)
{
	struct spy_uring_request *u = bpf_map_lookup_elem(&spy_urings, &request);
	struct spy_scratch *s;
	__u32 index;

	if (!u)
		return 0;
	s = NULL;
	if (spy_uring_form(u->opcode) <= SPY_URING_FORM_OPEN)
		s = spy_take(&index, u->sessions, u->since);
	else
		(void)spy_count_lost(u->sessions, u->since, SPY_LOST_URING, 1);
	if (s)
		s->uring = *u;
	spy_uring_forget(request, u);
	if (!s)
		return 0;
	(void)spy_uring_tell_unseen(index, result);
	spy_release(s);
	return 0;
}

/* One of a chain failed, and with it this one: it never ran. Where the program asked for silence it is not completed either. */
SEC("tp_btf/io_uring_fail_link")
int BPF_PROG(spy_uring_unlink, struct io_kiocb *req, struct io_kiocb *link)
{
	__u64 request = spy_address_at(ctx, 1);
	struct spy_uring_request *u = bpf_map_lookup_elem(&spy_urings, &request);

	if (u && spy_uring_form(u->opcode) <= SPY_URING_FORM_OPEN)
		(void)spy_uring_end_unseen(request, -SPY_ECANCELED);
	return 0;
}

struct spy_uring_search {
	__u64 ring;
	__u64 user_data;
	__u64 found;
	__s32 result;
};

static long spy_uring_match(void *map, __u64 *request, struct spy_uring_request *u, struct spy_uring_search *search)
{
	struct io_kiocb *req = (struct io_kiocb *)*request;

	if (u->ring != search->ring || u->user_data != search->user_data ||
	    BPF_CORE_READ(req, cqe.res) != search->result)
		return 0;
	search->found = *request;
	return 1;
}

/* The completion queue is full: what should stand in it is kept elsewhere, and its request is not said (Linux 6.2 and newer). */
SEC("tp_btf/io_uring_cqe_overflow")
int BPF_PROG(spy_uring_spill, void *ring, __u64 user_data, int result)
{
	struct spy_uring_search search = { .ring = spy_address_at(ctx, 0), .user_data = user_data, .result = result };
	struct spy_task *me = spy_task_of(bpf_get_current_task_btf());

	if (me && !spy_comes_first(&me->skipped[SPY_PASSAGE_URING_SPILL]))
		return 0;
	bpf_for_each_map_elem(&spy_urings, spy_uring_match, &search, 0);
	return search.found ? spy_uring_end_unseen(search.found, result) : 0;
}

static long spy_uring_left(void *map, __u64 *request, struct spy_uring_request *u, __u32 *process)
{
	if (u->process == *process && spy_uring_may_be_done(*request, spy_uring_form(u->opcode), u->late))
		(void)spy_count_lost(u->sessions, u->since, SPY_LOST_URING, 1);
	return 0;
}

/* A process ends before it has looked at what it submitted: the kernel says how that ended later, if at all. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(spy_uring_ended, struct task_struct *task)
{
	struct spy_task *me = spy_task_of(task);
	struct task_struct *leader = task->group_leader;
	struct spy_task *first = leader ? spy_task_of(leader) : NULL;
	__u32 process;

	if (!me || !me->sessions || task->signal->live.counter)
		return 0;
	/* Once: of two threads that end together each may find that none is left. */
	if (!first)
		first = me;
	if (!__sync_lock_test_and_set(&first->rings, 0))
		return 0;
	process = me->process;
	bpf_for_each_map_elem(&spy_urings, spy_uring_left, &process, 0);
	return 0;
}
