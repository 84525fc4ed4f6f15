/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Addresses of sockets: from the caller's memory and from the kernel's socket. */
#ifndef SPY_ADDRESS_BPF_H
#define SPY_ADDRESS_BPF_H

#include "emit.bpf.h"
#include "files.bpf.h"

#define SPY_AF_UNIX 1
#define SPY_AF_INET 2
#define SPY_AF_INET6 10
#define SPY_IPPROTO_TCP 6
#define SPY_S_IFMT 0170000
#define SPY_S_IFSOCK 0140000
#define SPY_UNIX_PATH_MAX 108

/* sockaddr_in, sockaddr_in6 and sockaddr_un, as far as they are read. */
struct spy_sockaddr {
	__u16 family;
	__u16 port_be;
	__u32 word; /* in: address; in6: flow */
	__u8 in6[16];
	__u32 scope_id;
	__u32 unused; /* to a power of two: the verifier bounds the length by a mask */
};

#define SPY_SOCKADDR_BYTES 28
/* What holds the address; the kernel refuses less. */
#define SPY_INET_BYTES 8
#define SPY_INET6_BYTES 24

static __always_inline void spy_address_of_user(struct spy_address *out, __u64 pointer, __u32 length)
{
	struct spy_sockaddr a = {};
	__u32 n = length < SPY_SOCKADDR_BYTES ? length : SPY_SOCKADDR_BYTES;

	out->family = SPY_FAMILY_UNREAD;
	barrier_var(n);
	n &= sizeof(a) - 1;
	if (n < sizeof(a.family) || bpf_probe_read_user(&a, n, (void *)pointer))
		return;
	if ((a.family == SPY_AF_INET && n < SPY_INET_BYTES) || (a.family == SPY_AF_INET6 && n < SPY_INET6_BYTES))
		return;
	out->family = a.family;
	if (a.family == SPY_AF_INET) {
		out->port = __builtin_bswap16(a.port_be);
		__builtin_memcpy(out->bytes, &a.word, 4);
	} else if (a.family == SPY_AF_INET6) {
		out->port = __builtin_bswap16(a.port_be);
		__builtin_memcpy(out->bytes, a.in6, 16);
		out->scope_id = a.scope_id;
	}
}

static __always_inline void spy_address_of_sock(struct spy_address *out, struct sock *sk)
{
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);
	__u32 v4;

	if (family == SPY_AF_INET) {
		v4 = BPF_CORE_READ(sk, __sk_common.skc_daddr);
		__builtin_memcpy(out->bytes, &v4, 4);
	} else if (family == SPY_AF_INET6) {
		BPF_CORE_READ_INTO(&out->bytes, sk, __sk_common.skc_v6_daddr);
	} else {
		return;
	}
	out->family = family;
	out->port = __builtin_bswap16(BPF_CORE_READ(sk, __sk_common.skc_dport));
}

/* Strings of a unix address: the path as given (its length decides: it need not be terminated, and may begin with NUL), and its base. */
static __always_inline void spy_put_unix(__u32 scratch, __u16 family, __u64 pointer, __u32 length)
{
	char first = 0;

	if (family != SPY_AF_UNIX) {
		(void)spy_put_absent(scratch);
		(void)spy_put_absent(scratch);
		return;
	}
	length = length > 2 ? length - 2 : 0;
	(void)spy_put_user_bytes(scratch, pointer + 2, length < SPY_UNIX_PATH_MAX ? length : SPY_UNIX_PATH_MAX);
	bpf_probe_read_user(&first, 1, (void *)(pointer + 2));
	if (length && first)
		(void)spy_put_base(scratch, SPY_AT_FDCWD, pointer + 2);
	else
		(void)spy_put_absent(scratch);
}

static __always_inline struct sock *spy_sock_of(__s64 fd)
{
	struct file *file = spy_file_of(fd);
	struct socket *socket;

	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & SPY_S_IFMT) != SPY_S_IFSOCK)
		return NULL;
	socket = BPF_CORE_READ(file, private_data);
	return BPF_CORE_READ(socket, sk);
}

#endif
