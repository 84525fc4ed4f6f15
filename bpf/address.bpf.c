// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the kernel says of sockets. Functions of their own: the verifier looks at each once, and their copies take no room on the stack of who calls. */
#include "address.bpf.h"
#include "copy.bpf.h"

/* Bytes of a sock that are copied at once: both its ends stand at its front, for look-ups to find in one cache line. */
#define SPY_SOCK_COPY 96

/* The interface belongs to addresses that are of one link only. */
static __always_inline __u32 spy_scope_of(const __u8 *bytes, __u32 bound_interface)
{
	bool unicast = bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
	bool multicast = bytes[0] == 0xff && ((bytes[1] & 0xf) == 1 || (bytes[1] & 0xf) == 2);

	return unicast || multicast ? bound_interface : 0;
}

__noinline int spy_address_of_sock(struct spy_address *out, __u64 address, __u32 end)
{
	__u64 copy[SPY_SOCK_COPY / sizeof(__u64)];
	struct sock *sk = (struct sock *)address;
	struct in6_addr v6;
	__u16 family;
	__u32 v4;

	if (!out)
		return 0;
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

#define SPY_SOCKET_COPY 128 /* of its file, then of its inode */

__noinline int spy_socket_of(__u64 address, struct spy_socket *found)
{
	__u64 copy[SPY_SOCKET_COPY / sizeof(__u64)];
	struct file *file = (struct file *)address;
	struct socket *socket;
	struct inode *inode;

	if (!file || !found)
		return 0;
	bpf_probe_read_kernel(copy, sizeof(copy), file);
	inode = SPY_IN_COPY(copy, file, f_inode);
	socket = SPY_IN_COPY(copy, file, private_data);
	bpf_probe_read_kernel(copy, sizeof(copy), inode);
	if ((SPY_IN_COPY(copy, inode, i_mode) & SPY_S_IFMT) != SPY_S_IFSOCK)
		return 0;
	found->inode = SPY_IN_COPY(copy, inode, i_ino);
	found->sk = (__u64)BPF_CORE_READ(socket, sk);
	return found->sk != 0;
}
