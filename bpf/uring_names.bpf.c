// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Operations of io_uring on names, and on files that are open: what they were given, told when they are submitted. Names are those that the kernel copied then. */
#include "uring_file.bpf.h"

#define SPY_AT_EMPTY_PATH 0x1000

static __always_inline __u64 spy_text_of(struct filename *filename)
{
	return filename ? (__u64)BPF_CORE_READ(filename, name) : 0;
}

/* Address of the text of a name among an operation's arguments. */
#define SPY_URING_NAME(op, type, field)                \
	spy_text_of(bpf_core_field_exists((op)->field) \
			    ? BPF_CORE_READ(op, field) \
			    : BPF_CORE_READ((struct type##___delayed *)(op), field.__incomplete_filename))

/* Addresses of the names that an operation was given; 0: none. */
struct spy_uring_names {
	__u64 first;
	__u64 second;
	__u32 second_is_text; /* and no path */
};

/* Reads what the request at an address was given into the operation. */
static __always_inline void spy_uring_find_names(struct spy_uring_request *u, __u64 request,
						 struct spy_uring_names *names)
{
	void *command = spy_uring_command(request);

	if (u->opcode == SPY_URING_OPENAT || u->opcode == SPY_URING_OPENAT2) {
		struct io_open *op = command;

		names->first = SPY_URING_NAME(op, io_open, filename);
		u->fd = BPF_CORE_READ(op, dfd);
		u->slot = BPF_CORE_READ(op, file_slot);
		u->arguments[0] = BPF_CORE_READ(op, how.flags) & ~(__u64)SPY_O_LARGEFILE;
		u->arguments[1] = BPF_CORE_READ(op, how.mode);
		u->arguments[2] = BPF_CORE_READ(op, how.resolve);
	} else if (u->opcode == SPY_URING_RENAMEAT) {
		struct io_rename *op = command;

		names->first = SPY_URING_NAME(op, io_rename, oldpath);
		names->second = SPY_URING_NAME(op, io_rename, newpath);
		u->fd = BPF_CORE_READ(op, old_dfd);
		u->to_fd = BPF_CORE_READ(op, new_dfd);
		u->arguments[0] = (__u32)BPF_CORE_READ(op, flags);
	} else if (u->opcode == SPY_URING_UNLINKAT) {
		struct io_unlink *op = command;

		names->first = SPY_URING_NAME(op, io_unlink, filename);
		u->fd = BPF_CORE_READ(op, dfd);
		u->arguments[0] = (__u32)BPF_CORE_READ(op, flags);
	} else if (u->opcode == SPY_URING_MKDIRAT) {
		struct io_mkdir *op = command;

		names->first = SPY_URING_NAME(op, io_mkdir, filename);
		u->fd = BPF_CORE_READ(op, dfd);
		u->arguments[0] = BPF_CORE_READ(op, mode);
	} else if (u->opcode == SPY_URING_LINKAT) {
		struct io_link *op = command;

		names->first = SPY_URING_NAME(op, io_link, oldpath);
		names->second = SPY_URING_NAME(op, io_link, newpath);
		u->fd = BPF_CORE_READ(op, old_dfd);
		u->to_fd = BPF_CORE_READ(op, new_dfd);
		u->arguments[0] = (__u32)BPF_CORE_READ(op, flags);
	} else if (u->opcode == SPY_URING_SYMLINKAT) {
		struct io_link *op = command;

		names->first = SPY_URING_NAME(op, io_link, newpath);
		names->second = SPY_URING_NAME(op, io_link, oldpath);
		names->second_is_text = 1;
		u->fd = BPF_CORE_READ(op, new_dfd);
	} else if (u->opcode == SPY_URING_STATX) {
		struct io_statx *op = command;

		names->first = SPY_URING_NAME(op, io_statx, filename);
		u->fd = BPF_CORE_READ(op, dfd);
		u->arguments[0] = BPF_CORE_READ(op, flags);
	} else {
		struct io_xattr *op = command;

		names->first = SPY_URING_NAME(op, io_xattr, filename);
		names->second = (__u64)BPF_CORE_READ(op, ctx.kname);
		names->second_is_text = 1;
		u->fd = SPY_AT_FDCWD;
	}
}

__noinline int spy_find_base(__s32 fd, struct spy_base *base)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct file *file;

	if (!base)
		return 0;
	base->mnt = 0;
	base->dentry = 0;
	if (fd == SPY_AT_FDCWD) {
		base->mnt = (__u64)BPF_CORE_READ(task, fs, pwd.mnt);
		base->dentry = (__u64)BPF_CORE_READ(task, fs, pwd.dentry);
		return 0;
	}
	file = spy_file_of(fd);
	if (file) {
		base->mnt = (__u64)BPF_CORE_READ(file, f_path.mnt);
		base->dentry = (__u64)BPF_CORE_READ(file, f_path.dentry);
	}
	return 0;
}

static __always_inline void spy_put_base_of(__u32 scratch, const struct spy_base *base)
{
	if (base->dentry)
		(void)spy_put_path(scratch, base->mnt, base->dentry);
	else
		(void)spy_put_absent(scratch);
}

static __always_inline char spy_first_of(__u64 name)
{
	char first = 0;

	if (name)
		bpf_probe_read_kernel(&first, 1, (void *)name);
	return first;
}

static __always_inline void spy_put_name(__u32 scratch, __u64 name)
{
	if (name)
		(void)spy_put_kernel(scratch, name);
	else
		(void)spy_put_absent(scratch);
}

static __always_inline struct spy_record_uring *spy_uring_record(struct spy_scratch *s, __u32 silent)
{
	struct spy_record_uring *r =
		(void *)spy_begin(s, SPY_RECORD_URING, sizeof(*r), s->uring.process, s->uring.flags);

	r->id = s->uring.id;
	for (int n = 0; n < 3; n++)
		r->arguments[n] = s->uring.arguments[n];
	r->opcode = s->uring.opcode;
	r->dirfd = s->uring.fd;
	r->to_dirfd = s->uring.to_fd;
	r->silent = silent;
	return r;
}

__noinline int spy_uring_tell_names(__u32 scratch, __u64 request, __u32 silent)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_uring_names names = {};
	struct spy_uring_request *u;
	struct spy_record_uring *r;
	bool by_fd;

	if (!s)
		return 0;
	u = &s->uring;
	spy_uring_find_names(u, request, &names);
	by_fd = u->fd >= 0 && !spy_first_of(names.first);
	/* Of a descriptor that is open already, nothing is looked up. */
	if (by_fd && u->opcode == SPY_URING_STATX && u->arguments[0] & SPY_AT_EMPTY_PATH)
		return 0;
	spy_uring_flush(scratch, u);
	r = spy_uring_record(s, silent);
	if (by_fd) {
		(void)spy_put_absent(scratch);
		(void)spy_put_absent(scratch);
		r->header.flags |= spy_put_descriptor(scratch, u->fd);
	} else {
		spy_put_name(scratch, names.first);
		if (spy_first_of(names.first) != '/') {
			u->relative |= SPY_RELATIVE_FIRST;
			(void)spy_find_base(u->fd, &u->base);
		}
		spy_put_base_of(scratch, &u->base);
		(void)spy_put_absent(scratch);
	}
	spy_put_name(scratch, names.second);
	if (names.second && !names.second_is_text && spy_first_of(names.second) != '/') {
		u->relative |= SPY_RELATIVE_SECOND;
		(void)spy_find_base(u->to_fd, &u->to_base);
	}
	spy_put_base_of(scratch, &u->to_base);
	(void)spy_emit(scratch, spy_uring_group(u), 0);
	return 1;
}

__noinline int spy_uring_tell_begun(__u32 scratch, __u64 request, __u32 silent)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	void *command = spy_uring_command(request);
	struct spy_uring_request *u;
	struct spy_record_uring *r;
	__u64 name = 0;

	if (!s)
		return 0;
	u = &s->uring;
	if (u->opcode == SPY_URING_FSETXATTR) {
		struct io_xattr *op = command;

		name = (__u64)BPF_CORE_READ(op, ctx.kname);
	} else if (u->opcode == SPY_URING_FTRUNCATE && bpf_core_type_exists(struct io_ftrunc)) {
		struct io_ftrunc *op = command;

		u->arguments[0] = BPF_CORE_READ(op, len);
	} else {
		struct io_sync *op = command;

		u->arguments[0] =
			(__u32)(u->opcode == SPY_URING_FALLOCATE ? BPF_CORE_READ(op, mode) : BPF_CORE_READ(op, flags));
		u->arguments[1] = BPF_CORE_READ(op, off);
		u->arguments[2] = BPF_CORE_READ(op, len);
	}
	spy_uring_flush(scratch, u);
	r = spy_uring_record(s, silent);
	if (u->fixed)
		r->dirfd = -1;
	for (int n = 0; n < 3; n++)
		(void)spy_put_absent(scratch);
	spy_put_name(scratch, name);
	(void)spy_put_absent(scratch);
	(void)spy_emit(scratch, spy_uring_group(u), 0);
	return 1;
}

/* What an entry of the submission queue has in the place of names. */
__noinline int spy_uring_tell_refused(__u32 scratch, __u64 entry)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct io_uring_sqe *sqe = (struct io_uring_sqe *)entry;
	struct spy_uring_request *u;
	__u64 first, second;
	__u32 length;

	if (!s)
		return 0;
	u = &s->uring;
	if (u->opcode == SPY_URING_SETXATTR)
		return 0;
	first = BPF_CORE_READ(sqe, addr);
	second = BPF_CORE_READ(sqe, addr2);
	length = BPF_CORE_READ(sqe, len);
	u->fd = BPF_CORE_READ(sqe, fd);
	if (u->opcode == SPY_URING_OPENAT) {
		u->arguments[0] = BPF_CORE_READ(sqe, open_flags);
		u->arguments[1] = length;
	} else if (u->opcode == SPY_URING_OPENAT2) {
		bpf_probe_read_user(u->arguments, sizeof(u->arguments), (void *)second);
	} else if (u->opcode == SPY_URING_MKDIRAT) {
		u->arguments[0] = length;
	} else {
		u->arguments[0] = BPF_CORE_READ(sqe, open_flags);
	}
	u->to_fd = length;
	(void)spy_uring_record(s, 0);
	(void)spy_put_user(scratch, u->opcode == SPY_URING_SYMLINKAT ? second : first);
	(void)spy_put_base(scratch, u->fd, u->opcode == SPY_URING_SYMLINKAT ? second : first);
	(void)spy_put_absent(scratch);
	if (u->opcode == SPY_URING_SYMLINKAT) {
		(void)spy_put_user(scratch, first);
		(void)spy_put_absent(scratch);
	} else if (u->opcode == SPY_URING_RENAMEAT || u->opcode == SPY_URING_LINKAT) {
		(void)spy_put_user(scratch, second);
		(void)spy_put_base(scratch, u->to_fd, second);
	} else {
		(void)spy_put_absent(scratch);
		(void)spy_put_absent(scratch);
	}
	(void)spy_emit(scratch, spy_uring_group(u), 0);
	return spy_uring_tell_unseen(scratch, s->call.result);
}
