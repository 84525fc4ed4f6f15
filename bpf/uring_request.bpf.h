/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Requests of io_uring that are under way: which are followed, and what is known of them. */
#ifndef SPY_URING_REQUEST_BPF_H
#define SPY_URING_REQUEST_BPF_H

#include "uring.bpf.h"
#include "passage.bpf.h"

#define NAMES(group)                                    \
	{                                               \
		SPY_GROUP_##group, SPY_URING_FORM_NAMES \
	}
#define FILE(form)                                    \
	{                                             \
		SPY_GROUP_FILE, SPY_URING_FORM_##form \
	}
#define NETWORK(form)                                    \
	{                                                \
		SPY_GROUP_NETWORK, SPY_URING_FORM_##form \
	}
/* Between memory and a file, or a socket that may be of DNS. */
#define TRANSFER(form)                                                    \
	{                                                                 \
		SPY_GROUP_FILE | SPY_GROUP_NETWORK, SPY_URING_FORM_##form \
	}

/* By IORING_OP_*: what is told of it, and in which of its groups. */
static const volatile struct {
	__u16 groups;
	__u16 form;
} spy_uring_operations[128] = {
	[SPY_URING_OPENAT] = NAMES(FILE),
	[SPY_URING_OPENAT2] = NAMES(FILE),
	[SPY_URING_RENAMEAT] = NAMES(FILE),
	[SPY_URING_UNLINKAT] = NAMES(FILE),
	[SPY_URING_MKDIRAT] = NAMES(FILE),
	[SPY_URING_SYMLINKAT] = NAMES(FILE),
	[SPY_URING_LINKAT] = NAMES(FILE),
	[SPY_URING_SETXATTR] = NAMES(FILE),
	[SPY_URING_FSETXATTR] = FILE(OPEN),
	[SPY_URING_STATX] = NAMES(PROBE),
	[SPY_URING_FALLOCATE] = FILE(OPEN),
	[SPY_URING_FTRUNCATE] = FILE(OPEN),
	[SPY_URING_CLOSE] = FILE(CLOSE),
	[SPY_URING_READ] = TRANSFER(READ),
	[SPY_URING_READV] = TRANSFER(READ),
	[SPY_URING_READ_FIXED] = TRANSFER(READ),
	[SPY_URING_READV_FIXED] = TRANSFER(READ),
	[SPY_URING_WRITE] = TRANSFER(WRITE),
	[SPY_URING_WRITEV] = TRANSFER(WRITE),
	[SPY_URING_WRITE_FIXED] = TRANSFER(WRITE),
	[SPY_URING_WRITEV_FIXED] = TRANSFER(WRITE),
	[SPY_URING_SPLICE] = TRANSFER(SPLICE),
	[SPY_URING_RECV] = NETWORK(RECEIVE),
	[SPY_URING_RECVMSG] = NETWORK(RECEIVE),
	[SPY_URING_RECV_ZC] = NETWORK(RECEIVE),
	[SPY_URING_READ_MULTISHOT] = NETWORK(RECEIVE),
	[SPY_URING_CONNECT] = NETWORK(CONNECT),
	[SPY_URING_SEND] = NETWORK(SEND),
	[SPY_URING_SENDMSG] = NETWORK(SEND),
	[SPY_URING_SEND_ZC] = NETWORK(SEND),
	[SPY_URING_SENDMSG_ZC] = NETWORK(SEND),
	[SPY_URING_SOCKET] = NETWORK(SOCKET),
	[SPY_URING_BIND] = NETWORK(BIND),
	[SPY_URING_LISTEN] = NETWORK(LISTEN),
	[SPY_URING_ACCEPT] = NETWORK(ACCEPT),
	[SPY_URING_FSYNC] = { SPY_GROUP_SYNC, SPY_URING_FORM_OPEN },
	[SPY_URING_SYNC_FILE_RANGE] = { SPY_GROUP_SYNC, SPY_URING_FORM_OPEN },
};

#undef NAMES
#undef FILE
#undef NETWORK
#undef TRANSFER

static __always_inline __u32 spy_uring_form(__u32 opcode)
{
	return spy_uring_operations[opcode & 127].form;
}

struct spy_uring_shot {
	__u64 ring; /* address */
	__u64 user_data;
};

/* Ring and user_data of a request that gives several answers -> its address */
struct spy_uring_shots_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct spy_uring_shot);
	__type(value, __u64);
};

extern struct spy_uring_shots_map spy_uring_shots SEC(".maps");

/* Number of the operation that was submitted last. */
extern __u64 spy_uring_last;

/* An argument of a tracepoint as a number: the verifier takes no typed pointer for one. */
static __always_inline __u64 spy_address_at(void *ctx, __u32 argument)
{
	__u64 address = 0;

	bpf_probe_read_kernel(&address, sizeof(address), ctx + argument * sizeof(address));
	return address;
}

static __always_inline void spy_uring_forget(__u64 request, struct spy_uring_request *u)
{
	struct spy_uring_shot shot = { .ring = u->ring, .user_data = u->user_data };

	if (u->several)
		bpf_map_delete_elem(&spy_uring_shots, &shot);
	bpf_map_delete_elem(&spy_urings, &request);
}

static __always_inline void spy_uring_fill(struct spy_uring_request *u, struct spy_task *me, struct io_kiocb *req)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 id = bpf_get_current_pid_tgid();

	__builtin_memset(u, 0, sizeof(*u));
	u->id = __sync_fetch_and_add(&spy_uring_last, 1) + 1;
	u->ring = (__u64)BPF_CORE_READ(req, ctx);
	u->user_data = BPF_CORE_READ(req, cqe.user_data);
	u->sessions = me->sessions;
	u->since = me->since;
	u->files = (__u64)BPF_CORE_READ(task, files);
	u->fs = (__u64)BPF_CORE_READ(task, fs);
	u->process = me->process;
	u->tgid = id >> 32;
	u->tid = id;
	u->flags = SPY_FLAG_URING | spy_root_flags(&me->root);
	u->fd = BPF_CORE_READ(req, cqe.fd);
	u->opcode = BPF_CORE_READ(req, opcode);
	u->fixed = BPF_CORE_READ(req, flags) & SPY_REQ_FIXED_FILE;
}

#endif
