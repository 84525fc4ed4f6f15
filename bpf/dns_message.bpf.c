// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* One message of DNS: gathered from the parts that a call was given, and told with the server's address. */
#include "dns.bpf.h"

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

__noinline int spy_tell_dns(__u32 scratch)
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
