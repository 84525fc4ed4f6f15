// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * io_uring: the operations that would have been records, had they been system calls. They are not decoded yet, so each says that the session did not
 * see something; the many others (event loops batch epoll_ctl through a ring) concern no record and no session.
 */
#include "emit.bpf.h"

enum spy_uring_opcode {
	SPY_URING_SENDMSG = 9,
	SPY_URING_CONNECT = 16,
	SPY_URING_OPENAT = 18,
	SPY_URING_SEND = 26,
	SPY_URING_OPENAT2 = 28,
	SPY_URING_SEND_ZC = 47,
	SPY_URING_SENDMSG_ZC = 48,
};

static __always_inline __u32 spy_uring_group(__u8 opcode)
{
	switch (opcode) {
	case SPY_URING_OPENAT:
	case SPY_URING_OPENAT2:
		return SPY_GROUP_FILE;
	case SPY_URING_CONNECT:
	case SPY_URING_SEND:
	case SPY_URING_SENDMSG:
	case SPY_URING_SEND_ZC:
	case SPY_URING_SENDMSG_ZC:
		return SPY_GROUP_NETWORK;
	default:
		return 0;
	}
}

static __always_inline int spy_uring_submitted(struct io_kiocb *req)
{
	struct spy_task *me = spy_task_of(bpf_get_current_task_btf());
	struct spy_record_blind *r;
	struct spy_scratch *s;
	__u32 index, group;

	if (!me || !me->sessions)
		return 0;
	group = spy_uring_group(req->opcode);
	if (!(group & me->groups))
		return 0;
	s = spy_take(&index, me->sessions, me->since);
	if (!s)
		return 0;
	r = (void *)spy_begin(s, SPY_RECORD_BLIND, sizeof(*r), me->process, 0);
	r->route = SPY_ROUTE_IO_URING;
	r->detail = req->opcode;
	(void)spy_emit(index, group, 1);
	spy_release(s);
	return 0;
}

/* Linux 6.4 and newer. */
SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(spy_uring_req, struct io_kiocb *req)
{
	return spy_uring_submitted(req);
}

/* Linux 6.0 to 6.3, with the same first argument; older ones have other arguments, and are told apart by their number. */
SEC("tp_btf/io_uring_submit_sqe")
int BPF_PROG(spy_uring_sqe, struct io_kiocb *req)
{
	return spy_uring_submitted(req);
}
