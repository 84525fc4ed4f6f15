// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Datagrams sent to an address of their own, without a connection: sendto, sendmsg, sendmmsg. */
#include "address.bpf.h"
#include "calls.bpf.h"
#include "message.bpf.h"

struct spy_messages {
	__u64 vector;
	__u32 count;
	__u32 scratch;
};

static __always_inline void spy_tell_send(__u32 scratch, __u64 name, __u32 length, __u32 index)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_record_send *r;
	__u16 family = 0;
	struct sock *sk;

	if (!s || !name || !length)
		return;
	s->unreadable = 0;
	s->truncated = 0;
	r = (void *)spy_begin(s, SPY_RECORD_SEND, sizeof(*r), s->call.process, s->call.flags);
	r->result = s->call.result;
	r->fd = s->call.args[0];
	r->nr = s->call.nr;
	r->index = index;
	sk = spy_sock_of((__s32)s->call.args[0]);
	if (sk) {
		r->type = BPF_CORE_READ(sk, sk_type);
		r->protocol = BPF_CORE_READ(sk, sk_protocol);
		family = BPF_CORE_READ(sk, __sk_common.skc_family);
	}
	spy_address_or(&r->asked, name, length, spy_unnamed_family(family));
	if (family == SPY_AF_INET6 && r->asked.family == SPY_AF_UNSPEC)
		return;
	spy_put_unix(scratch, r->asked.family, name, length);
	/* A stream with an address is TCP's fast open, told by its state; of one that is connected the address is ignored. */
	if (r->protocol != SPY_IPPROTO_TCP && r->protocol != SPY_IPPROTO_MPTCP)
		(void)spy_emit(scratch, SPY_GROUP_NETWORK, 0);
}

static __noinline int spy_tell_message(__u32 scratch, __u64 message, __u32 index)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_message m = {};

	if (!s)
		return 0;
	spy_message_read(&m, message, s->call.flags);
	spy_tell_send(scratch, m.head.name, m.head.name_length, index);
	return 0;
}

static long spy_each_message(__u32 n, struct spy_messages *m)
{
	struct spy_scratch *s = spy_scratch_at(m->scratch);

	if (!s || n >= m->count)
		return 1;
	spy_tell_message(m->scratch, m->vector + n * spy_message_stride(s->call.flags), n);
	return 0;
}

__noinline int spy_send_returned(__u32 scratch)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_messages m = {};

	if (!s)
		return 0;
	if (SPY_CALL_IS(&s->call, sendto) || SPY_CALL_IS(&s->call, send)) {
		spy_tell_send(scratch, s->call.args[4], s->call.args[5], 0);
	} else if (SPY_CALL_IS(&s->call, sendmmsg)) {
		m.vector = s->call.args[1];
		/* Those that the kernel took, and the one after them, which it tried and refused. */
		m.count = s->call.result > 0 ? s->call.result + 1 : 1;
		if (m.count > s->call.args[2])
			m.count = s->call.args[2];
		m.scratch = scratch;
		bpf_loop(SPY_MESSAGES_MAX, spy_each_message, &m, 0);
	} else {
		spy_tell_message(scratch, s->call.args[1], 0);
	}
	return 0;
}
