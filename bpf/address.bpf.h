/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Addresses of sockets: from the caller's memory and from the kernel's socket. */
#ifndef SPY_ADDRESS_BPF_H
#define SPY_ADDRESS_BPF_H

#include "copy.bpf.h"
#include "emit.bpf.h"
#include "files.bpf.h"

#define SPY_AF_UNIX 1
#define SPY_AF_INET 2
#define SPY_AF_INET6 10
#define SPY_IPPROTO_TCP 6
#define SPY_S_IFMT 0170000
#define SPY_S_IFSOCK 0140000
#define SPY_UNIX_NAME 2 /* where the name begins in a sockaddr_un */
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

/* Bytes of a sock that are copied at once: both its ends stand at its front, for look-ups to find in one cache line. */
#define SPY_SOCK_COPY 96

enum spy_end { SPY_LOCAL, SPY_PEER };

/* The interface belongs to addresses that are of one link only. */
static __always_inline __u32 spy_scope_of(const __u8 *bytes, __u32 bound_interface)
{
	bool unicast = bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
	bool multicast = bytes[0] == 0xff && ((bytes[1] & 0xf) == 1 || (bytes[1] & 0xf) == 2);

	return unicast || multicast ? bound_interface : 0;
}

/* One end of a socket. Returns its family; other families than those of the internet leave the address as it is. */
static __always_inline __u16 spy_address_of_sock(struct spy_address *out, struct sock *sk, enum spy_end end)
{
	__u64 copy[SPY_SOCK_COPY / sizeof(__u64)];
	struct in6_addr v6;
	__u16 family;
	__u32 v4;

	bpf_probe_read_kernel(copy, sizeof(copy), sk);
	family = SPY_IN_COPY(copy, sk, __sk_common.skc_family);
	if (family == SPY_AF_INET) {
		v4 = end == SPY_PEER ? SPY_IN_COPY(copy, sk, __sk_common.skc_daddr)
				     : SPY_IN_COPY(copy, sk, __sk_common.skc_rcv_saddr);
		__builtin_memcpy(out->bytes, &v4, 4);
	} else if (family == SPY_AF_INET6) {
		v6 = end == SPY_PEER ? SPY_IN_COPY(copy, sk, __sk_common.skc_v6_daddr)
				     : SPY_IN_COPY(copy, sk, __sk_common.skc_v6_rcv_saddr);
		__builtin_memcpy(out->bytes, &v6, 16);
		out->scope_id = spy_scope_of(out->bytes, SPY_IN_COPY(copy, sk, __sk_common.skc_bound_dev_if));
	} else {
		return family;
	}
	out->family = family;
	out->port = end == SPY_PEER ? __builtin_bswap16(SPY_IN_COPY(copy, sk, __sk_common.skc_dport))
				    : SPY_IN_COPY(copy, sk, __sk_common.skc_num);
	return family;
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
	length = length > SPY_UNIX_NAME ? length - SPY_UNIX_NAME : 0;
	(void)spy_put_user_bytes(scratch, pointer + SPY_UNIX_NAME,
				 length < SPY_UNIX_PATH_MAX ? length : SPY_UNIX_PATH_MAX);
	bpf_probe_read_user(&first, 1, (void *)(pointer + SPY_UNIX_NAME));
	if (length && first)
		(void)spy_put_base(scratch, SPY_AT_FDCWD, pointer + SPY_UNIX_NAME);
	else
		(void)spy_put_absent(scratch);
}

/* What is known of an open socket. */
struct spy_socket {
	struct sock *sk;
	__u64 inode;
};

#define SPY_SOCKET_COPY 128 /* of its file, then of its inode */

/* Whether a descriptor of the current task is a socket. */
static __always_inline bool spy_find_socket(__s64 fd, struct spy_socket *found)
{
	__u64 copy[SPY_SOCKET_COPY / sizeof(__u64)];
	struct file *file = spy_file_of(fd);
	struct socket *socket;
	struct inode *inode;

	if (!file)
		return false;
	bpf_probe_read_kernel(copy, sizeof(copy), file);
	inode = SPY_IN_COPY(copy, file, f_inode);
	socket = SPY_IN_COPY(copy, file, private_data);
	bpf_probe_read_kernel(copy, sizeof(copy), inode);
	if ((SPY_IN_COPY(copy, inode, i_mode) & SPY_S_IFMT) != SPY_S_IFSOCK)
		return false;
	found->inode = SPY_IN_COPY(copy, inode, i_ino);
	found->sk = BPF_CORE_READ(socket, sk);
	return found->sk != NULL;
}

static __always_inline struct sock *spy_sock_of(__s64 fd)
{
	struct spy_socket found;

	return spy_find_socket(fd, &found) ? found.sk : NULL;
}

/* Strings of a unix socket: its name, empty while it has none, and its file; both absent of the other families, and of no socket (0). */
int spy_put_unix_socket(__u32 scratch, __u64 sk);

#endif
