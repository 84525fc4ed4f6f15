/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the submission and the end of an operation of io_uring on a file share. */
#ifndef SPY_URING_FILE_BPF_H
#define SPY_URING_FILE_BPF_H

#include "uring.bpf.h"
#include "arch.bpf.h"
#include "io.bpf.h"

/* The folder behind a dirfd of the current task, or its cwd; 0 when it is not open. */
int spy_find_base(__s32 fd, struct spy_base *base);

static __always_inline __u32 spy_uring_group(const struct spy_uring_request *u)
{
	if (u->opcode == SPY_URING_FSYNC || u->opcode == SPY_URING_SYNC_FILE_RANGE)
		return SPY_GROUP_SYNC;
	return u->opcode == SPY_URING_STATX ? SPY_GROUP_PROBE : SPY_GROUP_FILE;
}

static __always_inline bool spy_uring_is_open(const struct spy_uring_request *u)
{
	return u->opcode == SPY_URING_OPENAT || u->opcode == SPY_URING_OPENAT2;
}

/* What was transferred before, and what was when it ended, is told in order with what changes names and attributes or puts data on the disk. */
static __always_inline void spy_uring_flush(__u32 scratch, const struct spy_uring_request *u)
{
	if (u->opcode != SPY_URING_STATX && !spy_uring_is_open(u) && spy_uring_same_folders(u))
		(void)spy_io_flush(scratch);
}

#endif
