/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the addon, the helper and the programs share beside records: groups, controls and the table of sessions. */
#ifndef SPY_CONTROL_H
#define SPY_CONTROL_H

#include "record.h"

/* Event groups of a session. */
#define SPY_GROUP_PROCESS (1u << 0)
#define SPY_GROUP_FILE (1u << 1)
#define SPY_GROUP_NETWORK (1u << 2)
#define SPY_GROUP_PROBE (1u << 3)
#define SPY_GROUP_SYNC (1u << 4)
#define SPY_GROUP_SIGNAL (1u << 5)
#define SPY_GROUP_NAMESPACE (1u << 6)
#define SPY_GROUP_CREDENTIALS (1u << 7)
#define SPY_GROUP_SYSTEM (1u << 8)       /* ptrace, bpf, module, rings made */
#define SPY_GROUP_SYSCALL (1u << 9)      /* counts and latencies of all calls; single calls, by number */
#define SPY_GROUP_ENVIRONMENT (1u << 10) /* of exec */

/*
 * Control in band: prctl(SPY_CONTROL, operation, slot, argument, token), which the kernel answers EINVAL and the sys_enter program hears,
 * in order, on the calling thread. It is obeyed only for a slot whose token the caller knows (hide, which takes no slot, excepted); it concerns
 * only the caller's own children.
 */
#define SPY_CONTROL 0x73707963 /* "spyc" */
enum spy_operation {
	SPY_CONTROL_CLAIM = 1, /* this thread group owns the slot */
	SPY_CONTROL_ROOT = 2,  /* argument 0: children of any thread of this process; 1: of this thread only */
	SPY_CONTROL_ARM =
		3, /* children of this thread, until disarmed; and those of threads that it makes until then */
	SPY_CONTROL_DISARM = 4,
	SPY_CONTROL_MARK = 5, /* argument: the number */
	SPY_CONTROL_STOP =
		6, /* argument: number of a last mark; no record after it (when the mark finds no room, nothing is stopped) */
	SPY_CONTROL_SELF =
		7, /* calls of this process's own: threads made from now on (helper marks the existing ones) */
	SPY_CONTROL_HIDE =
		8, /* argument 1: children of this thread are in none of the sessions of this process; 0: ends that. No slot, no token. */
	SPY_CONTROL_COUNTS =
		9, /* tells counts of system calls that have changed, SPY_COUNTS_AT_ONCE at most; argument: number of the round, in which each is told once */
};

#define SPY_SLOTS 64

/* Build spaces of each CPU: softirqs nest, and a task can be preempted while it holds one. */
#define SPY_SCRATCH_PER_CPU 4

/* One session, shared by the programs and the helper. */
struct spy_session {
	__u64 token;      /* random; 0: the slot is free */
	__u64 sequence;   /* grows with every open; membership older than this is another session's */
	__u32 owner_tgid; /* set by claim */
	__u32 groups;     /* SPY_GROUP_* */
	__u32 active;
	__u32 owner_process;
	__u64 ring_bytes;
	__u64 reserve_bytes; /* last part of the ring, for lifecycle records only */
	__u64 delivered;
	__s64 pending; /* open files whose transfers are added up and not told yet */
	__u64 lost[SPY_LOST_REASONS];
	/* System calls that are told one by one, a bit each: SPY_SYSCALL_NUMBERS native ones, as many of 32-bit programs. */
	__u64 syscalls[SPY_SYSCALL_WORDS];
	__u64 round;     /* in which counts of system calls were told last */
	__u32 counted;   /* some have changed since */
	__u32 withholds; /* not told is what a task with more rights than the owner does */
	/* The owner's credentials, as of claim. */
	__u64 owner_permitted;
	__u64 owner_user_ns; /* address */
	__u32 owner_uid;
	__u32 owner_gid;
};
SPY_STATIC_ASSERT(sizeof(struct spy_session) == 312, "ABI: spy_session");

#endif
