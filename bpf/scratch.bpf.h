/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a program works with while it builds a record: too large for the stack. */
#ifndef SPY_SCRATCH_BPF_H
#define SPY_SCRATCH_BPF_H

#include "kernel.h"

/* A system call that returned. */
struct spy_call {
	__s64 result;
	__u64 args[8]; /* six; to a power of two, for the verifier */
	__s32 nr;
	__u32 flags; /* SPY_FLAG_* */
	__u32 class; /* enum spy_class */
	__u32 process;
};

/* What a process did with one open file. */
struct spy_io {
	__u64 file;  /* address; 0: the place is free */
	__u64 inode; /* address: a file that was closed unseen may have given its address to another */
	__u64 number;
	__u64 sessions; /* who it is told to: of the task that began it */
	__u64 since;
	__u64 first_ns;
	__u64 read_bytes;
	__u64 read_calls;
	__u64 written_bytes;
	__u64 write_calls;
	__u64 mapped_bytes;
	__u64 map_calls;
	__u64 mapped_writable_bytes;
	__u32 dev;
	__u32 mode;
	__s32 fd;
	__u32 tgid; /* who did it last */
	__u32 tid;
	__u32 by_ring;   /* 1: some of it is of io_uring */
	__u32 by_others; /* 1: some of it is of other threads */
	__u32 reserved;
};

/* A place to find names from. */
struct spy_base {
	__u64 mnt;
	__u64 dentry;
};

#define SPY_URING_NAME_MAX 128 /* a power of two, for the verifier: of a sockaddr_un 110 */

/* An operation under way. */
struct spy_uring_request {
	__u64 id;
	__u64 ring;      /* address */
	__u64 user_data; /* the program's */
	__u64 sessions;  /* as of the submitter, like all below */
	__u64 since;
	__u64 files; /* address of its table of descriptors */
	__u64 fs;    /* address of its folders */
	__u64 arguments[3];
	struct spy_base base;    /* that the first name is relative to; 0: to none, or its descriptor was not open */
	struct spy_base to_base; /* as above, of the second name */
	__u32 process;
	__u32 tgid;
	__u32 tid;
	__u32 flags; /* SPY_FLAG_* */
	__s32 fd;    /* of the operation, or dirfd */
	__s32 to_fd;
	__u32 slot; /* of the ring's own table, for what is opened, counted from 1; 0: none */
	__u32 opcode;
	__u32 fixed;    /* fd is a place in the ring's own table */
	__u32 relative; /* SPY_RELATIVE_* */
	__u32 several;  /* gives several answers, in nobody's name but its user_data's */
	__u32 name_length;
	__u32 late;   /* SPY_LATE_* */
	__u8 skipped; /* at one of several answers, for spy_comes_first() */
	__u8 unused[3];
	char name[SPY_URING_NAME_MAX]; /* socket address, as the program gave it */
};

#define SPY_RELATIVE_FIRST 1u
#define SPY_RELATIVE_SECOND 2u

/* Whether it is DNS is looked at when it has run: beside what else is to be told, or for nothing else. */
#define SPY_LATE_TOO 1u
#define SPY_LATE_ONLY 2u

/* Bytes of a dentry that are copied at once: its parent, name and hash stand at its front, for look-ups to find in one cache line. */
#define SPY_DENTRY_COPY 64

/*
 * Where a walk to the root is. In the scratch: the stack is short, and what the verifier does not follow through the steps, it need not look at again for each of
 * its values.
 */
struct spy_place {
	__u64 mnt;
	__u64 dentry;
	__u64 mnt_root;
	__u64 root_mnt;
	__u64 root_dentry;
	__u64 copy[SPY_DENTRY_COPY / sizeof(__u64)];
	__u64 position; /* of the first byte of the path that is collected in spy_scratch.walk, from its end to its front */
	__u64 state; /* enum spy_walk_state */
};

#define SPY_PATH_MAX 4096
#define SPY_ARGV_CHUNK 16384
#define SPY_WALK_ROOM 8192
#define SPY_WALK_END (SPY_WALK_ROOM - 256)
#define SPY_WALK_MAX SPY_WALK_END
#define SPY_RECORD_ROOM (128 + 3 * (SPY_PATH_MAX + 8) + 2 * (SPY_WALK_ROOM + 8) + SPY_ARGV_CHUNK)

/* Where a record is built; one is taken for the time of one event. */
struct spy_scratch {
	__u32 busy;
	__u32 used;     /* bytes of record[] */
	__u64 sessions; /* to whom it goes */
	__u64 since;
	__u64 viewer;     /* address of the task whose descriptors and root paths are found by; 0: the current one */
	__u32 unreadable; /* strings of this record */
	__u32 truncated;
	struct spy_call call;
	struct spy_io io; /* that is to be told */
	struct spy_uring_request uring;
	char walk[SPY_WALK_ROOM];
	struct spy_place place;
	__u8 record[SPY_RECORD_ROOM + 8]; /* and padding */
};

#endif
