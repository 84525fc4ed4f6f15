// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Bytes to and from servers of DNS, port 53: whatever call moves them, and whether the address is the socket's peer or the message's own. Nearly all calls that come here are no DNS: what
 * tells so is looked at first.
 */
#include "address.bpf.h"
#include "calls.bpf.h"
#include "message.bpf.h"
#include "text.bpf.h"

#define SPY_MSG_PEEK 2
#define SPY_MSG_TRUNC 0x20
#define SPY_SOL_UDP 17
#define SPY_UDP_SEGMENT 103
/* Parts that a message is gathered from, at most. */
#define SPY_DNS_SEGMENTS 16
/* Of a header of DNS: the bit that makes it an answer, and how long it is. */
#define SPY_DNS_ANSWER_BYTE 2
#define SPY_DNS_ANSWER_BIT 0x80
#define SPY_DNS_HEADER 12
/* Where the bytes begin in a record. */
#define SPY_DNS_BYTES (sizeof(struct spy_record_dns) + sizeof(struct spy_string_head))

enum spy_dns_form {
	SPY_DNS_NONE = 0,
	SPY_DNS_READ,
	SPY_DNS_READV,
	SPY_DNS_MOVED_OUT, /* between the socket and a file or pipe: not seen */
	SPY_DNS_RECVFROM,
	SPY_DNS_RECVMSG,
	SPY_DNS_RECVMMSG,
	SPY_DNS_WRITE,
	SPY_DNS_WRITEV,
	SPY_DNS_MOVED_IN, /* as above */
	SPY_DNS_SPLICED,  /* one or the other */
	SPY_DNS_SENDTO,
	SPY_DNS_SENDMSG,
	SPY_DNS_SENDMMSG,
};

#define CALL(name, form) [SPY_NATIVE_PLACE(name)] = SPY_DNS_##form,
static const volatile __u8 spy_native_dns[SPY_TABLE_SIZE] = {
#include "tables/dns.h"
};
#undef CALL

#define CALL(name, form) [SPY_COMPAT_PLACE(name)] = SPY_DNS_##form,
static const volatile __u8 spy_compat_dns[SPY_TABLE_SIZE] = {
#include "tables/dns.h"
};
#undef CALL

static __always_inline bool spy_dns_sends(__u32 form)
{
	return form >= SPY_DNS_WRITE;
}

/* Forms that can carry an address of their own. */
static __always_inline bool spy_dns_names(__u32 form)
{
	return form >= SPY_DNS_SENDTO || (form >= SPY_DNS_RECVFROM && form <= SPY_DNS_RECVMMSG);
}

static __always_inline bool spy_dns_is_moved(__u32 form)
{
	return form == SPY_DNS_MOVED_IN || form == SPY_DNS_MOVED_OUT;
}

/* The socket of the call, as far as it is needed to tell whether this is DNS. */
struct spy_dns_socket {
	__u64 sk;
	__u64 inode;
	__u32 port; /* of its peer; 0: it has none */
	__u32 protocol;
	__u32 form;
	__u16 family;
	__u16 unused;
};

/* Whether bytes of the call may be DNS. */
static __noinline int spy_dns_find(__s32 fd, struct spy_dns_socket *dns)
{
	struct spy_socket found = {};
	struct sock *sk;
	__u16 family;

	if (!spy_find_socket(fd, &found))
		return 0;
	sk = (struct sock *)found.sk;
	family = BPF_CORE_READ(sk, __sk_common.skc_family);
	if (family != SPY_AF_INET && family != SPY_AF_INET6)
		return 0;
	dns->sk = found.sk;
	dns->inode = found.inode;
	dns->family = family;
	dns->port = __builtin_bswap16(BPF_CORE_READ(sk, __sk_common.skc_dport));
	if (dns->port != SPY_DNS_PORT && !spy_dns_names(dns->form))
		return 0;
	dns->protocol = BPF_CORE_READ(sk, sk_protocol);
	if (dns->port == SPY_DNS_PORT)
		return dns->protocol == SPY_IPPROTO_UDP || dns->protocol == SPY_IPPROTO_TCP ||
		       dns->protocol == SPY_IPPROTO_MPTCP;
	/* A datagram can be sent past the peer, but comes from nobody else. */
	return dns->protocol == SPY_IPPROTO_UDP && (!dns->port || spy_dns_sends(dns->form));
}

/* One message of a call, and how much of it is gathered. Kept in the scratch, in the room for walks: the verifier does not follow the values that are there. */
struct spy_dns_state {
	struct spy_dns_socket dns;
	struct spy_message user;
	__u64 messages; /* of sendmmsg and recvmmsg: where they are */
	__u32 count;    /* and how many to look at */
	__u32 index;
	__u32 bytes;  /* of the message: sent or received */
	__u32 whole;  /* 1: it was not sent, and is told as far as it goes */
	__u32 length; /* gathered */
	__u32 unreadable;
	__u32 split; /* 1: of what was moved nothing is seen */
	__u32 unused;
};

static __always_inline struct spy_dns_state *spy_dns_state_of(struct spy_scratch *s)
{
	return (struct spy_dns_state *)s->walk;
}

static long spy_dns_gather(__u32 n, __u32 *scratch)
{
	struct spy_scratch *s = spy_scratch_at(*scratch);
	struct spy_iovec segment = {};
	struct spy_dns_state *m;
	__u32 at;

	if (!s)
		return 1;
	m = spy_dns_state_of(s);
	at = m->length;
	if (n >= m->user.head.segments || at >= m->bytes || at >= SPY_DNS_MAX)
		return 1;
	spy_message_segment(&m->user, n, &segment);
	if (segment.length > m->bytes - at)
		segment.length = m->bytes - at;
	if (segment.length > SPY_DNS_MAX - at)
		segment.length = SPY_DNS_MAX - at;
	barrier_var(segment.length);
	if (segment.length > SPY_DNS_MAX)
		return 1;
	if (segment.length &&
	    bpf_probe_read_user(s->record + SPY_DNS_BYTES + at, segment.length, (void *)segment.base)) {
		m->unreadable = 1;
		return 1;
	}
	m->length = at + segment.length;
	return 0;
}

/* Whether the message carries the address that decides. */
static __always_inline bool spy_dns_is_named(struct spy_dns_state *m)
{
	__u16 family = SPY_AF_UNSPEC;

	if (!m->user.head.name || !m->user.head.name_length || m->dns.protocol != SPY_IPPROTO_UDP ||
	    (m->dns.port && !spy_dns_sends(m->dns.form)))
		return false;
	bpf_probe_read_user(&family, sizeof(family), (void *)m->user.head.name);
	return family != SPY_AF_UNSPEC || spy_unnamed_family(m->dns.family) != SPY_AF_UNSPEC;
}

/* Whether it goes to or comes from port 53, or from nobody knows where. */
static __always_inline bool spy_dns_concerns(struct spy_dns_state *m)
{
	__be16 port = 0;

	if (!spy_dns_is_named(m))
		return m->dns.port == SPY_DNS_PORT || (!m->dns.port && !spy_dns_sends(m->dns.form));
	bpf_probe_read_user(&port, sizeof(port), (void *)(m->user.head.name + SPY_PORT_OFFSET));
	return port == __builtin_bswap16(SPY_DNS_PORT);
}

/* The server's address into the record: SPY_FAMILY_UNREAD where the program did not ask for it. */
static __always_inline void spy_dns_server(struct spy_address *out, struct spy_dns_state *m)
{
	out->family = SPY_FAMILY_UNREAD;
	if (spy_dns_is_named(m))
		spy_address_or(out, m->user.head.name, m->user.head.name_length, spy_unnamed_family(m->dns.family));
	else if (m->dns.port)
		(void)spy_address_of_sock(out, m->dns.sk, SPY_PEER);
}

/* Whether a call that sent left a datagram that goes on, or made several of it: then its bytes are not one message. */
static __noinline int spy_dns_is_split(struct spy_dns_state *m)
{
	struct udp_sock *sk;

	if (!m || m->dns.protocol != SPY_IPPROTO_UDP || !spy_dns_sends(m->dns.form))
		return 0;
	sk = (struct udp_sock *)m->dns.sk;
	if (BPF_CORE_READ(sk, pending))
		return 1;
	if (bpf_core_field_exists(sk->gso_size) && BPF_CORE_READ(sk, gso_size) &&
	    m->bytes > BPF_CORE_READ(sk, gso_size))
		return 1;
	return spy_message_has(&m->user, SPY_SOL_UDP, SPY_UDP_SEGMENT);
}

/* The message of the scratch's state, if it is one. */
static __noinline int spy_tell_dns(__u32 scratch)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_record_dns *r;
	struct spy_dns_state *m;
	__u32 status = 0;

	if (!s)
		return 0;
	m = spy_dns_state_of(s);
	if (!spy_dns_concerns(m))
		return 0;
	m->length = 0;
	m->unreadable = 0;
	s->unreadable = 0;
	s->truncated = 0;
	r = (void *)spy_begin(s, SPY_RECORD_DNS, sizeof(*r), s->call.process, s->call.flags);
	spy_dns_server(&r->server, m);
	r->inode = m->dns.inode;
	r->result = s->call.result;
	r->answer = !spy_dns_sends(m->dns.form);
	r->fd = s->call.args[0];
	r->nr = s->call.nr;
	r->index = m->index;
	r->protocol = m->dns.protocol;
	bpf_loop(SPY_DNS_SEGMENTS, spy_dns_gather, &scratch, 0);
	r->bytes = m->whole ? m->length : m->bytes;
	/* Memory that the kernel could not read either: nothing was asked. */
	if (m->unreadable && m->whole)
		return 0;
	if (m->unreadable)
		status = SPY_STRING_UNREADABLE;
	/* A buffer that was too small for the message is the program's own loss. */
	else if (m->split || (!m->whole && spy_dns_is_split(m)))
		status = SPY_STRING_TRUNCATED;
	else if (m->length < r->bytes && (m->length >= SPY_DNS_MAX || m->user.head.segments > SPY_DNS_SEGMENTS))
		status = SPY_STRING_TRUNCATED;
	/* Of unknown origin: only what can be an answer. */
	if (r->server.family == SPY_FAMILY_UNREAD &&
	    (!r->answer || m->length < SPY_DNS_HEADER ||
	     !(s->record[SPY_DNS_BYTES + SPY_DNS_ANSWER_BYTE] & SPY_DNS_ANSWER_BIT)))
		return 0;
	spy_put_head(s, sizeof(*r), m->unreadable ? 0 : m->length, status);
	(void)spy_emit(scratch, SPY_GROUP_NETWORK, 0);
	return 0;
}

/* One of sendmmsg or recvmmsg. */
static long spy_dns_each(__u32 n, __u32 *scratch)
{
	struct spy_scratch *s = spy_scratch_at(*scratch);
	struct spy_dns_state *m;
	__u64 message;

	if (!s)
		return 1;
	m = spy_dns_state_of(s);
	if (n >= m->count)
		return 1;
	message = m->messages + n * spy_message_stride(s->call.flags);
	spy_message_read(&m->user, message, s->call.flags);
	m->whole = (__s64)n >= s->call.result || s->call.flags & SPY_FLAG_BLOCKED;
	m->bytes = m->whole ? SPY_DNS_MAX : spy_message_bytes(message, s->call.flags);
	m->index = n;
	(void)spy_tell_dns(*scratch);
	return 0;
}

static __noinline int spy_tell_dns_messages(__u32 scratch)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_dns_state *m;

	if (!s)
		return 0;
	m = spy_dns_state_of(s);
	m->messages = s->call.args[1];
	/* Of those to send the kernel tried one more than it took. */
	m->count = s->call.result > 0 ? s->call.result : 0;
	if (m->dns.form == SPY_DNS_SENDMMSG)
		m->count++;
	if (m->count > (__u32)s->call.args[2])
		m->count = s->call.args[2];
	bpf_loop(SPY_MESSAGES_MAX, spy_dns_each, &scratch, 0);
	return 0;
}

/* What the call's arguments say of its message. Returns the MSG_* options of a call that receives. */
static __always_inline __u32 spy_dns_arguments(struct spy_dns_state *m, struct spy_call *call)
{
	__u32 options = 0;

	__builtin_memset(&m->user, 0, sizeof(m->user));
	m->user.flags = call->flags;
	m->user.head.segments = 1;
	m->user.buffer.base = call->args[1];
	m->user.buffer.length = call->args[2];
	switch (m->dns.form) {
	case SPY_DNS_READV:
	case SPY_DNS_WRITEV:
		m->user.head.vector = call->args[1];
		m->user.head.segments = call->args[2];
		break;
	case SPY_DNS_RECVFROM:
		m->user.head.name = call->args[4];
		bpf_probe_read_user(&m->user.head.name_length, sizeof(m->user.head.name_length), (void *)call->args[5]);
		options = call->args[3];
		break;
	case SPY_DNS_SENDTO:
		m->user.head.name = call->args[4];
		m->user.head.name_length = call->args[5];
		break;
	case SPY_DNS_RECVMSG:
		options = call->args[2];
		spy_message_read(&m->user, call->args[1], call->flags);
		break;
	case SPY_DNS_SENDMSG:
		spy_message_read(&m->user, call->args[1], call->flags);
		break;
	case SPY_DNS_RECVMMSG:
		options = call->args[3];
		break;
	}
	return options;
}

static __noinline int spy_dns_returned(__u32 scratch, struct spy_dns_socket *dns)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_dns_state *m;
	__u32 options;

	if (!s)
		return 0;
	m = spy_dns_state_of(s);
	m->dns = *dns;
	m->index = 0;
	m->whole = spy_call_failed(&s->call);
	m->bytes = m->whole ? SPY_DNS_MAX : s->call.result;
	m->split = 0;
	options = spy_dns_arguments(m, &s->call);
	/* What a stream throws away is in no memory, either. */
	if (spy_dns_is_moved(m->dns.form) || (options & SPY_MSG_TRUNC && m->dns.protocol != SPY_IPPROTO_UDP)) {
		m->user.head.segments = 0;
		m->split = 1;
	}
	/* What is looked at in a stream comes again. */
	if (options & SPY_MSG_PEEK && m->dns.protocol != SPY_IPPROTO_UDP)
		return 0;
	if (m->dns.form == SPY_DNS_SENDMMSG || m->dns.form == SPY_DNS_RECVMMSG)
		return spy_tell_dns_messages(scratch);
	return spy_tell_dns(scratch);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(spy_on_dns, struct pt_regs *regs, long result)
{
	struct spy_task *me = spy_task_of(bpf_get_current_task_btf());
	struct spy_dns_socket dns = {};
	struct spy_scratch *s;
	__u32 flags, nr, index;
	bool failed, found;

	if (!me)
		return 0;
	flags = me->call_flags;
	nr = me->nr;
	if (nr >= SPY_NR_TABLE || flags & SPY_FLAG_RESTARTED)
		return 0;
	dns.form = flags & SPY_FLAG_COMPAT ? spy_compat_dns[nr] : spy_native_dns[nr];
	failed = result < 0 || flags & SPY_FLAG_BLOCKED;
	if (!dns.form || (failed && !spy_dns_sends(dns.form)))
		return 0;
	found = false;
	if (dns.form == SPY_DNS_SPLICED) {
		dns.form = SPY_DNS_MOVED_IN;
		found = spy_dns_find(SPY_ARG_2(regs), &dns);
		if (!found)
			dns.form = SPY_DNS_MOVED_OUT;
	}
	if (!found && !spy_dns_find(spy_first_arg(regs, flags, me->folded_args), &dns))
		return 0;
	if (spy_dns_is_moved(dns.form) && (failed || !result))
		return 0;
	/* Of a stream that took nothing there is nothing to tell; a datagram was an attempt. */
	if (failed && dns.protocol != SPY_IPPROTO_UDP)
		return 0;
	s = spy_call_take(regs, result, &index, &me);
	if (!s)
		return 0;
	(void)spy_dns_returned(index, &dns);
	spy_release(s);
	return 0;
}
