// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* io_uring: operations followed from their submission to their end, wherever that is. What is told of them is in uring_file.bpf.c and uring_net.bpf.c. */
#include "uring.bpf.h"
#include "io.bpf.h"
#include "passage.bpf.h"

struct spy_urings_map spy_urings SEC(".maps");

struct spy_uring_shot {
	__u64 ring; /* address */
	__u64 user_data;
};

/* Ring and user_data of a request that gives several answers -> its address */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct spy_uring_shot);
	__type(value, __u64);
} spy_uring_shots SEC(".maps");

__u64 spy_uring_last;

#define SPY_ECANCELED 125
#define SPY_URING_ALL (SPY_GROUP_FILE | SPY_GROUP_NETWORK | SPY_GROUP_PROBE | SPY_GROUP_SYNC)

#define NAMES(group)                                    \
	{                                               \
		SPY_GROUP_##group, SPY_URING_FORM_NAMES \
	}
#define FILE(form)                                    \
	{                                             \
		SPY_GROUP_FILE, SPY_URING_FORM_##form \
	}

#define NETWORK(form)                                    \
	{                                                \
		SPY_GROUP_NETWORK, SPY_URING_FORM_##form \
	}
/* Between memory and a file, or a socket that may be of DNS. */
#define TRANSFER(form)                                                    \
	{                                                                 \
		SPY_GROUP_FILE | SPY_GROUP_NETWORK, SPY_URING_FORM_##form \
	}

static const volatile struct {
	__u16 groups;
	__u16 form;
} spy_uring_operations[128] = {
	[SPY_URING_OPENAT] = NAMES(FILE),
	[SPY_URING_OPENAT2] = NAMES(FILE),
	[SPY_URING_RENAMEAT] = NAMES(FILE),
	[SPY_URING_UNLINKAT] = NAMES(FILE),
	[SPY_URING_MKDIRAT] = NAMES(FILE),
	[SPY_URING_SYMLINKAT] = NAMES(FILE),
	[SPY_URING_LINKAT] = NAMES(FILE),
	[SPY_URING_SETXATTR] = NAMES(FILE),
	[SPY_URING_FSETXATTR] = FILE(OPEN),
	[SPY_URING_STATX] = NAMES(PROBE),
	[SPY_URING_FALLOCATE] = FILE(OPEN),
	[SPY_URING_FTRUNCATE] = FILE(OPEN),
	[SPY_URING_CLOSE] = FILE(CLOSE),
	[SPY_URING_READ] = TRANSFER(READ),
	[SPY_URING_READV] = TRANSFER(READ),
	[SPY_URING_READ_FIXED] = TRANSFER(READ),
	[SPY_URING_READV_FIXED] = TRANSFER(READ),
	[SPY_URING_WRITE] = TRANSFER(WRITE),
	[SPY_URING_WRITEV] = TRANSFER(WRITE),
	[SPY_URING_WRITE_FIXED] = TRANSFER(WRITE),
	[SPY_URING_WRITEV_FIXED] = TRANSFER(WRITE),
	[SPY_URING_SPLICE] = TRANSFER(SPLICE),
	[SPY_URING_RECV] = NETWORK(RECEIVE),
	[SPY_URING_RECVMSG] = NETWORK(RECEIVE),
	[SPY_URING_RECV_ZC] = NETWORK(RECEIVE),
	[SPY_URING_READ_MULTISHOT] = NETWORK(RECEIVE),
	[SPY_URING_CONNECT] = NETWORK(CONNECT),
	[SPY_URING_SEND] = NETWORK(SEND),
	[SPY_URING_SENDMSG] = NETWORK(SEND),
	[SPY_URING_SEND_ZC] = NETWORK(SEND),
	[SPY_URING_SENDMSG_ZC] = NETWORK(SEND),
	[SPY_URING_SOCKET] = NETWORK(SOCKET),
	[SPY_URING_BIND] = NETWORK(BIND),
	[SPY_URING_LISTEN] = NETWORK(LISTEN),
	[SPY_URING_ACCEPT] = NETWORK(ACCEPT),
	[SPY_URING_FSYNC] = { SPY_GROUP_SYNC, SPY_URING_FORM_OPEN },
	[SPY_URING_SYNC_FILE_RANGE] = { SPY_GROUP_SYNC, SPY_URING_FORM_OPEN },
};

/* An argument of a tracepoint as a number: the verifier takes no typed pointer for one. */
static __always_inline __u64 spy_address_at(void *ctx, __u32 argument)
{
	__u64 address = 0;

	bpf_probe_read_kernel(&address, sizeof(address), ctx + argument * sizeof(address));
	return address;
}

static __always_inline __u32 spy_uring_form(__u32 opcode)
{
	return spy_uring_operations[opcode & 127].form;
}

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

static __always_inline void spy_uring_forget(__u64 request, struct spy_uring_request *u)
{
	struct spy_uring_shot shot = { .ring = u->ring, .user_data = u->user_data };

	if (u->several)
		bpf_map_delete_elem(&spy_uring_shots, &shot);
	bpf_map_delete_elem(&spy_urings, &request);
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

static __always_inline void spy_uring_fill(struct spy_uring_request *u, struct spy_task *me, struct io_kiocb *req)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 id = bpf_get_current_pid_tgid();

	__builtin_memset(u, 0, sizeof(*u));
	u->id = __sync_fetch_and_add(&spy_uring_last, 1) + 1;
	u->ring = (__u64)BPF_CORE_READ(req, ctx);
	u->user_data = BPF_CORE_READ(req, cqe.user_data);
	u->sessions = me->sessions;
	u->since = me->since;
	u->files = (__u64)BPF_CORE_READ(task, files);
	u->fs = (__u64)BPF_CORE_READ(task, fs);
	u->process = me->process;
	u->tgid = id >> 32;
	u->tid = id;
	u->flags = SPY_FLAG_URING | spy_root_flags(me->root_dentry);
	u->fd = BPF_CORE_READ(req, cqe.fd);
	u->opcode = BPF_CORE_READ(req, opcode);
	u->fixed = BPF_CORE_READ(req, flags) & SPY_REQ_FIXED_FILE;
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
