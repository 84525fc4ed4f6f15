// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Operations of io_uring that move what may be DNS: that is not decoded, so that it is told as a route that is not seen. */
#include "uring_address.bpf.h"

static __always_inline bool spy_is_dns(__u64 sk)
{
	struct sock *socket = (struct sock *)sk;
	__u16 family = sk ? BPF_CORE_READ(socket, __sk_common.skc_family) : 0;

	return (family == SPY_AF_INET || family == SPY_AF_INET6) &&
	       BPF_CORE_READ(socket, __sk_common.skc_dport) == __builtin_bswap16(SPY_DNS_PORT);
}

__noinline int spy_uring_check_dns(__u32 scratch, __u64 file)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_socket found = {};
	struct spy_address asked = {};

	if (!s)
		return 0;
	(void)spy_socket_of(file, &found);
	spy_uring_fill_asked(&asked, &s->uring, found.sk);
	if (!spy_is_dns(found.sk) && !(found.sk && asked.port == SPY_DNS_PORT))
		return 0;
	(void)spy_uring_blind(s->uring.opcode, SPY_GROUP_NETWORK);
	return 1;
}

__noinline int spy_uring_watch_dns(__u32 scratch, __u64 request)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct io_kiocb *req = (struct io_kiocb *)request;
	struct spy_socket found = {};
	__u32 flags = BPF_CORE_READ(req, flags);
	struct spy_uring_request *u;
	struct sock *sk;
	__u16 family;
	__u64 file;

	if (!s)
		return 0;
	u = &s->uring;
	file = (__u64)spy_uring_file(u, u->fd, u->fixed);
	if (spy_uring_check_dns(scratch, file))
		return 0;
	if (file && spy_socket_of(file, &found)) {
		sk = (struct sock *)found.sk;
		family = BPF_CORE_READ(sk, __sk_common.skc_family);
		if (family != SPY_AF_INET && family != SPY_AF_INET6)
			return 0;
		if (!spy_uring_is_linked(req) && !(flags & (SPY_REQ_ASYNC | SPY_REQ_DRAIN)) &&
		    BPF_CORE_READ(sk, __sk_common.skc_dport))
			return 0;
	} else if (file && !spy_uring_is_linked(req)) {
		return 0;
	}
	/* Of a success the kernel will say nothing. */
	if (flags & SPY_REQ_CQE_SKIP && (!file || found.sk))
		(void)spy_uring_blind(u->opcode, SPY_GROUP_NETWORK);
	return 1;
}
