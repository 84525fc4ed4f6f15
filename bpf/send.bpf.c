// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Datagrams sent to an address of their own, without a connection: sendto, sendmsg, sendmmsg. */
#include "address.bpf.h"
#include "calls.bpf.h"

#define SPY_MESSAGES_MAX 1024 /* UIO_MAXIOV: what the kernel takes of one sendmmsg */

/* struct msghdr, as far as it is read: of 64 and 32 bits. */
struct spy_msghdr {
	__u64 name;
	__u32 name_length;
	__u32 padding;
};

struct spy_msghdr32 {
	__u32 name;
	__u32 name_length;
};

struct spy_messages {
	__u64 vector;
	__u32 count;
	__u32 scratch;
};

static __always_inline void spy_tell_send(__u32 scratch, __u64 name, __u32 length, __u32 index)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_record_send *r;
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
	}
	spy_address_of_user(&r->asked, name, length);
	spy_put_unix(scratch, r->asked.family, name, length);
	/* A stream with an address is TCP's fast open, told by its state. */
	if (r->protocol != SPY_IPPROTO_TCP)
		(void)spy_emit(scratch, SPY_GROUP_NETWORK, 0);
}

static __always_inline void spy_message_name(struct spy_scratch *s, __u64 message, __u64 *name, __u32 *length)
{
	if (s->call.flags & SPY_FLAG_I386) {
		struct spy_msghdr32 m = {};

		bpf_probe_read_user(&m, sizeof(m), (void *)message);
		*name = m.name;
		*length = m.name_length;
	} else {
		struct spy_msghdr m = {};

		bpf_probe_read_user(&m, sizeof(m), (void *)message);
		*name = m.name;
		*length = m.name_length;
	}
}

static __noinline int spy_tell_message(__u32 scratch, __u64 message, __u32 index)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	__u64 name = 0;
	__u32 length = 0;

	if (!s)
		return 0;
	spy_message_name(s, message, &name, &length);
	spy_tell_send(scratch, name, length, index);
	return 0;
}

static long spy_each_message(__u32 n, struct spy_messages *m)
{
	struct spy_scratch *s = spy_scratch_at(m->scratch);
	__u32 stride;

	if (!s || n >= m->count)
		return 1;
	stride = s->call.flags & SPY_FLAG_I386 ? 32 : 64;
	spy_tell_message(m->scratch, m->vector + n * stride, n);
	return 0;
}

__noinline int spy_send_returned(__u32 scratch)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_messages m = {};

	if (!s)
		return 0;
	if (SPY_IS_SENDTO(&s->call)) {
		spy_tell_send(scratch, s->call.args[4], s->call.args[5], 0);
	} else if (SPY_IS_SENDMMSG(&s->call)) {
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
