// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Bytes to and from servers of DNS, port 53: whatever call moves them, and whether the address is the socket's peer or the message's own. Nearly all calls that come here are no DNS: what
 * tells so is looked at first.
 */
#include "dns.bpf.h"
#include "calls.bpf.h"

#define SPY_MSG_PEEK 2
#define SPY_MSG_TRUNC 0x20
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

static __always_inline bool spy_dns_is_moved(__u32 form)
{
	return form == SPY_DNS_MOVED_IN || form == SPY_DNS_MOVED_OUT;
}

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
