/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Operations of io_uring. One is submitted by a thread, and ends in that thread, in a worker of the kernel's or in a thread of another process that looks after the ring: what is needed
 * at the end is kept from one to the other by the address of the kernel's request.
 */
#ifndef SPY_URING_BPF_H
#define SPY_URING_BPF_H

#include "emit.bpf.h"
#include "files.bpf.h"

/* IORING_OP_*. */
enum spy_uring_opcode {
	SPY_URING_READV = 1,
	SPY_URING_WRITEV = 2,
	SPY_URING_FSYNC = 3,
	SPY_URING_READ_FIXED = 4,
	SPY_URING_WRITE_FIXED = 5,
	SPY_URING_SYNC_FILE_RANGE = 8,
	SPY_URING_SENDMSG = 9,
	SPY_URING_RECVMSG = 10,
	SPY_URING_ACCEPT = 13,
	SPY_URING_CONNECT = 16,
	SPY_URING_FALLOCATE = 17,
	SPY_URING_OPENAT = 18,
	SPY_URING_CLOSE = 19,
	SPY_URING_STATX = 21,
	SPY_URING_READ = 22,
	SPY_URING_WRITE = 23,
	SPY_URING_SEND = 26,
	SPY_URING_RECV = 27,
	SPY_URING_OPENAT2 = 28,
	SPY_URING_SPLICE = 30,
	SPY_URING_RENAMEAT = 35,
	SPY_URING_UNLINKAT = 36,
	SPY_URING_MKDIRAT = 37,
	SPY_URING_SYMLINKAT = 38,
	SPY_URING_LINKAT = 39,
	SPY_URING_FSETXATTR = 41,
	SPY_URING_SETXATTR = 42,
	SPY_URING_SOCKET = 45,
	SPY_URING_SEND_ZC = 47,
	SPY_URING_SENDMSG_ZC = 48,
	SPY_URING_READ_MULTISHOT = 49,
	SPY_URING_FTRUNCATE = 55,
	SPY_URING_BIND = 56,
	SPY_URING_LISTEN = 57,
	SPY_URING_RECV_ZC = 58,
	SPY_URING_READV_FIXED = 60,
	SPY_URING_WRITEV_FIXED = 61,
	SPY_URING_KNOWN = 65, /* those from here on may do anything */
};

/* REQ_F_*: the first byte is that of the submission queue's entry. */
#define SPY_REQ_FIXED_FILE (1u << 0)
#define SPY_REQ_DRAIN (1u << 1)
#define SPY_REQ_ASYNC (1u << 4)
#define SPY_REQ_CQE_SKIP (1u << 6)
/* Names are held, and let go when the operation has run. Its number is the kernel's own, and has not changed since 5.19. */
#define SPY_REQ_NEED_CLEANUP (1u << 13)

#define SPY_URING_SLOT_ANY 0xffffffffu /* the kernel chooses: the result tells */

/* What of an operation is to be told, and in which groups. */
enum spy_uring_form {
	SPY_URING_FORM_NONE,
	SPY_URING_FORM_NAMES, /* told at submission, with its names; then its end */
	SPY_URING_FORM_OPEN,  /* the same, on a file that is open */
	SPY_URING_FORM_READ,  /* from here on: told at its end */
	SPY_URING_FORM_WRITE,
	SPY_URING_FORM_SPLICE,
	SPY_URING_FORM_CLOSE,
	SPY_URING_FORM_SOCKET, /* from here on: of the network */
	SPY_URING_FORM_BIND,
	SPY_URING_FORM_LISTEN,
	SPY_URING_FORM_ACCEPT,
	SPY_URING_FORM_CONNECT,
	SPY_URING_FORM_SEND,
	SPY_URING_FORM_RECEIVE,
};

/* Address of the kernel's request -> its operation */
struct spy_urings_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32768);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct spy_uring_request);
};

extern struct spy_urings_map spy_urings SEC(".maps");

/* Whether the current task is of the process that submitted the operation, with the same descriptors (`spy_uring_same_files`) and folders. */
static __always_inline bool spy_uring_same_files(const struct spy_uring_request *u)
{
	return (__u64)BPF_CORE_READ(bpf_get_current_task_btf(), files) == u->files;
}

static __always_inline bool spy_uring_same_folders(const struct spy_uring_request *u)
{
	return (__u64)BPF_CORE_READ(bpf_get_current_task_btf(), fs) == u->fs;
}

/* Address of the file in a place of a ring's own table, counted from 0. */
__u64 spy_uring_slot(__u64 ring, __u32 slot);

/* The file that a descriptor, or a place in the ring's own table, stands for now. */
static __always_inline struct file *spy_uring_file(const struct spy_uring_request *u, __s32 fd, __u32 fixed)
{
	if (fixed)
		return (struct file *)spy_uring_slot(u->ring, fd);
	return spy_uring_same_files(u) ? spy_file_of(fd) : NULL;
}

/* In a chain that is being put together: it runs when the one before it has. */
static __always_inline bool spy_uring_is_linked(struct io_kiocb *req)
{
	return BPF_CORE_READ(req, ctx, submit_state.link.head) != NULL;
}

/* The file that an operation opened: its result is a descriptor, or it is in the ring's own table. */
static __always_inline struct file *spy_uring_opened(const struct spy_uring_request *u, __s64 result)
{
	if (u->slot)
		return spy_uring_file(u, u->slot == SPY_URING_SLOT_ANY ? result : u->slot - 1, 1);
	return spy_uring_file(u, result, 0);
}

static __always_inline void *spy_uring_command(__u64 request)
{
	return (void *)request + bpf_core_field_offset(struct io_kiocb, cmd);
}

/* The submitter's header, at the time of now. */
static __always_inline void *spy_uring_header(struct spy_scratch *s, __u16 kind, __u32 size)
{
	struct spy_header *h = spy_begin(s, kind, size, s->uring.process, s->uring.flags);

	h->tgid = s->uring.tgid;
	h->tid = s->uring.tid;
	return h;
}

/*
 * Reads the names of the request at an address, tells them, and keeps what its end needs in the scratch's operation. Gives 0 where there is nothing to tell. `silent`: the program does not
 * want to hear of success.
 */
int spy_uring_tell_names(__u32 scratch, __u64 request, __u32 silent);

/* As above, of a change or sync of a file that is open. */
int spy_uring_tell_begun(__u32 scratch, __u64 request, __u32 silent);

/* As above, of a transfer or close. Gives 0 where its end need not or cannot be followed. */
int spy_uring_read_file(__u32 scratch, __u64 request, __u32 form, __u32 silent);

/* Tells the names and the end of an operation that never began, from the entry of the submission queue at an address. */
int spy_uring_tell_refused(__u32 scratch, __u64 entry);

/* Tells how the scratch's operation ended; the first is for those that were told when they were submitted. */
int spy_uring_tell_named(__u32 scratch, __u64 request, __s64 result);
int spy_uring_tell_file(__u32 scratch, __u64 request, __u32 form, __s64 result);

/* As the first, by somebody who cannot look at the file. */
int spy_uring_tell_unseen(__u32 scratch, __s64 result);

/* As spy_uring_read_file and spy_uring_tell_file, of operations on sockets. */
int spy_uring_read_socket(__u32 scratch, __u64 request, __u32 form, __u32 silent);
int spy_uring_tell_socket(__u32 scratch, __u64 request, __u32 form, __s64 result);

/* Whether an operation that is under way when its process ends may have been done, and is to be told of if it was. */
int spy_uring_may_be_done(__u64 request, __u32 form, __u32 late);

/* Tells that what the scratch's operation moves by a file is DNS, if it is: that is not decoded. Gives 1 then. */
int spy_uring_check_dns(__u32 scratch, __u64 file);

/* The same, of one that is submitted. Gives 1 where it is to be looked at again when it has run: its socket may be another then, or have another peer. */
int spy_uring_watch_dns(__u32 scratch, __u64 request);

/* Tells that the current task took a route that is not seen. */
int spy_blind(__u32 route, __u32 detail, __u32 groups);

/* Tells that an operation of the current task is none of the records. */
static __always_inline int spy_uring_blind(__u32 opcode, __u32 groups)
{
	return spy_blind(SPY_ROUTE_IO_URING, opcode, groups);
}

#endif
