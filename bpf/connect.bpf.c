// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Connections attempted. TCP's truth is its state machine, keyed by the socket: later transitions run in softirq, in nobody's name.
 * Everything else is told when the call returns.
 */
#include "calls.bpf.h"
#include "emit.bpf.h"
#include "files.bpf.h"

#define SPY_AF_UNIX 1
#define SPY_AF_INET 2
#define SPY_AF_INET6 10
#define SPY_TCP_ESTABLISHED 1
#define SPY_TCP_SYN_SENT 2
#define SPY_TCP_SYN_RECV 3
#define SPY_IPPROTO_TCP 6
#define SPY_S_IFMT 0170000
#define SPY_S_IFSOCK 0140000
#define SPY_UNIX_PATH_MAX 108
#define SPY_MESSAGES_MAX 1024 /* UIO_MAXIOV: what the kernel takes of one sendmmsg */

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

static __always_inline void spy_address_of_user(struct spy_address *out, __u64 pointer, __u32 length)
{
	struct spy_sockaddr a = {};
	__u32 n = length < SPY_SOCKADDR_BYTES ? length : SPY_SOCKADDR_BYTES;

	out->family = SPY_FAMILY_UNREAD;
	barrier_var(n);
	n &= sizeof(a) - 1;
	if (n < sizeof(a.family) || bpf_probe_read_user(&a, n, (void *)pointer))
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

/* The file that a unix socket's peer is bound to; absent for one without (abstract). */
static __always_inline void spy_put_peer(__u32 scratch, struct sock *sk)
{
	struct unix_sock *us = (struct unix_sock *)sk;
	struct unix_sock *peer;
	struct dentry *dentry;

	if (!bpf_core_type_exists(struct unix_sock)) {
		(void)spy_put_absent(scratch);
		return;
	}
	peer = (struct unix_sock *)BPF_CORE_READ(us, peer);
	dentry = peer ? BPF_CORE_READ(peer, path.dentry) : NULL;
	if (dentry)
		(void)spy_put_path(scratch, (__u64)BPF_CORE_READ(peer, path.mnt), (__u64)dentry);
	else
		(void)spy_put_absent(scratch);
}

__noinline int spy_connect_returned(__u32 scratch, __u32 process, __u64 cookie)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_record_connect *r;
	struct sock *sk;

	if (!s)
		return 0;
	sk = spy_sock_of((__s32)s->call.args[0]);
	r = (void *)spy_begin(s, SPY_RECORD_CONNECT, sizeof(*r), process, s->call.flags);
	r->cookie = cookie;
	r->result = s->call.result;
	r->fd = s->call.args[0];
	r->returned = 1;
	spy_address_of_user(&r->asked, s->call.args[1], s->call.args[2]);
	if (sk) {
		r->type = BPF_CORE_READ(sk, sk_type);
		r->protocol = BPF_CORE_READ(sk, sk_protocol);
		if (!cookie)
			r->cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
		if (r->protocol == SPY_IPPROTO_TCP)
			r->state = BPF_CORE_READ(sk, __sk_common.skc_state);
		if (s->call.result == 0 && !(s->call.flags & SPY_FLAG_BLOCKED))
			spy_address_of_sock(&r->settled, sk);
	}
	spy_put_unix(scratch, r->asked.family, s->call.args[1], s->call.args[2]);
	if (sk && r->asked.family == SPY_AF_UNIX && s->call.result == 0 && !(s->call.flags & SPY_FLAG_BLOCKED))
		spy_put_peer(scratch, sk);
	else
		(void)spy_put_absent(scratch);
	(void)spy_emit(scratch, SPY_GROUP_NETWORK, 0);
	return 0;
}

static __always_inline void spy_tell_syn(struct spy_task *me, struct sock *sk, __u64 cookie)
{
	__u32 index;
	struct spy_scratch *s = spy_take(&index, me->sessions, me->since);
	struct spy_record_connect *r;

	if (!s)
		return;
	r = (void *)spy_begin(s, SPY_RECORD_CONNECT, sizeof(*r), me->process, SPY_FLAG_FROM_SOCKET);
	r->cookie = cookie;
	r->fd = -1;
	r->type = sk->sk_type;
	r->protocol = sk->sk_protocol;
	spy_address_of_sock(&r->settled, sk);
	(void)spy_put_absent(index);
	(void)spy_put_absent(index);
	(void)spy_put_absent(index);
	(void)spy_emit(index, SPY_GROUP_NETWORK, 0);
	spy_release(s);
}

static __always_inline void spy_tell_end(struct spy_sock *owner, __u64 cookie, __s32 error)
{
	__u32 index;
	struct spy_scratch *s = spy_take(&index, owner->sessions, owner->since);
	struct spy_record_connect_end *r;

	if (!s)
		return;
	r = (void *)spy_begin(s, SPY_RECORD_CONNECT_END, sizeof(*r), owner->process, 0);
	r->header.tgid = owner->tgid;
	r->header.tid = owner->tid;
	r->cookie = cookie;
	r->error = error;
	(void)spy_emit(index, SPY_GROUP_NETWORK, 0);
	spy_release(s);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(spy_sock_state, struct sock *sk, int old_state, int new_state)
{
	struct spy_sock *owner;
	struct spy_task *me;
	__u64 cookie;
	__u64 id;

	if (sk->sk_protocol != SPY_IPPROTO_TCP)
		return 0;
	if (new_state == SPY_TCP_SYN_SENT) {
		me = spy_task_of(bpf_get_current_task_btf());
		if (!me || !me->sessions)
			return 0;
		cookie = bpf_get_socket_cookie(sk);
		me->connect_cookie = cookie;
		spy_tell_syn(me, sk, cookie);
		owner = bpf_sk_storage_get(&spy_socks, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
		if (!owner) {
			(void)spy_count_lost(me->sessions, me->since, SPY_LOST_SOCKET, 1);
			return 0;
		}
		id = bpf_get_current_pid_tgid();
		owner->sessions = me->sessions;
		owner->since = me->since;
		owner->process = me->process;
		owner->tgid = id >> 32;
		owner->tid = id;
		owner->pending = 1;
		return 0;
	}
	/* SYN_RECV on the way: both ends connected to each other at once. */
	if ((old_state != SPY_TCP_SYN_SENT && old_state != SPY_TCP_SYN_RECV) || new_state == SPY_TCP_SYN_RECV)
		return 0;
	owner = bpf_sk_storage_get(&spy_socks, sk, NULL, 0);
	if (!owner || !owner->pending)
		return 0;
	owner->pending = 0;
	if (new_state == SPY_TCP_ESTABLISHED)
		spy_tell_end(owner, bpf_get_socket_cookie(sk), 0);
	else
		spy_tell_end(owner, bpf_get_socket_cookie(sk), sk->sk_err ? sk->sk_err : -1);
	return 0;
}

/* struct msghdr, as far as it is read: of 64 and 32 bits. */
struct spy_msghdr {
	__u64 name;
	__u32 name_length;
	__u32 padding;
};

struct spy_msghdr32 {
	__u32 name;
	__u32 name_length;
};

struct spy_messages {
	__u64 vector;
	__u32 count;
	__u32 scratch;
	__u32 process;
	__u32 reserved;
};

static __always_inline void spy_tell_send(__u32 scratch, __u32 process, __u64 name, __u32 length, __u32 index)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_record_send *r;
	struct sock *sk;

	if (!s || !name || !length)
		return;
	s->unreadable = 0;
	s->truncated = 0;
	r = (void *)spy_begin(s, SPY_RECORD_SEND, sizeof(*r), process, s->call.flags);
	r->result = s->call.result;
	r->fd = s->call.args[0];
	r->nr = s->call.nr;
	r->index = index;
	sk = spy_sock_of((__s32)s->call.args[0]);
	if (sk) {
		r->type = BPF_CORE_READ(sk, sk_type);
		r->protocol = BPF_CORE_READ(sk, sk_protocol);
	}
	spy_address_of_user(&r->asked, name, length);
	spy_put_unix(scratch, r->asked.family, name, length);
	/* A stream with an address is TCP's fast open, told by its state. */
	if (r->protocol != SPY_IPPROTO_TCP)
		(void)spy_emit(scratch, SPY_GROUP_NETWORK, 0);
}

static __always_inline void spy_message_name(struct spy_scratch *s, __u64 message, __u64 *name, __u32 *length)
{
	if (s->call.flags & SPY_FLAG_I386) {
		struct spy_msghdr32 m = {};

		bpf_probe_read_user(&m, sizeof(m), (void *)message);
		*name = m.name;
		*length = m.name_length;
	} else {
		struct spy_msghdr m = {};

		bpf_probe_read_user(&m, sizeof(m), (void *)message);
		*name = m.name;
		*length = m.name_length;
	}
}

static __noinline int spy_tell_message(__u32 scratch, __u32 process, __u64 message, __u32 index)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	__u64 name = 0;
	__u32 length = 0;

	if (!s)
		return 0;
	spy_message_name(s, message, &name, &length);
	spy_tell_send(scratch, process, name, length, index);
	return 0;
}

static long spy_each_message(__u32 n, struct spy_messages *m)
{
	struct spy_scratch *s = spy_scratch_at(m->scratch);
	__u32 stride;

	if (!s || n >= m->count)
		return 1;
	stride = s->call.flags & SPY_FLAG_I386 ? 32 : 64;
	spy_tell_message(m->scratch, m->process, m->vector + n * stride, n);
	return 0;
}

__noinline int spy_send_returned(__u32 scratch, __u32 process)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_messages m = {};

	if (!s)
		return 0;
	if (SPY_IS_SENDTO(&s->call)) {
		spy_tell_send(scratch, process, s->call.args[4], s->call.args[5], 0);
	} else if (SPY_IS_SENDMMSG(&s->call)) {
		m.vector = s->call.args[1];
		/* Those that the kernel took, and the one after them, which it tried and refused. */
		m.count = s->call.result > 0 ? s->call.result + 1 : 1;
		if (m.count > s->call.args[2])
			m.count = s->call.args[2];
		m.scratch = scratch;
		m.process = process;
		bpf_loop(SPY_MESSAGES_MAX, spy_each_message, &m, 0);
	} else {
		spy_tell_message(scratch, process, s->call.args[1], 0);
	}
	return 0;
}
