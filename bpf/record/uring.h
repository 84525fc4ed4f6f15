/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Operations of io_uring, and routes that cannot be seen. A part of record.h. */
#ifndef SPY_RECORD_URING_H
#define SPY_RECORD_URING_H

enum spy_route {
	SPY_ROUTE_IO_URING =
		1, /* an operation of io_uring that would be a record, had it been a system call, and is none; detail: its opcode */
	SPY_ROUTE_IO_URING_SETUP = 2, /* a ring was made on a kernel whose rings cannot be watched; detail: 0 */
	SPY_ROUTE_AIO = 3,            /* io_submit took reads, writes or syncs; detail: how many */
};

/* A route was taken that the session cannot see. Strings: none. */
struct spy_record_blind {
	struct spy_header header;
	__u32 route; /* enum spy_route */
	__u32 detail;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_blind) == 40, "ABI: spy_record_blind");

/*
 * An operation that names files, or changes or syncs an open one, was submitted to an io_uring. Strings: asked, base (of a relative one), resolved (walked from the descriptor
 * that stands for the file, else absent), to (new name, text of a symlink, name of an xattr), to base: as of the system call that it stands for.
 */
struct spy_record_uring {
	struct spy_header header;
	__u64 id;           /* of the operation, in its end; 0: never */
	__u64 arguments[3]; /* open: flags, mode, resolve. Others: as of spy_record_change; statx, syncs: flags */
	__u32 opcode;       /* IORING_OP_* */
	__s32 dirfd;
	__s32 to_dirfd;
	__u32 silent; /* 1: the program does not want to hear of a success; then the kernel says nothing to us either */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_uring) == 80, "ABI: spy_record_uring");

/*
 * The operation ended. The header is that of its submission. Strings: resolved (of a successful open as spy_record_open, of one on an open file that file), base and to
 * base (where they are others by now than at the submission, else absent).
 */
struct spy_record_uring_end {
	struct spy_header header;
	__u64 id;
	__s64 result;
	__u64 inode;
	__u32 dev_major;
	__u32 dev_minor;
	__u32 file_mode;
	__u32 fs_magic;
	__u32 unseen; /* 1: an open succeeded, and its file could not be looked up */
	__u32 reserved;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_uring_end) == 80, "ABI: spy_record_uring_end");

#endif
