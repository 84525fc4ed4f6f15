// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* io_uring: operations followed from their submission to their end, wherever that is. What is told of them is in uring_names.bpf.c, uring_file.bpf.c and uring_net.bpf.c. */
#include "uring_request.bpf.h"
#include "io.bpf.h"

#define SPY_URING_ALL (SPY_GROUP_FILE | SPY_GROUP_NETWORK | SPY_GROUP_PROBE | SPY_GROUP_SYNC)

struct spy_urings_map spy_urings SEC(".maps");
struct spy_uring_shots_map spy_uring_shots SEC(".maps");

__u64 spy_uring_last;

__noinline int spy_blind(__u32 route, __u32 detail, __u32 groups)
{
	struct spy_task *me = spy_task_of(bpf_get_current_task_btf());
	struct spy_record_blind *r;
	struct spy_scratch *s;
	__u32 index;

	s = me ? spy_take(&index, me->sessions, me->since) : NULL;
	if (!s)
		return 0;
	r = (void *)spy_begin(s, SPY_RECORD_BLIND, sizeof(*r), me->process, 0);
	r->route = route;
	r->detail = detail;
	(void)spy_emit(index, groups, 1);
	spy_release(s);
	return 0;
}

/* Takes an operation from those under way, for its end to be told: a scratch with it, or NULL. */
static __always_inline struct spy_scratch *spy_uring_take(__u64 request, __u32 *index)
{
	struct spy_uring_request *u = bpf_map_lookup_elem(&spy_urings, &request);
	struct io_kiocb *req = (struct io_kiocb *)request;
	struct spy_scratch *s = NULL;

	if (!u)
		return NULL;
	/* An address that was another's request, whose end was not seen. */
	if (u->user_data == BPF_CORE_READ(req, cqe.user_data) && u->ring == (__u64)BPF_CORE_READ(req, ctx))
		s = spy_take(index, u->sessions, u->since);
	if (s) {
		s->uring = *u;
		s->call.process = u->process;
	}
	spy_uring_forget(request, u);
	return s;
}

/*
 * Tells an open that this thread submitted, if it has run since. The kernel says so for several at once, when a later one may have closed the descriptor and opened another file with its number;
 * and of one whose program does not want to hear of success never.
 */
static __noinline int spy_uring_peek(void)
{
	struct spy_task *me = spy_task_of(bpf_get_current_task_btf());
	struct spy_uring_request *u;
	struct spy_scratch *s;
	struct io_kiocb *req;
	__u64 request;
	__u32 index;

	if (!me)
		return 0;
	request = me->uring_open;
	req = (struct io_kiocb *)request;
	u = bpf_map_lookup_elem(&spy_urings, &request);
	if (!u || u->id != me->uring_open_id) {
		me->uring_open = 0;
		return 0;
	}
	if (BPF_CORE_READ(req, flags) & SPY_REQ_NEED_CLEANUP)
		return 0;
	me->uring_open = 0;
	s = spy_uring_take(request, &index);
	if (!s)
		return 0;
	(void)spy_uring_tell_named(index, request, BPF_CORE_READ(req, cqe.res));
	spy_release(s);
	return 0;
}

/* Reads what is submitted into the scratch's operation, and tells its names. Whether its end is to be followed. */
static __always_inline bool spy_uring_begin(__u32 index, struct spy_scratch *s, struct spy_task *me,
					    struct io_kiocb *req, __u32 form)
{
	__u32 flags = BPF_CORE_READ(req, flags);
	bool silent = flags & SPY_REQ_CQE_SKIP;
	bool open = s->uring.opcode == SPY_URING_OPENAT || s->uring.opcode == SPY_URING_OPENAT2;
	bool peeked = open && flags & SPY_REQ_NEED_CLEANUP && !spy_uring_is_linked(req);

	if (form >= SPY_URING_FORM_SOCKET)
		return spy_uring_read_socket(index, (__u64)req, form, silent);
	if (form == SPY_URING_FORM_OPEN)
		return spy_uring_tell_begun(index, (__u64)req, silent) && !silent;
	if (form != SPY_URING_FORM_NAMES) {
		bool late = form != SPY_URING_FORM_CLOSE && me->groups & SPY_GROUP_NETWORK &&
			    spy_uring_watch_dns(index, (__u64)req) && !silent;
		bool follow = me->groups & SPY_GROUP_FILE && spy_uring_read_file(index, (__u64)req, form, silent);

		s->uring.late = !late ? 0 : follow ? SPY_LATE_TOO : SPY_LATE_ONLY;
		return late || follow;
	}
	if (!spy_uring_tell_names(index, (__u64)req, silent))
		return false;
	if (peeked) {
		me->uring_open = (__u64)req;
		me->uring_open_id = s->uring.id;
	}
	return peeked || !silent;
}

static __always_inline bool spy_uring_keep(__u64 request, struct spy_uring_request *u)
{
	struct spy_uring_shot shot = { .ring = u->ring, .user_data = u->user_data };

	if (u->several && bpf_map_update_elem(&spy_uring_shots, &shot, &request, BPF_ANY))
		return false;
	return !bpf_map_update_elem(&spy_urings, &request, u, BPF_ANY);
}

static __always_inline int spy_uring_mark(struct spy_task *me)
{
	struct task_struct *leader = bpf_get_current_task_btf()->group_leader;
	struct spy_task *process = leader ? spy_task_of(leader) : NULL;

	me->rings = 1;
	if (process)
		process->rings = 1;
	return 0;
}

static __always_inline int spy_uring_submitted(__u64 request)
{
	struct spy_task *me = spy_task_of(bpf_get_current_task_btf());
	struct io_kiocb *req = (struct io_kiocb *)request;
	struct spy_scratch *s;
	__u32 index, form;
	__u8 opcode;

	if (!me || !spy_comes_first(&me->skipped[SPY_PASSAGE_URING_SUBMIT]) || !me->sessions)
		return 0;
	if (me->uring_open)
		(void)spy_uring_peek();
	opcode = BPF_CORE_READ(req, opcode);
	if (opcode >= SPY_URING_KNOWN)
		return spy_uring_blind(opcode, SPY_URING_ALL);
	if (!(spy_uring_operations[opcode & 127].groups & me->groups))
		return 0;
	form = spy_uring_form(opcode);
	s = spy_take(&index, me->sessions, me->since);
	if (!s)
		return 0;
	if (!me->rings)
		(void)spy_uring_mark(me);
	spy_uring_fill(&s->uring, me, req);
	s->call.process = me->process;
	s->call.result = 0;
	if (spy_uring_begin(index, s, me, req, form) && !spy_uring_keep(request, &s->uring))
		(void)spy_count_lost(me->sessions, me->since, SPY_LOST_URING, 1);
	spy_release(s);
	return 0;
}

/* Linux 6.4 and newer. */
SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(spy_uring_req, struct io_kiocb *req)
{
	return spy_uring_submitted(spy_address_at(ctx, 0));
}

/* Linux 6.0 to 6.3, with the same first argument; older ones have other arguments, and are told apart by their number. */
SEC("tp_btf/io_uring_submit_sqe")
int BPF_PROG(spy_uring_sqe, struct io_kiocb *req)
{
	return spy_uring_submitted(spy_address_at(ctx, 0));
}

static __always_inline int spy_uring_completed(__u64 request)
{
	struct spy_task *me = spy_task_of(bpf_get_current_task_btf());
	struct io_kiocb *req = (struct io_kiocb *)request;
	struct spy_scratch *s;
	__u32 index, form;
	__s64 result;

	if (me && me->uring_open) {
		if (me->uring_open == request)
			me->uring_open = 0;
		else
			(void)spy_uring_peek();
	}
	s = spy_uring_take(request, &index);
	if (!s)
		return 0;
	form = spy_uring_form(s->uring.opcode);
	result = BPF_CORE_READ(req, cqe.res);
	if (s->uring.late && result >= 0)
		(void)spy_uring_check_dns(index, (__u64)BPF_CORE_READ(req, file));
	if (s->uring.late == SPY_LATE_ONLY)
		;
	else if (form >= SPY_URING_FORM_SOCKET)
		(void)spy_uring_tell_socket(index, request, form, result);
	else
		(void)spy_uring_tell_file(index, request, form, result);
	spy_release(s);
	return 0;
}

/* One of several answers: its request goes on, and is known by the ring and what the program calls it. */
static __noinline int spy_uring_answered(__u64 ring, __u64 user_data, __s64 result)
{
	struct spy_uring_shot shot = { .ring = ring, .user_data = user_data };
	__u64 *request = bpf_map_lookup_elem(&spy_uring_shots, &shot);
	struct spy_uring_request *u = request ? bpf_map_lookup_elem(&spy_urings, request) : NULL;
	struct spy_scratch *s;
	__u32 index;

	if (!u || u->ring != ring || u->user_data != user_data || !spy_comes_first(&u->skipped))
		return 0;
	s = spy_take(&index, u->sessions, u->since);
	if (!s)
		return 0;
	s->uring = *u;
	s->call.process = u->process;
	(void)spy_uring_tell_socket(index, *request, SPY_URING_FORM_ACCEPT, result);
	spy_release(s);
	return 0;
}

/* With the entry of the completion queue. */
SEC("tp_btf/io_uring_complete")
int BPF_PROG(spy_uring_done, void *ring, void *request, struct io_uring_cqe *cqe)
{
	__u64 address = spy_address_at(ctx, 1);

	if (address)
		return spy_uring_completed(address);
	return spy_uring_answered(spy_address_at(ctx, 0), cqe->user_data, cqe->res);
}

/* With what is in it: older kernels. */
SEC("tp_btf/io_uring_complete")
int BPF_PROG(spy_uring_done_7, void *ring, void *request, __u64 user_data, int result, unsigned int flags, __u64 extra1,
	     __u64 extra2)
{
	__u64 address = spy_address_at(ctx, 1);

	if (address)
		return spy_uring_completed(address);
	return spy_uring_answered(spy_address_at(ctx, 0), user_data, result);
}

/* It could not run at once, or was not meant to: a worker does it, at the same time as what this thread does next. */
SEC("tp_btf/io_uring_queue_async_work")
int BPF_PROG(spy_uring_punt, struct io_kiocb *req)
{
	struct spy_task *me = spy_task_of(bpf_get_current_task_btf());

	if (!me || !me->uring_open)
		return 0;
	if (me->uring_open == spy_address_at(ctx, 0))
		me->uring_open = 0;
	else
		(void)spy_uring_peek();
	return 0;
}
