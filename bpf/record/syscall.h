/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* System calls whatever they are, and what becomes of those that are interrupted. A part of record.h. */
#ifndef SPY_RECORD_SYSCALL_H
#define SPY_RECORD_SYSCALL_H

/* Settles this thread's last RESTARTED record: a handler without SA_RESTART ran, the program saw EINTR. Strings: none. */
struct spy_record_interrupt {
	struct spy_header header;
	__s32 nr;
	__u32 reserved;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_interrupt) == 40, "ABI: spy_record_interrupt");

/*
 * A system call that the session asked for by number returned, or was entered and does not return (exit). One that was to be restarted (RESTARTED) is told again when that has
 * been decided: by its return, or by an interrupting handler (-EINTR). Strings: none.
 */
struct spy_record_syscall {
	struct spy_header header;
	__s64 result;
	__u64 arguments[6]; /* as they were at its entry */
	__u64 duration_ns;  /* since its first entry; 0: that was not seen, or it does not return */
	__s32 nr;
	__u16 again;   /* 1: takes the place of this thread's last RESTARTED record of this kind */
	__u16 endless; /* 1: it does not return */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_syscall) == 104, "ABI: spy_record_syscall");

#define SPY_LATENCY_BUCKETS 40

/* Of each ABI; those of x32 (up to 547) are among the native ones. The last stands for all that are beyond. */
#define SPY_SYSCALL_NUMBERS 576
#define SPY_SYSCALL_WORDS (2 * SPY_SYSCALL_NUMBERS / 64)
#define SPY_COUNTS_AT_ONCE 64 /* records of counts that one control makes: some 24 KiB of the ring */

/* How often a system call was made in this session so far: one for each number and ABI whose count has changed, at drain. Strings: none. */
struct spy_record_syscall_count {
	struct spy_header header;
	__u64 calls;
	__u64 errors; /* of them, that were answered with an errno */
	__u64 total_ns;
	__s32 nr;  /* -1: all numbers that are beyond SPY_SYSCALL_NUMBERS */
	__u32 abi; /* SPY_FLAG_COMPAT or SPY_FLAG_X32 or 0 */
	/* n: calls of 2^n to 2^(n+1)-1 ns, in the last one all longer ones. A call whose entry was not seen, or that does not return, is in none. */
	__u64 buckets[SPY_LATENCY_BUCKETS];
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_syscall_count) == 384, "ABI: spy_record_syscall_count");

/* What a count is of. */
struct spy_count_key {
	__u32 sequence; /* low bits of the session's */
	__s32 nr;
	__u32 abi;
};
SPY_STATIC_ASSERT(sizeof(struct spy_count_key) == 12, "ABI: spy_count_key");

#endif
