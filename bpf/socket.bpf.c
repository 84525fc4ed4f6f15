// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Sockets made, bound to an address of their own, listening, and connections taken. The truth of a success is the kernel's socket. */
#include "address.bpf.h"
#include "calls.bpf.h"

#define SPY_SOCK_TYPE_MASK 0xf

static __noinline int spy_tell_socket(__u32 scratch)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_record_socket *r;
	struct spy_socket found = {};
	struct sock *sk;

	if (!s)
		return 0;
	r = (void *)spy_begin(s, SPY_RECORD_SOCKET, sizeof(*r), s->call.process, s->call.flags);
	r->result = s->call.result;
	r->family = s->call.args[0];
	r->type = s->call.args[1] & SPY_SOCK_TYPE_MASK;
	r->protocol = s->call.args[2];
	r->flags = s->call.args[1] & ~SPY_SOCK_TYPE_MASK;
	r->nr = s->call.nr;
	if (SPY_CALL_IS(&s->call, socket) && !spy_call_failed(&s->call) && spy_find_socket(s->call.result, &found)) {
		sk = (struct sock *)found.sk;
		r->inode = found.inode;
		r->family = BPF_CORE_READ(sk, __sk_common.skc_family);
		r->type = BPF_CORE_READ(sk, sk_type);
	}
	(void)spy_emit(scratch, SPY_GROUP_NETWORK, 0);
	return 0;
}

__noinline int spy_put_unix_socket(__u32 scratch, __u64 sk)
{
	struct unix_sock *us = (struct unix_sock *)sk;
	struct sock *plain = (struct sock *)sk;
	struct unix_address *address;
	struct dentry *dentry;
	__u32 length = 0;
	__u64 name = 0;

	if (!sk || BPF_CORE_READ(plain, __sk_common.skc_family) != SPY_AF_UNIX ||
	    !bpf_core_type_exists(struct unix_sock)) {
		(void)spy_put_absent(scratch);
		return spy_put_absent(scratch);
	}
	address = BPF_CORE_READ(us, addr);
	if (address) {
		length = BPF_CORE_READ(address, len);
		length = length > SPY_UNIX_NAME ? length - SPY_UNIX_NAME : 0;
		name = (__u64)address + bpf_core_field_offset(struct unix_address, name) + SPY_UNIX_NAME;
	}
	(void)spy_put_kernel_bytes(scratch, name, length < SPY_UNIX_PATH_MAX ? length : SPY_UNIX_PATH_MAX);
	dentry = BPF_CORE_READ(us, path.dentry);
	if (!dentry)
		return spy_put_absent(scratch);
	return spy_put_path(scratch, (__u64)BPF_CORE_READ(us, path.mnt), (__u64)dentry);
}

/* As spy_address_of_sock; families other than those of the internet are named only. */
static __always_inline void spy_fill_end(struct spy_address *out, struct sock *sk, enum spy_end end)
{
	out->family = spy_address_of_sock(out, (__u64)sk, end);
}

static __noinline int spy_tell_bind(__u32 scratch)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_record_bind *r;
	struct spy_socket found = {};
	struct sock *sk;
	__u64 bound = 0;

	if (!s)
		return 0;
	r = (void *)spy_begin(s, SPY_RECORD_BIND, sizeof(*r), s->call.process, s->call.flags);
	r->result = s->call.result;
	r->fd = s->call.args[0];
	r->nr = s->call.nr;
	spy_address_of_user(&r->asked, s->call.args[1], s->call.args[2]);
	if (spy_find_socket(r->fd, &found)) {
		sk = (struct sock *)found.sk;
		r->inode = found.inode;
		r->type = BPF_CORE_READ(sk, sk_type);
		r->protocol = BPF_CORE_READ(sk, sk_protocol);
		if (!spy_call_failed(&s->call)) {
			spy_fill_end(&r->settled, sk, SPY_LOCAL);
			bound = (__u64)sk;
		}
	}
	spy_put_unix(scratch, r->asked.family, s->call.args[1], s->call.args[2]);
	(void)spy_put_unix_socket(scratch, bound);
	(void)spy_emit(scratch, SPY_GROUP_NETWORK, 0);
	return 0;
}

static __noinline int spy_tell_listen(__u32 scratch)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_record_listen *r;
	struct spy_socket found = {};
	struct sock *sk = NULL;

	if (!s)
		return 0;
	r = (void *)spy_begin(s, SPY_RECORD_LISTEN, sizeof(*r), s->call.process, s->call.flags);
	r->result = s->call.result;
	r->fd = s->call.args[0];
	r->nr = s->call.nr;
	r->backlog = s->call.args[1];
	r->local.family = SPY_FAMILY_UNREAD;
	if (spy_find_socket(r->fd, &found)) {
		sk = (struct sock *)found.sk;
		r->inode = found.inode;
		r->type = BPF_CORE_READ(sk, sk_type);
		r->protocol = BPF_CORE_READ(sk, sk_protocol);
		spy_fill_end(&r->local, sk, SPY_LOCAL);
	}
	(void)spy_put_unix_socket(scratch, (__u64)sk);
	(void)spy_emit(scratch, SPY_GROUP_NETWORK, 0);
	return 0;
}

static __noinline int spy_tell_accept(__u32 scratch)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_record_accept *r;
	struct spy_socket found = {};
	struct sock *sk = NULL;
	struct unix_sock *us;
	__u64 peer = 0;
	bool taken;

	if (!s)
		return 0;
	taken = !spy_call_failed(&s->call);
	r = (void *)spy_begin(s, SPY_RECORD_ACCEPT, sizeof(*r), s->call.process, s->call.flags);
	r->result = s->call.result;
	r->fd = s->call.args[0];
	r->nr = s->call.nr;
	r->peer.family = SPY_FAMILY_UNREAD;
	r->local.family = SPY_FAMILY_UNREAD;
	if (spy_find_socket(taken ? s->call.result : r->fd, &found)) {
		sk = (struct sock *)found.sk;
		r->inode = found.inode;
		r->type = BPF_CORE_READ(sk, sk_type);
		r->protocol = BPF_CORE_READ(sk, sk_protocol);
		spy_fill_end(&r->local, sk, SPY_LOCAL);
		if (taken)
			spy_fill_end(&r->peer, sk, SPY_PEER);
		else
			r->peer.family = r->local.family;
		if (taken && r->peer.family == SPY_AF_UNIX && bpf_core_type_exists(struct unix_sock)) {
			us = (struct unix_sock *)sk;
			peer = (__u64)BPF_CORE_READ(us, peer);
		}
	}
	(void)spy_put_unix_socket(scratch, (__u64)sk);
	(void)spy_put_unix_socket(scratch, peer);
	(void)spy_emit(scratch, SPY_GROUP_NETWORK, 0);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(spy_on_socket, struct pt_regs *regs, long result)
{
	struct spy_task *me;
	__u32 index;
	struct spy_scratch *s = spy_call_take(regs, result, &index, &me);

	if (!s)
		return 0;
	switch (s->call.class) {
	case SPY_CLASS_SOCKET:
		(void)spy_tell_socket(index);
		break;
	case SPY_CLASS_BIND:
		(void)spy_tell_bind(index);
		break;
	case SPY_CLASS_LISTEN:
		(void)spy_tell_listen(index);
		break;
	default:
		(void)spy_tell_accept(index);
	}
	spy_release(s);
	return 0;
}
