/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Addresses of sockets: from the caller's memory and from the kernel's socket. */
#ifndef SPY_ADDRESS_BPF_H
#define SPY_ADDRESS_BPF_H

#include "emit.bpf.h"
#include "files.bpf.h"

#define SPY_AF_UNSPEC 0
#define SPY_AF_UNIX 1
#define SPY_AF_INET 2
#define SPY_AF_INET6 10
#define SPY_IPPROTO_TCP 6
#define SPY_IPPROTO_UDP 17
#define SPY_IPPROTO_MPTCP 262
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
#define SPY_PORT_OFFSET 2
#define SPY_DNS_PORT 53
/* What holds the address; the kernel refuses less. */
#define SPY_INET_BYTES 8
#define SPY_INET6_BYTES 24

/* Whose memory an address is in. */
enum spy_memory { SPY_USER, SPY_KERNEL };

static __always_inline long spy_read_memory(void *to, __u32 length, __u64 pointer, enum spy_memory memory)
{
	return memory == SPY_USER ? bpf_probe_read_user(to, length, (void *)pointer)
				  : bpf_probe_read_kernel(to, length, (void *)pointer);
}

/* `otherwise`: the family of an address that names none. */
static __always_inline void spy_address_in(struct spy_address *out, __u64 pointer, __u32 length, __u16 otherwise,
					   enum spy_memory memory)
{
	struct spy_sockaddr a = {};
	__u32 n = length < SPY_SOCKADDR_BYTES ? length : SPY_SOCKADDR_BYTES;

	out->family = SPY_FAMILY_UNREAD;
	barrier_var(n);
	n &= sizeof(a) - 1;
	if (n < sizeof(a.family) || spy_read_memory(&a, n, pointer, memory))
		return;
	if (a.family == SPY_AF_UNSPEC)
		a.family = otherwise;
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

static __always_inline void spy_address_or(struct spy_address *out, __u64 pointer, __u32 length, __u16 otherwise)
{
	spy_address_in(out, pointer, length, otherwise, SPY_USER);
}

static __always_inline void spy_address_of_user(struct spy_address *out, __u64 pointer, __u32 length)
{
	spy_address_or(out, pointer, length, SPY_AF_UNSPEC);
}

/* A pointer as a number: as what it is, it is not let into a function of its own. */
static __always_inline __u64 spy_number_of(const void *pointer)
{
	__u64 number = 0;

	bpf_probe_read_kernel(&number, sizeof(number), &pointer);
	return number;
}

enum spy_end { SPY_LOCAL, SPY_PEER };

/* One end of a socket, given by its address. Returns its family; of other families than those of the internet the address is left as it is. */
int spy_address_of_sock(struct spy_address *out, __u64 sk, __u32 end);

/* The family that a datagram's address without one is of: the kernel takes it for one of IPv4, and for none on a socket of IPv6. */
static __always_inline __u16 spy_unnamed_family(__u16 family)
{
	return family == SPY_AF_INET ? SPY_AF_INET : SPY_AF_UNSPEC;
}

/* Strings of a unix address: the path as given (its length decides: it need not be terminated, and may begin with NUL), and its base. */
static __always_inline void spy_put_unix_in(__u32 scratch, __u16 family, __u64 pointer, __u32 length,
					    enum spy_memory memory)
{
	char first = 0;

	if (family != SPY_AF_UNIX) {
		(void)spy_put_absent(scratch);
		(void)spy_put_absent(scratch);
		return;
	}
	length = length > SPY_UNIX_NAME ? length - SPY_UNIX_NAME : 0;
	length = length < SPY_UNIX_PATH_MAX ? length : SPY_UNIX_PATH_MAX;
	pointer += SPY_UNIX_NAME;
	if (memory == SPY_USER)
		(void)spy_put_user_bytes(scratch, pointer, length);
	else
		(void)spy_put_kernel_bytes(scratch, pointer, length);
	spy_read_memory(&first, 1, pointer, memory);
	if (length && first && first != '/')
		(void)spy_put_cwd_of_call(scratch, 0);
	else
		(void)spy_put_absent(scratch);
}

static __always_inline void spy_put_unix(__u32 scratch, __u16 family, __u64 pointer, __u32 length)
{
	spy_put_unix_in(scratch, family, pointer, length, SPY_USER);
}

/* What is known of an open socket. */
struct spy_socket {
	__u64 sk; /* address of the struct sock */
	__u64 inode;
};

/* Whether a file, by its address, is a socket. */
int spy_socket_of(__u64 file, struct spy_socket *found);

/* Whether a descriptor of the current task is one. */
static __always_inline int spy_find_socket(__s64 fd, struct spy_socket *found)
{
	return spy_socket_of(spy_file_address(fd), found);
}

static __always_inline struct sock *spy_sock_of(__s64 fd)
{
	struct spy_socket found = {};

	return spy_find_socket(fd, &found) ? (struct sock *)found.sk : NULL;
}

/* Strings of a unix socket: its name, empty while it has none, and its file; both absent of the other families, and of no socket (0). */
int spy_put_unix_socket(__u32 scratch, __u64 sk);

#endif
