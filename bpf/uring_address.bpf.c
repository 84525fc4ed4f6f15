// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The address that an operation of io_uring on a socket was given: where the kernel, or still the program, has it. */
#include "uring_address.bpf.h"

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

__noinline int spy_uring_read_name(__u32 scratch, __u64 request)
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
