/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Counts of system calls, by session. */
#ifndef SPY_COUNTS_BPF_H
#define SPY_COUNTS_BPF_H

#include "maps.bpf.h"

/* How often a system call was made in one session. */
struct spy_count {
	__u64 calls;
	__u64 errors;
	__u64 total_ns;
	__u64 buckets[SPY_LATENCY_BUCKETS];
	__u64 told;  /* sum of the first three when they were told */
	__u64 round; /* in which they were */
};

/* call in a session -> count; the helper deletes those of sessions that are closed */
struct spy_counts_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct spy_count_key);
	__type(value, struct spy_count);
};

extern struct spy_counts_map spy_counts SEC(".maps");

#endif
