// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Connections attempted. TCP's truth is its state machine, keyed by the socket: later transitions run in softirq, in nobody's name.
 * Everything else is told when the call returns.
 */
#include "address.bpf.h"
#include "calls.bpf.h"
#include "passage.bpf.h"

#define SPY_TCP_ESTABLISHED 1
#define SPY_TCP_SYN_SENT 2
#define SPY_TCP_SYN_RECV 3
#define SPY_SHUTDOWN_MASK 3

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

/* The address that was asked for, and, of a unix one, its strings. */
static __always_inline void spy_put_asked(__u32 scratch, struct spy_address *asked, __u64 pointer, __u32 length,
					  enum spy_memory memory)
{
	spy_address_in(asked, pointer, length, SPY_AF_UNSPEC, memory);
	spy_put_unix_in(scratch, asked->family, pointer, length, memory);
}

static __noinline int spy_tell_connect(__u32 scratch, struct spy_task *me)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	__u64 cookie = me->connect_cookie;
	struct spy_record_connect *r;
	struct sock *sk;

	if (!s)
		return 0;
	sk = spy_sock_of((__s32)s->call.args[0]);
	r = (void *)spy_begin(s, SPY_RECORD_CONNECT, sizeof(*r), s->call.process, s->call.flags);
	r->cookie = cookie;
	r->result = s->call.result;
	r->fd = s->call.args[0];
	r->returned = 1;
	r->nr = s->call.nr;
	if (sk) {
		r->type = BPF_CORE_READ(sk, sk_type);
		r->protocol = BPF_CORE_READ(sk, sk_protocol);
		if (!cookie)
			r->cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
		if (r->protocol == SPY_IPPROTO_TCP)
			r->state = BPF_CORE_READ(sk, __sk_common.skc_state);
		if (!spy_call_failed(&s->call))
			(void)spy_address_of_sock(&r->settled, (__u64)sk, SPY_PEER);
	}
	if (me->settled == SPY_SETTLED_CONNECT) {
		r->header.flags |= SPY_FLAG_SETTLED;
		spy_put_asked(scratch, &r->asked, spy_number_of(me->connecting.address), me->connecting.length,
			      SPY_KERNEL);
	} else {
		spy_put_asked(scratch, &r->asked, s->call.args[1], s->call.args[2], SPY_USER);
	}
	if (sk && r->asked.family == SPY_AF_UNIX && !spy_call_failed(&s->call))
		spy_put_peer(scratch, sk);
	else
		(void)spy_put_absent(scratch);
	(void)spy_emit(scratch, SPY_GROUP_NETWORK, 0);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(spy_on_connect, struct pt_regs *regs, long result)
{
	struct spy_task *me;
	__u32 index;
	struct spy_scratch *s = spy_call_take(regs, result, &index, &me);

	if (!s)
		return 0;
	if (s->call.class == SPY_CLASS_CONNECT)
		(void)spy_tell_connect(index, me);
	else
		(void)spy_send_returned(index);
	spy_release(s);
	if (me->call_class == SPY_CLASS_SEND)
		bpf_tail_call(ctx, &spy_handlers, SPY_HANDLER_DNS);
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
	r->nr = me->nr;
	r->type = sk->sk_type;
	r->protocol = sk->sk_protocol;
	(void)spy_address_of_sock(&r->settled, spy_number_of(sk), SPY_PEER);
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

/* Who closes a socket, or takes its peer away, holds it. A program that polls may take the error from a socket that the kernel is not done with. */
static __always_inline __s32 spy_connect_error(struct sock *sk)
{
	if (sk->sk_err)
		return sk->sk_err;
	return sk->sk_shutdown == SPY_SHUTDOWN_MASK || sk->sk_lock.owned ? SPY_CONNECT_ABANDONED : SPY_CONNECT_FAILED;
}

static __always_inline void spy_sock_changed(struct sock *sk, int old_state, int new_state)
{
	struct spy_sock *owner;
	struct spy_task *me;
	__u64 cookie;
	__u64 id;

	if (sk->sk_protocol != SPY_IPPROTO_TCP)
		return;
	owner = bpf_sk_storage_get(&spy_socks, sk, NULL, 0);
	if (new_state == SPY_TCP_SYN_SENT) {
		me = spy_task_of(bpf_get_current_task_btf());
		if (!me || !me->sessions || (owner && owner->pending))
			return;
		owner = bpf_sk_storage_get(&spy_socks, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
		if (!owner) {
			(void)spy_count_lost(me->sessions, me->since, SPY_LOST_SOCKET, 1);
			return;
		}
		cookie = bpf_get_socket_cookie(sk);
		me->connect_cookie = cookie;
		id = bpf_get_current_pid_tgid();
		owner->sessions = me->sessions;
		owner->since = me->since;
		owner->process = me->process;
		owner->tgid = id >> 32;
		owner->tid = id;
		owner->pending = 1;
		spy_tell_syn(me, sk, cookie);
		return;
	}
	/* SYN_RECV on the way: both ends connected to each other at once. */
	if ((old_state != SPY_TCP_SYN_SENT && old_state != SPY_TCP_SYN_RECV) || new_state == SPY_TCP_SYN_RECV)
		return;
	if (!owner || !owner->pending)
		return;
	owner->pending = 0;
	spy_tell_end(owner, bpf_get_socket_cookie(sk), new_state == SPY_TCP_ESTABLISHED ? 0 : spy_connect_error(sk));
}

/* How many of the programs below this CPU is in the middle of. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} spy_sock_depth SEC(".maps");

/* How often it was in the middle of all of them, so that the next change may have been lost. */
__u64 spy_sock_crowded;

/*
 * A socket's state changes in programs and in interrupts, and the kernel skips a program that its CPU is in the middle of already. So there are two: an interrupt
 * in the middle of one of them is seen by the other, and deeper it does not go where programs are not preempted. Elsewhere there are more of the first, and so many interrupts that how
 * often each was skipped says nothing. Who comes second finds nothing left to tell.
 */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(spy_sock_state, struct sock *sk, int old_state, int new_state)
{
	__u32 zero = 0;
	__u32 *depth = spy_preempted ? bpf_map_lookup_elem(&spy_sock_depth, &zero) : NULL;

	if (depth && __sync_fetch_and_add(depth, 1) >= SPY_SOCK_PROGRAMS - 1)
		__sync_fetch_and_add(&spy_sock_crowded, 1);
	spy_sock_changed(sk, old_state, new_state);
	if (depth)
		__sync_fetch_and_sub(depth, 1);
	return 0;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(spy_sock_state_again, struct sock *sk, int old_state, int new_state)
{
	spy_sock_changed(sk, old_state, new_state);
	return 0;
}
