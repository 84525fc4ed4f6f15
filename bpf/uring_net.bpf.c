// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Operations of io_uring on sockets. Addresses are those that the kernel copied when the operation was submitted; of a success the truth is the kernel's socket. */
#include "uring.bpf.h"
#include "address.bpf.h"
#include "text.bpf.h"

#define SPY_SOCK_TYPE_MASK 0xf
#define SPY_ACCEPT_MULTISHOT 1u

/* The same among the flags of a request, where the kernel keeps it there only (before Linux 6.10); the helper looks its number up, which changes. */
const volatile __u32 spy_uring_multishot;

/* struct msghdr of a program, as far as it is read: of 64 and of 32 bits. */
struct spy_uring_msghdr {
	__u64 name;
	__u32 name_length;
	__u32 padding;
};

struct spy_uring_msghdr32 {
	__u32 name;
	__u32 name_length;
};

/* Where an address is that an operation was given. */
struct spy_uring_where {
	__u64 address;
	__u32 length;
	__u32 in_program; /* before Linux 6.10 the kernel copies it only when it cannot go on at once */
};

static __always_inline void spy_uring_find_message(struct spy_uring_where *where, __u64 message, bool narrow)
{
	struct spy_uring_msghdr m = {};
	struct spy_uring_msghdr32 m32 = {};

	if (narrow) {
		bpf_probe_read_user(&m32, sizeof(m32), (void *)message);
		where->address = m32.name;
		where->length = m32.name_length;
	} else {
		bpf_probe_read_user(&m, sizeof(m), (void *)message);
		where->address = m.name;
		where->length = m.name_length;
	}
}

static __always_inline void spy_uring_find_in_program(struct spy_uring_where *where, __u64 request, __u32 opcode)
{
	struct io_kiocb *req = (struct io_kiocb *)request;
	void *command = spy_uring_command(request);
	struct io_connect *connect = command;
	struct io_sr_msg___older *send = command;
	struct io_ring_ctx *ring;

	where->in_program = 1;
	if (opcode == SPY_URING_CONNECT) {
		where->address = (__u64)BPF_CORE_READ(connect, addr);
		where->length = BPF_CORE_READ(connect, addr_len);
	} else if (opcode == SPY_URING_SENDMSG || opcode == SPY_URING_SENDMSG_ZC) {
		ring = BPF_CORE_READ(req, ctx);
		spy_uring_find_message(where, (__u64)BPF_CORE_READ(send, umsg),
				       BPF_CORE_READ_BITFIELD_PROBED(ring, compat));
	} else if (bpf_core_field_exists(send->addr)) {
		where->address = (__u64)BPF_CORE_READ(send, addr);
		where->length = BPF_CORE_READ_BITFIELD_PROBED(send, addr_len);
	}
}

/*
 * The address of a connect or bind is copied into a message header (Linux 6.10), later into memory of its own (in 6.18). Nothing in the kernel's types tells which: it is found out
 * with the first connect, by the memory of the program.
 */
enum spy_copied_to {
	SPY_COPIED_UNKNOWN,
	SPY_COPIED_ALONE,
	SPY_COPIED_INTO_MESSAGE,
};

__u32 spy_copied_to;

#define SPY_COMPARED 16
#define SPY_KERNEL_SPACE 0xffff800000000000ULL

struct spy_uring_bytes {
	__u64 words[SPY_COMPARED / sizeof(__u64)];
};

static __always_inline bool spy_uring_is_same(const struct spy_uring_bytes *a, const struct spy_uring_bytes *b)
{
	return a->words[0] == b->words[0] && a->words[1] == b->words[1];
}

/* Where in `copied` the address is. `given`: where the program has it; 0: not known. */
static __always_inline __u64 spy_uring_find_copied(__u64 copied, __u64 given, __u32 length)
{
	__u64 within = copied + bpf_core_field_offset(struct io_async_msghdr, addr);
	struct spy_uring_bytes program = {}, alone = {}, message = {};
	__u32 n = length < SPY_COMPARED ? length : SPY_COMPARED;
	bool is_alone, is_message;

	barrier_var(n);
	n &= 2 * SPY_COMPARED - 1;
	if (n > SPY_COMPARED)
		return copied;
	bpf_probe_read_kernel(&alone, n, (void *)copied);
	if (given && !bpf_probe_read_user(&program, n, (void *)given)) {
		bpf_probe_read_kernel(&message, n, (void *)within);
		is_alone = spy_uring_is_same(&alone, &program);
		is_message = spy_uring_is_same(&message, &program);
		if (is_alone != is_message)
			spy_copied_to = is_alone ? SPY_COPIED_ALONE : SPY_COPIED_INTO_MESSAGE;
	}
	if (spy_copied_to == SPY_COPIED_UNKNOWN)
		/* A message header begins with a pointer, or nothing. */
		return !alone.words[0] || alone.words[0] >= SPY_KERNEL_SPACE ? within : copied;
	return spy_copied_to == SPY_COPIED_ALONE ? copied : within;
}

/* Reads the address that an operation was given; there is none where its length is 0. */
static __noinline int spy_uring_read_name(__u32 scratch, __u64 request)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct io_kiocb *req = (struct io_kiocb *)request;
	void *command = spy_uring_command(request);
	struct io_async_msghdr *copied = BPF_CORE_READ(req, async_data);
	struct io_connect *connect = command;
	struct io_bind *bind = command;
	struct spy_uring_where where = {};
	__u32 opcode, length;

	if (!s)
		return 0;
	opcode = s->uring.opcode;
	if (bpf_core_type_exists(struct io_async_connect) && opcode != SPY_URING_BIND) {
		spy_uring_find_in_program(&where, request, opcode);
	} else if (opcode == SPY_URING_CONNECT) {
		where.length = BPF_CORE_READ(connect, addr_len);
		where.address = spy_uring_find_copied((__u64)copied, (__u64)BPF_CORE_READ(connect, addr), where.length);
	} else if (opcode == SPY_URING_BIND && bpf_core_type_exists(struct io_bind)) {
		where.length = BPF_CORE_READ(bind, addr_len);
		where.address = spy_uring_find_copied((__u64)copied, 0, where.length);
	} else {
		where.address = (__u64)BPF_CORE_READ(copied, msg.msg_name);
		where.length = BPF_CORE_READ(copied, msg.msg_namelen);
	}
	if (!where.address || !where.length)
		return 0;
	length = where.length < SPY_URING_NAME_MAX - 1 ? where.length : SPY_URING_NAME_MAX - 1;
	barrier_var(length);
	length &= SPY_URING_NAME_MAX - 1;
	if (where.in_program)
		bpf_probe_read_user(s->uring.name, length, (void *)where.address);
	else
		bpf_probe_read_kernel(s->uring.name, length, (void *)where.address);
	s->uring.name_length = length;
	return 0;
}

static __noinline int spy_uring_fill_end(struct spy_address *out, __u64 sk, __u32 end)
{
	if (out)
		out->family = spy_address_of_sock(out, sk, end);
	return 0;
}

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

static __always_inline bool spy_is_dns(__u64 sk)
{
	struct sock *socket = (struct sock *)sk;
	__u16 family = sk ? BPF_CORE_READ(socket, __sk_common.skc_family) : 0;

	return (family == SPY_AF_INET || family == SPY_AF_INET6) &&
	       BPF_CORE_READ(socket, __sk_common.skc_dport) == __builtin_bswap16(SPY_DNS_PORT);
}

__noinline int spy_uring_check_dns(__u32 scratch, __u64 file)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_socket found = {};
	struct spy_address asked = {};

	if (!s)
		return 0;
	(void)spy_socket_of(file, &found);
	spy_uring_fill_asked(&asked, &s->uring, found.sk);
	if (!spy_is_dns(found.sk) && !(found.sk && asked.port == SPY_DNS_PORT))
		return 0;
	(void)spy_uring_blind(s->uring.opcode, SPY_GROUP_NETWORK);
	return 1;
}

__noinline int spy_uring_watch_dns(__u32 scratch, __u64 request)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct io_kiocb *req = (struct io_kiocb *)request;
	struct spy_socket found = {};
	__u32 flags = BPF_CORE_READ(req, flags);
	struct spy_uring_request *u;
	struct sock *sk;
	__u16 family;
	__u64 file;

	if (!s)
		return 0;
	u = &s->uring;
	file = (__u64)spy_uring_file(u, u->fd, u->fixed);
	if (spy_uring_check_dns(scratch, file))
		return 0;
	if (file && spy_socket_of(file, &found)) {
		sk = (struct sock *)found.sk;
		family = BPF_CORE_READ(sk, __sk_common.skc_family);
		if (family != SPY_AF_INET && family != SPY_AF_INET6)
			return 0;
		if (!spy_uring_is_linked(req) && !(flags & (SPY_REQ_ASYNC | SPY_REQ_DRAIN)) &&
		    BPF_CORE_READ(sk, __sk_common.skc_dport))
			return 0;
	} else if (file && !spy_uring_is_linked(req)) {
		return 0;
	}
	/* Of a success the kernel will say nothing. */
	if (flags & SPY_REQ_CQE_SKIP && (!file || found.sk))
		(void)spy_uring_blind(u->opcode, SPY_GROUP_NETWORK);
	return 1;
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
	/* A stream with an address is TCP's fast open, told by its state. */
	if (r->protocol != SPY_IPPROTO_TCP)
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
