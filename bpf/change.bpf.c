// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Names and attributes of files changed. No object of the kernel's tells what a name stood for: the name is new, or gone, when the call returns. So the path is told
 * as asked, with the folder that it was relative to.
 */
#include "calls.bpf.h"

#define SPY_AT_REMOVEDIR 0x200

/*
 * Where a call has its arguments. Three bits each, 7 for none: the descriptor that a path is relative to, the path, the descriptor that stands for the file, the second
 * path with its own, and up to three numbers.
 */
#define NONE 7
#define FORM(operation, dirfd, path, fd, to_dirfd, to, first, second, third)                                \
	(SPY_CHANGE_##operation | (dirfd) << 4 | (path) << 7 | (fd) << 10 | (to_dirfd) << 13 | (to) << 16 | \
	 (first) << 19 | (second) << 22 | (third) << 25)
/* The first number takes two arguments; the second and third take two each: 64 bits on i386. */
#define FORM_FIRST_PAIR (1u << 28)
#define FORM_OTHER_PAIRS (1u << 29)
#define FORM_PATH(operation, first, second, third) FORM(operation, NONE, 0, NONE, NONE, NONE, first, second, third)
#define FORM_AT(operation, first, second, third) FORM(operation, 0, 1, NONE, NONE, NONE, first, second, third)
#define FORM_FD(operation, first, second, third) FORM(operation, NONE, NONE, 0, NONE, NONE, first, second, third)

#if defined(__TARGET_ARCH_x86)
// clang-format off
static const volatile __u32 spy_native_change[SPY_NR_TABLE] = {
	[82] = FORM(RENAME, NONE, 0, NONE, NONE, 1, NONE, NONE, NONE), [264] = FORM(RENAME, 0, 1, NONE, 2, 3, NONE, NONE, NONE),
	[316] = FORM(RENAME, 0, 1, NONE, 2, 3, 4, NONE, NONE),
	[87] = FORM_PATH(UNLINK, NONE, NONE, NONE), [263] = FORM_AT(UNLINK, 2, NONE, NONE), [84] = FORM_PATH(RMDIR, NONE, NONE, NONE),
	[83] = FORM_PATH(MKDIR, 1, NONE, NONE), [258] = FORM_AT(MKDIR, 2, NONE, NONE),
	[86] = FORM(LINK, NONE, 0, NONE, NONE, 1, NONE, NONE, NONE), [265] = FORM(LINK, 0, 1, NONE, 2, 3, 4, NONE, NONE),
	[88] = FORM(SYMLINK, NONE, 1, NONE, NONE, 0, NONE, NONE, NONE), [266] = FORM(SYMLINK, 1, 2, NONE, NONE, 0, NONE, NONE, NONE),
	[133] = FORM_PATH(MKNOD, 1, 2, NONE), [259] = FORM_AT(MKNOD, 2, 3, NONE),
	[90] = FORM_PATH(CHMOD, 1, NONE, NONE), [91] = FORM_FD(CHMOD, 1, NONE, NONE), [268] = FORM_AT(CHMOD, 2, NONE, NONE), [452] = FORM_AT(CHMOD, 2, 3, NONE),
	[92] = FORM_PATH(CHOWN, 1, 2, NONE), [94] = FORM_PATH(CHOWN, 1, 2, NONE), [93] = FORM_FD(CHOWN, 1, 2, NONE), [260] = FORM_AT(CHOWN, 2, 3, 4),
	[76] = FORM_PATH(TRUNCATE, 1, NONE, NONE), [77] = FORM_FD(TRUNCATE, 1, NONE, NONE), [285] = FORM_FD(TRUNCATE, 1, 2, 3),
	[132] = FORM_PATH(UTIMES, NONE, NONE, NONE), [235] = FORM_PATH(UTIMES, NONE, NONE, NONE), [261] = FORM_AT(UTIMES, NONE, NONE, NONE), [280] = FORM_AT(UTIMES, 3, NONE, NONE),
	[188] = FORM(XATTR, NONE, 0, NONE, NONE, 1, NONE, NONE, NONE), [189] = FORM(XATTR, NONE, 0, NONE, NONE, 1, NONE, NONE, NONE),
	[190] = FORM(XATTR, NONE, NONE, 0, NONE, 1, NONE, NONE, NONE), [197] = FORM(XATTR, NONE, 0, NONE, NONE, 1, NONE, NONE, NONE),
	[198] = FORM(XATTR, NONE, 0, NONE, NONE, 1, NONE, NONE, NONE), [199] = FORM(XATTR, NONE, NONE, 0, NONE, 1, NONE, NONE, NONE),
	[463] = FORM(XATTR, 0, 1, NONE, NONE, 3, 2, NONE, NONE), [466] = FORM(XATTR, 0, 1, NONE, NONE, 3, 2, NONE, NONE),
};

static const volatile __u32 spy_i386_change[SPY_NR_TABLE] = {
	[38] = FORM(RENAME, NONE, 0, NONE, NONE, 1, NONE, NONE, NONE), [302] = FORM(RENAME, 0, 1, NONE, 2, 3, NONE, NONE, NONE),
	[353] = FORM(RENAME, 0, 1, NONE, 2, 3, 4, NONE, NONE),
	[10] = FORM_PATH(UNLINK, NONE, NONE, NONE), [301] = FORM_AT(UNLINK, 2, NONE, NONE), [40] = FORM_PATH(RMDIR, NONE, NONE, NONE),
	[39] = FORM_PATH(MKDIR, 1, NONE, NONE), [296] = FORM_AT(MKDIR, 2, NONE, NONE),
	[9] = FORM(LINK, NONE, 0, NONE, NONE, 1, NONE, NONE, NONE), [303] = FORM(LINK, 0, 1, NONE, 2, 3, 4, NONE, NONE),
	[83] = FORM(SYMLINK, NONE, 1, NONE, NONE, 0, NONE, NONE, NONE), [304] = FORM(SYMLINK, 1, 2, NONE, NONE, 0, NONE, NONE, NONE),
	[14] = FORM_PATH(MKNOD, 1, 2, NONE), [297] = FORM_AT(MKNOD, 2, 3, NONE),
	[15] = FORM_PATH(CHMOD, 1, NONE, NONE), [94] = FORM_FD(CHMOD, 1, NONE, NONE), [306] = FORM_AT(CHMOD, 2, NONE, NONE), [452] = FORM_AT(CHMOD, 2, 3, NONE),
	[182] = FORM_PATH(CHOWN, 1, 2, NONE), [212] = FORM_PATH(CHOWN, 1, 2, NONE), [16] = FORM_PATH(CHOWN, 1, 2, NONE), [198] = FORM_PATH(CHOWN, 1, 2, NONE),
	[95] = FORM_FD(CHOWN, 1, 2, NONE), [207] = FORM_FD(CHOWN, 1, 2, NONE), [298] = FORM_AT(CHOWN, 2, 3, 4),
	[92] = FORM_PATH(TRUNCATE, 1, NONE, NONE), [93] = FORM_FD(TRUNCATE, 1, NONE, NONE), [193] = FORM_PATH(TRUNCATE, 1, NONE, NONE) | FORM_FIRST_PAIR,
	[194] = FORM_FD(TRUNCATE, 1, NONE, NONE) | FORM_FIRST_PAIR, [324] = FORM_FD(TRUNCATE, 1, 2, 4) | FORM_OTHER_PAIRS,
	[30] = FORM_PATH(UTIMES, NONE, NONE, NONE), [271] = FORM_PATH(UTIMES, NONE, NONE, NONE), [299] = FORM_AT(UTIMES, NONE, NONE, NONE), [320] = FORM_AT(UTIMES, 3, NONE, NONE), [412] = FORM_AT(UTIMES, 3, NONE, NONE),
	[226] = FORM(XATTR, NONE, 0, NONE, NONE, 1, NONE, NONE, NONE), [227] = FORM(XATTR, NONE, 0, NONE, NONE, 1, NONE, NONE, NONE),
	[228] = FORM(XATTR, NONE, NONE, 0, NONE, 1, NONE, NONE, NONE), [235] = FORM(XATTR, NONE, 0, NONE, NONE, 1, NONE, NONE, NONE),
	[236] = FORM(XATTR, NONE, 0, NONE, NONE, 1, NONE, NONE, NONE), [237] = FORM(XATTR, NONE, NONE, 0, NONE, 1, NONE, NONE, NONE),
	[463] = FORM(XATTR, 0, 1, NONE, NONE, 3, 2, NONE, NONE), [466] = FORM(XATTR, 0, 1, NONE, NONE, 3, 2, NONE, NONE),
};
// clang-format on
#endif

static __always_inline __u64 spy_argument(struct spy_call *call, __u32 place)
{
	return (place & 7) == NONE ? 0 : call->args[place & 7];
}

static __always_inline __u64 spy_argument_pair(struct spy_call *call, __u32 place)
{
	if ((place & 7) == NONE)
		return 0;
	return call->args[place & 7] | call->args[(place + 1) & 7] << 32;
}

/* The AT_* flags of a call, which each has in another of its numbers. */
static __always_inline __u64 spy_at_flags(__u32 operation, const __u64 *arguments)
{
	switch (operation) {
	case SPY_CHANGE_LINK:
	case SPY_CHANGE_UTIMES:
	case SPY_CHANGE_XATTR:
		return arguments[0];
	case SPY_CHANGE_CHMOD:
		return arguments[1];
	case SPY_CHANGE_CHOWN:
		return arguments[2];
	default:
		return 0;
	}
}

static __noinline int spy_tell_change(__u32 scratch)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_record_change *r;
	__u32 form, nr, operation;
	__s32 dirfd, to_dirfd;
	__u64 path, to;
	bool by_fd;

	if (!s)
		return 0;
	nr = s->call.nr;
	if (nr >= SPY_NR_TABLE)
		return 0;
	form = s->call.flags & SPY_FLAG_I386 ? spy_i386_change[nr] : spy_native_change[nr];
	operation = form & 15;
	path = spy_argument(&s->call, form >> 7);
	dirfd = (form >> 4 & 7) == NONE ? SPY_AT_FDCWD : (__s32)spy_argument(&s->call, form >> 4);
	to = spy_argument(&s->call, form >> 16);
	to_dirfd = (form >> 13 & 7) == NONE ? SPY_AT_FDCWD : (__s32)spy_argument(&s->call, form >> 13);
	r = (void *)spy_begin(s, SPY_RECORD_CHANGE, sizeof(*r), s->call.process, s->call.flags);
	r->result = s->call.result;
	r->nr = nr;
	r->dirfd = dirfd;
	r->to_dirfd = to_dirfd;
	r->arguments[0] =
		form & FORM_FIRST_PAIR ? spy_argument_pair(&s->call, form >> 19) : spy_argument(&s->call, form >> 19);
	r->arguments[1] =
		form & FORM_OTHER_PAIRS ? spy_argument_pair(&s->call, form >> 22) : spy_argument(&s->call, form >> 22);
	r->arguments[2] =
		form & FORM_OTHER_PAIRS ? spy_argument_pair(&s->call, form >> 25) : spy_argument(&s->call, form >> 25);
	if (operation == SPY_CHANGE_UNLINK && r->arguments[0] & SPY_AT_REMOVEDIR)
		operation = SPY_CHANGE_RMDIR;
	r->operation = operation;
	by_fd = (form >> 10 & 7) != NONE;
	if (by_fd)
		r->dirfd = dirfd = spy_argument(&s->call, form >> 10);
	else
		by_fd = dirfd >= 0 &&
			spy_is_empty_path(path, spy_at_flags(operation, r->arguments), operation == SPY_CHANGE_UTIMES);
	if (by_fd) {
		(void)spy_put_absent(scratch);
		(void)spy_put_absent(scratch);
		r->header.flags |= spy_put_descriptor(scratch, dirfd);
	} else {
		(void)spy_put_user(scratch, path);
		(void)spy_put_base(scratch, dirfd, path);
		(void)spy_put_absent(scratch);
	}
	if ((form >> 16 & 7) == NONE)
		(void)spy_put_absent(scratch);
	else
		(void)spy_put_user(scratch, to);
	if (operation == SPY_CHANGE_RENAME || operation == SPY_CHANGE_LINK)
		(void)spy_put_base(scratch, to_dirfd, to);
	else
		(void)spy_put_absent(scratch);
	(void)spy_emit(scratch, SPY_GROUP_FILE, 0);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(spy_on_change, struct pt_regs *regs, long result)
{
	struct spy_task *me;
	__u32 index;
	struct spy_scratch *s = spy_call_take(regs, result, &index, &me);

	if (!s)
		return 0;
	(void)spy_tell_change(index);
	spy_release(s);
	return 0;
}
