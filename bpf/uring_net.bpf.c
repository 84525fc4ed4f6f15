// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Operations of io_uring on sockets. Addresses are those that the kernel copied when the operation was submitted; of a success the truth is the kernel's socket. */
#include "uring_address.bpf.h"
#include "text.bpf.h"

#define SPY_SOCK_TYPE_MASK 0xf
#define SPY_ACCEPT_MULTISHOT 1u

/* The same among the flags of a request, where the kernel keeps it there only (before Linux 6.10); the helper looks its number up, which changes. */
const volatile __u32 spy_uring_multishot;

static __noinline int spy_uring_fill_end(struct spy_address *out, __u64 sk, __u32 end)
{
	if (out)
		out->family = spy_address_of_sock(out, sk, end);
	return 0;
}

/* Strings of a unix address: the path as given, and its base. */
static __noinline int spy_uring_put_unix(__u32 scratch, __u32 family)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	__u32 used, length;

	if (!s)
		return 0;
	if (family != SPY_AF_UNIX) {
		(void)spy_put_absent(scratch);
		return spy_put_absent(scratch);
	}
	length = s->uring.name_length;
	length = length > SPY_UNIX_NAME ? length - SPY_UNIX_NAME : 0;
	length = length < SPY_UNIX_PATH_MAX ? length : SPY_UNIX_PATH_MAX;
	used = s->used;
	if (length > SPY_UNIX_PATH_MAX || used > SPY_RECORD_ROOM - SPY_UNIX_PATH_MAX - 8)
		return 0;
	bpf_probe_read_kernel(s->record + used + 4, length, s->uring.name + SPY_UNIX_NAME);
	spy_put_head(s, used, length, 0);
	if (length && s->uring.name[SPY_UNIX_NAME] && spy_uring_same_folders(&s->uring))
		return spy_put_cwd(scratch);
	return spy_put_absent(scratch);
}

static __always_inline __s32 spy_uring_fd(const struct spy_uring_request *u)
{
	return u->fixed ? -1 : u->fd;
}

__noinline int spy_uring_read_socket(__u32 scratch, __u64 request, __u32 form, __u32 silent)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	void *command = spy_uring_command(request);
	struct spy_uring_request *u;

	if (!s)
		return 0;
	u = &s->uring;
	if (form == SPY_URING_FORM_SOCKET) {
		struct io_socket *op = command;

		u->arguments[0] = BPF_CORE_READ(op, domain);
		u->arguments[1] = BPF_CORE_READ(op, type);
		u->arguments[2] = BPF_CORE_READ(op, protocol);
		u->slot = BPF_CORE_READ(op, file_slot);
	} else if (form == SPY_URING_FORM_LISTEN && bpf_core_type_exists(struct io_listen)) {
		struct io_listen *op = command;

		u->arguments[0] = BPF_CORE_READ(op, backlog);
	} else if (form == SPY_URING_FORM_ACCEPT) {
		struct io_accept *op = command;
		struct io_kiocb *req = (struct io_kiocb *)request;

		if (bpf_core_field_exists(op->iou_flags))
			u->several = BPF_CORE_READ(op, iou_flags) & SPY_ACCEPT_MULTISHOT;
		else
			u->several = BPF_CORE_READ(req, flags) & spy_uring_multishot;
		u->slot = BPF_CORE_READ(op, file_slot);
	} else if (form != SPY_URING_FORM_RECEIVE) {
		(void)spy_uring_read_name(scratch, request);
	}
	if (form == SPY_URING_FORM_SEND || form == SPY_URING_FORM_RECEIVE) {
		if (spy_uring_watch_dns(scratch, request) && !silent)
			u->late = u->name_length ? SPY_LATE_TOO : SPY_LATE_ONLY;
		if (!u->name_length)
			return u->late != 0;
	}
	if (!silent)
		return 1;
	/* Of a success the kernel will say nothing. */
	(void)spy_uring_blind(u->opcode, SPY_GROUP_NETWORK);
	return 0;
}

static __noinline int spy_uring_tell_made(__u32 scratch, __s64 result)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_socket found = {};
	struct spy_record_socket *r;
	struct sock *sk;

	if (!s)
		return 0;
	if (result >= 0)
		(void)spy_socket_of((__u64)spy_uring_opened(&s->uring, result), &found);
	r = spy_uring_header(s, SPY_RECORD_SOCKET, sizeof(*r));
	r->result = result;
	r->family = s->uring.arguments[0];
	r->type = s->uring.arguments[1] & SPY_SOCK_TYPE_MASK;
	r->protocol = s->uring.arguments[2];
	r->flags = s->uring.arguments[1] & ~SPY_SOCK_TYPE_MASK;
	r->nr = s->uring.opcode;
	if (found.sk) {
		sk = (struct sock *)found.sk;
		r->inode = found.inode;
		r->family = BPF_CORE_READ(sk, __sk_common.skc_family);
		r->type = BPF_CORE_READ(sk, sk_type);
	}
	(void)spy_emit(scratch, SPY_GROUP_NETWORK, 0);
	return 0;
}

static __noinline int spy_uring_tell_bound(__u32 scratch, __u64 file, __s64 result)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_socket found = {};
	struct spy_record_bind *r;
	struct sock *sk;

	if (!s)
		return 0;
	(void)spy_socket_of(file, &found);
	r = spy_uring_header(s, SPY_RECORD_BIND, sizeof(*r));
	r->result = result;
	r->fd = spy_uring_fd(&s->uring);
	r->nr = s->uring.opcode;
	r->inode = found.inode;
	spy_uring_fill_asked(&r->asked, &s->uring, 0);
	if (found.sk) {
		sk = (struct sock *)found.sk;
		r->type = BPF_CORE_READ(sk, sk_type);
		r->protocol = BPF_CORE_READ(sk, sk_protocol);
		if (result >= 0)
			spy_uring_fill_end(&r->settled, found.sk, SPY_LOCAL);
	}
	(void)spy_uring_put_unix(scratch, r->asked.family);
	(void)spy_put_unix_socket(scratch, result >= 0 ? found.sk : 0);
	(void)spy_emit(scratch, SPY_GROUP_NETWORK, 0);
	return 0;
}

static __noinline int spy_uring_tell_listening(__u32 scratch, __u64 file, __s64 result)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_socket found = {};
	struct spy_record_listen *r;
	struct sock *sk;

	if (!s)
		return 0;
	(void)spy_socket_of(file, &found);
	r = spy_uring_header(s, SPY_RECORD_LISTEN, sizeof(*r));
	r->result = result;
	r->fd = spy_uring_fd(&s->uring);
	r->nr = s->uring.opcode;
	r->backlog = s->uring.arguments[0];
	r->inode = found.inode;
	r->local.family = SPY_FAMILY_UNREAD;
	if (found.sk) {
		sk = (struct sock *)found.sk;
		r->type = BPF_CORE_READ(sk, sk_type);
		r->protocol = BPF_CORE_READ(sk, sk_protocol);
		spy_uring_fill_end(&r->local, found.sk, SPY_LOCAL);
	}
	(void)spy_put_unix_socket(scratch, found.sk);
	(void)spy_emit(scratch, SPY_GROUP_NETWORK, 0);
	return 0;
}

/* Whether a socket is of the same kind as the one that it should have been taken from: several answers in the name of one user_data may be another request's. */
static __always_inline bool spy_is_taken_from(__u64 sk, __u64 from)
{
	struct sock *taken = (struct sock *)sk;
	struct sock *listening = (struct sock *)from;

	return sk && from &&
	       BPF_CORE_READ(taken, __sk_common.skc_family) == BPF_CORE_READ(listening, __sk_common.skc_family) &&
	       BPF_CORE_READ(taken, __sk_common.skc_num) == BPF_CORE_READ(listening, __sk_common.skc_num) &&
	       BPF_CORE_READ(taken, sk_type) == BPF_CORE_READ(listening, sk_type);
}

static __noinline int spy_uring_tell_taken(__u32 scratch, __u64 file, __s64 result)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_socket listening = {}, found = {};
	struct spy_record_accept *r;
	struct unix_sock *us;
	struct sock *sk;
	__u64 peer = 0;

	if (!s)
		return 0;
	(void)spy_socket_of(file, &listening);
	if (result >= 0)
		(void)spy_socket_of((__u64)spy_uring_opened(&s->uring, result), &found);
	/* Of two that are called the same, only one is known. */
	if (result >= 0 && s->uring.several && !spy_is_taken_from(found.sk, listening.sk))
		return found.sk ? spy_uring_blind(s->uring.opcode, SPY_GROUP_NETWORK) : 0;
	if (result < 0)
		found = listening;
	r = spy_uring_header(s, SPY_RECORD_ACCEPT, sizeof(*r));
	r->result = result;
	r->fd = spy_uring_fd(&s->uring);
	r->nr = s->uring.opcode;
	r->inode = found.inode;
	r->peer.family = SPY_FAMILY_UNREAD;
	r->local.family = SPY_FAMILY_UNREAD;
	if (found.sk) {
		sk = (struct sock *)found.sk;
		r->type = BPF_CORE_READ(sk, sk_type);
		r->protocol = BPF_CORE_READ(sk, sk_protocol);
		spy_uring_fill_end(&r->local, found.sk, SPY_LOCAL);
		if (result >= 0)
			spy_uring_fill_end(&r->peer, found.sk, SPY_PEER);
		else
			r->peer.family = r->local.family;
		if (result >= 0 && r->peer.family == SPY_AF_UNIX && bpf_core_type_exists(struct unix_sock)) {
			us = (struct unix_sock *)sk;
			peer = (__u64)BPF_CORE_READ(us, peer);
		}
	}
	(void)spy_put_unix_socket(scratch, found.sk);
	(void)spy_put_unix_socket(scratch, peer);
	(void)spy_emit(scratch, SPY_GROUP_NETWORK, 0);
	return 0;
}

/* The file that the peer of a unix socket is bound to. */
static __noinline int spy_uring_put_peer(__u32 scratch, __u64 sk)
{
	struct unix_sock *us = (struct unix_sock *)sk;
	struct unix_sock *peer;
	struct dentry *dentry;

	if (!bpf_core_type_exists(struct unix_sock))
		return spy_put_absent(scratch);
	peer = (struct unix_sock *)BPF_CORE_READ(us, peer);
	dentry = peer ? BPF_CORE_READ(peer, path.dentry) : NULL;
	if (!dentry)
		return spy_put_absent(scratch);
	return spy_put_path(scratch, (__u64)BPF_CORE_READ(peer, path.mnt), (__u64)dentry);
}

static __noinline int spy_uring_tell_connected(__u32 scratch, __u64 file, __s64 result)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_socket found = {};
	struct spy_record_connect *r;
	struct sock *sk;

	if (!s)
		return 0;
	(void)spy_socket_of(file, &found);
	r = spy_uring_header(s, SPY_RECORD_CONNECT, sizeof(*r));
	r->result = result;
	r->fd = spy_uring_fd(&s->uring);
	r->returned = 1;
	r->nr = s->uring.opcode;
	spy_uring_fill_asked(&r->asked, &s->uring, 0);
	if (found.sk) {
		sk = (struct sock *)found.sk;
		r->cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
		r->type = BPF_CORE_READ(sk, sk_type);
		r->protocol = BPF_CORE_READ(sk, sk_protocol);
		if (r->protocol == SPY_IPPROTO_TCP)
			r->state = BPF_CORE_READ(sk, __sk_common.skc_state);
		if (result >= 0)
			(void)spy_address_of_sock(&r->settled, found.sk, SPY_PEER);
	}
	(void)spy_uring_put_unix(scratch, r->asked.family);
	if (found.sk && r->asked.family == SPY_AF_UNIX && result >= 0)
		(void)spy_uring_put_peer(scratch, found.sk);
	else
		(void)spy_put_absent(scratch);
	(void)spy_emit(scratch, SPY_GROUP_NETWORK, 0);
	return 0;
}

static __noinline int spy_uring_tell_sent(__u32 scratch, __u64 file, __s64 result)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_socket found = {};
	struct spy_record_send *r;
	struct sock *sk;

	if (!s)
		return 0;
	(void)spy_socket_of(file, &found);
	r = spy_uring_header(s, SPY_RECORD_SEND, sizeof(*r));
	r->result = result;
	r->fd = spy_uring_fd(&s->uring);
	r->nr = s->uring.opcode;
	if (found.sk) {
		sk = (struct sock *)found.sk;
		r->type = BPF_CORE_READ(sk, sk_type);
		r->protocol = BPF_CORE_READ(sk, sk_protocol);
	}
	spy_uring_fill_asked(&r->asked, &s->uring, found.sk);
	if (r->asked.family == SPY_AF_UNSPEC)
		return 0;
	(void)spy_uring_put_unix(scratch, r->asked.family);
	/* A stream with an address is TCP's fast open, told by its state; of one that is connected the address is ignored. */
	if (r->protocol != SPY_IPPROTO_TCP && r->protocol != SPY_IPPROTO_MPTCP)
		(void)spy_emit(scratch, SPY_GROUP_NETWORK, 0);
	return 0;
}

/* What waits for somebody else has not been done, nor what has not got its file yet. A connection over TCP is told by its state. */
__noinline int spy_uring_may_be_done(__u64 request, __u32 form, __u32 late)
{
	struct io_kiocb *req = (struct io_kiocb *)request;
	struct file *file = BPF_CORE_READ(req, file);
	struct spy_socket found = {};
	struct sock *sk;
	__u32 type;

	if (form == SPY_URING_FORM_NAMES || form == SPY_URING_FORM_SOCKET)
		return 1;
	if (!file || form == SPY_URING_FORM_ACCEPT || form == SPY_URING_FORM_RECEIVE)
		return 0;
	if (form == SPY_URING_FORM_CONNECT && spy_socket_of((__u64)file, &found)) {
		sk = (struct sock *)found.sk;
		return BPF_CORE_READ(sk, sk_protocol) != SPY_IPPROTO_TCP;
	}
	if (form != SPY_URING_FORM_READ && form != SPY_URING_FORM_WRITE && form != SPY_URING_FORM_SPLICE)
		return 1;
	type = BPF_CORE_READ(file, f_inode, i_mode) & SPY_S_IFMT;
	return type == SPY_S_IFREG || type == SPY_S_IFBLK || (form != SPY_URING_FORM_READ && late) ||
	       form == SPY_URING_FORM_SPLICE;
}

__noinline int spy_uring_tell_socket(__u32 scratch, __u64 request, __u32 form, __s64 result)
{
	struct io_kiocb *req = (struct io_kiocb *)request;
	__u64 file = (__u64)BPF_CORE_READ(req, file);

	if (form == SPY_URING_FORM_SOCKET)
		return spy_uring_tell_made(scratch, result);
	if (form == SPY_URING_FORM_BIND)
		return spy_uring_tell_bound(scratch, file, result);
	if (form == SPY_URING_FORM_LISTEN)
		return spy_uring_tell_listening(scratch, file, result);
	if (form == SPY_URING_FORM_ACCEPT)
		return spy_uring_tell_taken(scratch, file, result);
	if (form == SPY_URING_FORM_CONNECT)
		return spy_uring_tell_connected(scratch, file, result);
	return spy_uring_tell_sent(scratch, file, result);
}
