/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a process did with its open files, added up until somebody needs to know. */
#ifndef SPY_IO_BPF_H
#define SPY_IO_BPF_H

#include "emit.bpf.h"
#include "files.bpf.h"

/* Files of one process that are added up at the same time. */
#define SPY_IO_FILES 16

/* Of one process, in the storage of its leader: threads read, write and close each other's files. */
struct spy_ios {
	__u32 lock;
	__u32 next;  /* whose turn it is to make room */
	__u32 place; /* of the file that is looked for; in memory, where the verifier does not follow its values */
	__u32 used;  /* how many have something that is not told */
	struct spy_io files[SPY_IO_FILES];
};

struct spy_ios_map {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct spy_ios);
};

extern struct spy_ios_map spy_ios SEC(".maps");

enum spy_transfer {
	SPY_TRANSFER_READ,
	SPY_TRANSFER_WRITE,
	SPY_TRANSFER_MAP,
	SPY_TRANSFER_MAP_WRITABLE,
};

/* Adds to what the current process did with a file. What could not be added is counted as lost. */
int spy_io_add(struct spy_open_file *found, __u32 transfer, __u64 bytes);

/* Tells what the current process did with all its files (`spy_io_flush`), or with the one behind a descriptor; by the scratch, whose record is lost. */
int spy_io_flush(__u32 scratch);
int spy_io_close(__u32 scratch, __s32 fd);

/* The current process has added up something that is not told. */
int spy_io_pending(void);

/* As spy_io_flush of another process, which is the scratch's viewer, and whose number is in its call. */
int spy_io_flush_of(__u32 scratch, struct spy_ios *ios, const struct spy_root *root);

#endif
