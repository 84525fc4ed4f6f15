/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The address that an operation of io_uring on a socket was given. */
#ifndef SPY_URING_ADDRESS_BPF_H
#define SPY_URING_ADDRESS_BPF_H

#include "uring.bpf.h"
#include "address.bpf.h"

/* Reads it from the request at an address into the scratch's operation; there is none where its length is 0. */
int spy_uring_read_name(__u32 scratch, __u64 request);

/* The address that the operation was given, as far as it is one of the internet. `sk`: of a datagram, its socket. */
static __always_inline void spy_uring_fill_asked(struct spy_address *out, const struct spy_uring_request *u, __u64 sk)
{
	struct sock *socket = (struct sock *)sk;
	struct spy_sockaddr a;

	out->family = SPY_FAMILY_UNREAD;
	__builtin_memcpy(&a, u->name, SPY_SOCKADDR_BYTES);
	if (u->name_length < sizeof(a.family))
		return;
	if (sk && a.family == SPY_AF_UNSPEC)
		a.family = spy_unnamed_family(BPF_CORE_READ(socket, __sk_common.skc_family));
	if ((a.family == SPY_AF_INET && u->name_length < SPY_INET_BYTES) ||
	    (a.family == SPY_AF_INET6 && u->name_length < SPY_INET6_BYTES))
		return;
	out->family = a.family;
	if (a.family != SPY_AF_INET && a.family != SPY_AF_INET6)
		return;
	out->port = __builtin_bswap16(a.port_be);
	if (a.family == SPY_AF_INET) {
		__builtin_memcpy(out->bytes, &a.word, 4);
	} else {
		__builtin_memcpy(out->bytes, a.in6, 16);
		out->scope_id = a.scope_id;
	}
}

#endif
