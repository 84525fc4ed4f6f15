/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Sockets and their addresses. A part of kernel.h. */
#ifndef SPY_KERNEL_SOCKETS_H
#define SPY_KERNEL_SOCKETS_H

struct in6_addr {
	union {
		__u8 u6_addr8[16];
	} in6_u;
};

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	int skc_bound_dev_if;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	atomic64_t skc_cookie;
};

typedef struct {
	int owned;
} socket_lock_t;

struct sock {
	struct sock_common __sk_common;
	socket_lock_t sk_lock;
	int sk_err;
	__u8 sk_shutdown;
	__u16 sk_protocol;
	__u16 sk_type;
};

struct sockaddr_un {
	unsigned short sun_family;
	char sun_path[108];
};

struct udp_sock {
	int pending; /* parts of a datagram that are held back */
	__u16 gso_size;
};

struct unix_address {
	int len; /* of the address in name */
	struct sockaddr_un name[0];
};

struct unix_sock {
	struct unix_address *addr;
	struct path path;
	struct sock *peer;
};

struct socket {
	short type;
	struct sock *sk;
};

struct msghdr {
	void *msg_name;
	int msg_namelen;
};

struct __kernel_sockaddr_storage {
	unsigned short ss_family;
};

#endif
