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
/* The first number takes two arguments; the second and third take two each: 64 bits in 32-bit programs. */
#define FORM_FIRST_PAIR (1u << 28)
#define FORM_OTHER_PAIRS (1u << 29)
#define FORM_PATH(operation, first, second, third) FORM(operation, NONE, 0, NONE, NONE, NONE, first, second, third)
#define FORM_AT(operation, first, second, third) FORM(operation, 0, 1, NONE, NONE, NONE, first, second, third)
#define FORM_FD(operation, first, second, third) FORM(operation, NONE, NONE, 0, NONE, NONE, first, second, third)

#define CALL(name, form) [SPY_NATIVE_PLACE(name)] = form,
#define BY_ABI(name, native, compat) CALL(name, native)
static const volatile __u32 spy_native_change[SPY_TABLE_SIZE] = {
#include "tables/changes.h"
};
#undef CALL
#undef BY_ABI

#define CALL(name, form) [SPY_COMPAT_PLACE(name)] = form,
#define BY_ABI(name, native, compat) CALL(name, compat)
static const volatile __u32 spy_compat_change[SPY_TABLE_SIZE] = {
#include "tables/changes.h"
};
#undef CALL
#undef BY_ABI

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
	form = s->call.flags & SPY_FLAG_COMPAT ? spy_compat_change[nr] : spy_native_change[nr];
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
