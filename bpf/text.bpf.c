// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Strings of a record, from user memory and from kernel memory. */
#include "text.bpf.h"

#define SPY_EFAULT 14
#define SPY_ENAMETOOLONG 36

__noinline int spy_put_absent(__u32 scratch)
{
	struct spy_scratch *s = spy_scratch_at(scratch);

	if (s)
		spy_put_head(s, s->used, 0, SPY_STRING_ABSENT);
	return 0;
}

/*
 * A terminated string in user memory, up to PATH_MAX. Of a call that failed with EFAULT or ENAMETOOLONG the kernel could read no more
 * than we can: no loss.
 */
__noinline int spy_put_user(__u32 scratch, __u64 pointer)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	__u32 used;
	long n;

	if (!s)
		return 0;
	used = s->used;
	if (used > SPY_RECORD_ROOM - SPY_PATH_MAX - 8)
		return 0;
	n = bpf_probe_read_user_str(s->record + used + 4, SPY_PATH_MAX + 1, (void *)pointer);
	if (n < 0) {
		spy_put_head(s, used, 0, SPY_STRING_UNREADABLE);
		if (s->call.result == -SPY_EFAULT)
			s->unreadable--;
	} else if (n > SPY_PATH_MAX) {
		spy_put_head(s, used, SPY_PATH_MAX, SPY_STRING_TRUNCATED);
		if (s->call.result == -SPY_ENAMETOOLONG)
			s->truncated--;
	} else {
		/* Of an empty string some kernels (6.1 and 6.12) give 0, others 1. */
		spy_put_head(s, used, n ? n - 1 : 0, 0);
	}
	return 0;
}

/* As many bytes of user memory. */
__noinline int spy_put_user_bytes(__u32 scratch, __u64 pointer, __u32 length)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	__u32 used;

	if (!s)
		return 0;
	used = s->used;
	if (used > SPY_RECORD_ROOM - SPY_ARGV_CHUNK - 4 || length > SPY_ARGV_CHUNK)
		return 0;
	if (length && bpf_probe_read_user(s->record + used + 4, length, (void *)pointer))
		spy_put_head(s, used, 0, SPY_STRING_UNREADABLE);
	else
		spy_put_head(s, used, length, 0);
	return 0;
}

/* As many bytes of kernel memory. */
__noinline int spy_put_kernel_bytes(__u32 scratch, __u64 pointer, __u32 length)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	__u32 used;

	if (!s)
		return 0;
	used = s->used;
	if (used > SPY_RECORD_ROOM - SPY_ARGV_CHUNK - 4 || length > SPY_ARGV_CHUNK)
		return 0;
	if (length && bpf_probe_read_kernel(s->record + used + 4, length, (void *)pointer))
		spy_put_head(s, used, 0, SPY_STRING_UNREADABLE);
	else
		spy_put_head(s, used, length, 0);
	return 0;
}

/* A terminated string in kernel memory, up to PATH_MAX. */
__noinline int spy_put_kernel(__u32 scratch, __u64 pointer)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	__u32 used;
	long n;

	if (!s)
		return 0;
	used = s->used;
	if (used > SPY_RECORD_ROOM - SPY_PATH_MAX - 8)
		return 0;
	n = bpf_probe_read_kernel_str(s->record + used + 4, SPY_PATH_MAX + 1, (void *)pointer);
	if (n <= 0)
		spy_put_head(s, used, 0, SPY_STRING_UNREADABLE);
	else if (n > SPY_PATH_MAX)
		spy_put_head(s, used, SPY_PATH_MAX, SPY_STRING_TRUNCATED);
	else
		spy_put_head(s, used, n - 1, 0);
	return 0;
}

/* The terminated string that the caller left in the scratch's walk room. */
__noinline int spy_put_collected(__u32 scratch)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	__u32 used;
	long n;

	if (!s)
		return 0;
	used = s->used;
	if (used > SPY_RECORD_ROOM - SPY_PATH_MAX - 8)
		return 0;
	n = bpf_probe_read_kernel_str(s->record + used + 4, SPY_PATH_MAX, s->walk);
	spy_put_head(s, used, n > 0 && n <= SPY_PATH_MAX ? n - 1 : 0, 0);
	return 0;
}
