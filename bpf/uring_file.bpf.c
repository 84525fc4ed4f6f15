// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Operations of io_uring on files: names, which the kernel copied when the operation was submitted, and what became of it. */
#include "uring.bpf.h"
#include "arch.bpf.h"
#include "io.bpf.h"

#define SPY_AT_EMPTY_PATH 0x1000
#define SPY_FMODE_CREATED (1u << 20)
#define SPY_SPLICE_FD_IN_FIXED (1u << 31)
#define SPY_FILE_FLAGS 7UL /* low bits of an address in a ring's table */
#define SPY_INODE_COPY 96

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

/* The folder behind a dirfd of the current task, or its cwd; 0 when it is not open. */
static __noinline int spy_find_base(__s32 fd, struct spy_base *base)
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

__noinline __u64 spy_uring_slot(__u64 ring, __u32 slot)
{
	struct io_ring_ctx *ctx = (struct io_ring_ctx *)ring;
	struct io_ring_ctx___slots *older = (struct io_ring_ctx___slots *)ring;
	struct io_fixed_file___slots *files;
	struct io_rsrc_node **nodes, *node = NULL;
	__u64 file = 0;

	if (bpf_core_field_exists(ctx->file_table.data.nodes)) {
		if (slot >= BPF_CORE_READ(ctx, file_table.data.nr))
			return 0;
		nodes = BPF_CORE_READ(ctx, file_table.data.nodes);
		bpf_probe_read_kernel(&node, sizeof(node), nodes + slot);
		file = node ? BPF_CORE_READ(node, file_ptr) : 0;
	} else if (bpf_core_field_exists(older->file_table.files)) {
		if (slot >= BPF_CORE_READ(older, nr_user_files))
			return 0;
		files = BPF_CORE_READ(older, file_table.files);
		bpf_probe_read_kernel(&file, sizeof(file), (void *)files + slot * sizeof(file));
	}
	return file & ~SPY_FILE_FLAGS;
}

static __always_inline bool spy_has_content(struct file *file)
{
	__u32 type = file ? BPF_CORE_READ(file, f_inode, i_mode) & SPY_S_IFMT : 0;

	return type == SPY_S_IFREG || type == SPY_S_IFBLK;
}

/* Of a chain the file may only be opened yet. */
static __always_inline bool spy_may_have_content(struct file *file)
{
	return !file || spy_has_content(file);
}

__noinline int spy_uring_read_file(__u32 scratch, __u64 request, __u32 form, __u32 silent)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	void *command = spy_uring_command(request);
	struct spy_uring_request *u;

	if (!s)
		return 0;
	u = &s->uring;
	if (form == SPY_URING_FORM_CLOSE) {
		struct io_close *op = command;

		if (!BPF_CORE_READ(op, file_slot))
			(void)spy_io_close(scratch, BPF_CORE_READ(op, fd));
		return 0;
	}
	if (form == SPY_URING_FORM_SPLICE) {
		struct io_splice *op = command;

		u->to_fd = BPF_CORE_READ(op, splice_fd_in);
		u->arguments[0] = BPF_CORE_READ(op, flags) & SPY_SPLICE_FD_IN_FIXED;
	}
	if (!silent)
		return 1;
	/* Of a success the kernel will say nothing. */
	if (spy_may_have_content(spy_uring_file(u, u->fd, u->fixed)) ||
	    (form == SPY_URING_FORM_SPLICE && spy_may_have_content(spy_uring_file(u, u->to_fd, u->arguments[0] != 0))))
		(void)spy_uring_blind(u->opcode, SPY_GROUP_FILE);
	return 0;
}

/* What a record says of a file beside its path. */
struct spy_uring_identity {
	__u64 mnt;
	__u64 dentry;
	__u64 inode;
	__u64 fs_magic;
	__u32 dev;
	__u32 mode;
	__u32 f_mode;
};

static __noinline int spy_uring_identify(__u64 address, struct spy_uring_identity *id)
{
	struct file *file = (struct file *)address;
	__u64 copy[SPY_FILE_COPY / sizeof(__u64)];
	struct super_block *super;
	struct inode *inode;

	if (!id)
		return 0;
	bpf_probe_read_kernel(copy, SPY_FILE_COPY, file);
	id->mnt = (__u64)SPY_IN_COPY(copy, file, f_path.mnt);
	id->dentry = (__u64)SPY_IN_COPY(copy, file, f_path.dentry);
	id->f_mode = SPY_IN_COPY(copy, file, f_mode);
	inode = SPY_IN_COPY(copy, file, f_inode);
	bpf_probe_read_kernel(copy, SPY_INODE_COPY, inode);
	id->inode = SPY_IN_COPY(copy, inode, i_ino);
	id->mode = SPY_IN_COPY(copy, inode, i_mode);
	super = SPY_IN_COPY(copy, inode, i_sb);
	id->dev = BPF_CORE_READ(super, s_dev);
	id->fs_magic = BPF_CORE_READ(super, s_magic);
	return 0;
}

/* Where a name was relative to, if that is another folder by now. */
static __noinline int spy_uring_put_moved(__u32 scratch, __u32 second)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_base now = {};
	struct spy_uring_request *u;
	struct spy_base *was;
	__s32 fd;

	if (!s)
		return 0;
	u = &s->uring;
	was = second ? &u->to_base : &u->base;
	fd = second ? u->to_fd : u->fd;
	if (u->relative & (second ? SPY_RELATIVE_SECOND : SPY_RELATIVE_FIRST) && spy_uring_same_folders(u) &&
	    (fd == SPY_AT_FDCWD || spy_uring_same_files(u)))
		(void)spy_find_base(fd, &now);
	if (now.dentry && (now.dentry != was->dentry || now.mnt != was->mnt))
		(void)spy_put_path(scratch, now.mnt, now.dentry);
	else
		(void)spy_put_absent(scratch);
	return 0;
}

static __always_inline struct spy_record_uring_end *spy_uring_end_record(struct spy_scratch *s, __s64 result)
{
	struct spy_record_uring_end *r = spy_uring_header(s, SPY_RECORD_URING_END, sizeof(*r));

	r->id = s->uring.id;
	r->result = result;
	return r;
}

__noinline int spy_uring_tell_unseen(__u32 scratch, __s64 result)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_record_uring_end *r;

	if (!s)
		return 0;
	r = spy_uring_end_record(s, result);
	r->unseen = result >= 0 && spy_uring_is_open(&s->uring);
	for (int n = 0; n < 3; n++)
		(void)spy_put_absent(scratch);
	(void)spy_emit(scratch, spy_uring_group(&s->uring), 0);
	return 0;
}

/* Of a success what was opened, of an operation on an open file that; others have none. */
static __always_inline struct file *spy_uring_resolved(const struct spy_uring_request *u, __u64 request, __s64 result)
{
	struct io_kiocb *req = (struct io_kiocb *)request;

	if (!spy_uring_is_open(u))
		return BPF_CORE_READ(req, file);
	return result >= 0 ? spy_uring_opened(u, result) : NULL;
}

__noinline int spy_uring_tell_named(__u32 scratch, __u64 request, __s64 result)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_uring_identity id = {};
	struct spy_record_uring_end *r;
	struct file *file;

	if (!s)
		return 0;
	if (!spy_uring_same_folders(&s->uring))
		return spy_uring_tell_unseen(scratch, result);
	spy_uring_flush(scratch, &s->uring);
	file = spy_uring_resolved(&s->uring, request, result);
	r = spy_uring_end_record(s, result);
	if (file) {
		spy_uring_identify((__u64)file, &id);
		r->inode = id.inode;
		r->dev_major = spy_dev_major(id.dev);
		r->dev_minor = spy_dev_minor(id.dev);
		r->file_mode = id.mode;
		r->fs_magic = id.fs_magic;
		if (spy_uring_is_open(&s->uring) && id.f_mode & SPY_FMODE_CREATED)
			r->header.flags |= SPY_FLAG_CREATED;
		if (spy_uring_is_open(&s->uring) && !s->uring.slot && spy_is_ambiguous(file))
			r->header.flags |= SPY_FLAG_AMBIGUOUS;
		r->header.flags |= spy_put_path(scratch, id.mnt, id.dentry);
	} else {
		r->unseen = result >= 0 && spy_uring_is_open(&s->uring);
		(void)spy_put_absent(scratch);
	}
	(void)spy_uring_put_moved(scratch, 0);
	(void)spy_uring_put_moved(scratch, 1);
	(void)spy_emit(scratch, spy_uring_group(&s->uring), 0);
	return 0;
}

/*
 * A transfer by the file itself: where it has no descriptor, or where the end is not in its process. Others are added up with those of system calls.
 */
static __noinline int spy_uring_tell_transfer(__u32 scratch, __u64 address, __u32 transfer, __s64 result)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_uring_identity id = {};
	struct spy_record_io *r;

	if (!s)
		return 0;
	spy_uring_identify(address, &id);
	r = spy_uring_header(s, SPY_RECORD_IO, sizeof(*r));
	r->first_ns = r->header.time_ns;
	r->inode = id.inode;
	r->dev_major = spy_dev_major(id.dev);
	r->dev_minor = spy_dev_minor(id.dev);
	r->file_mode = id.mode;
	r->fd = -1;
	if (transfer == SPY_TRANSFER_READ) {
		r->read_bytes = result;
		r->read_calls = 1;
	} else {
		r->written_bytes = result;
		r->write_calls = 1;
	}
	if (spy_uring_same_folders(&s->uring))
		r->header.flags |= spy_put_path(scratch, id.mnt, id.dentry);
	else
		(void)spy_put_absent(scratch);
	(void)spy_emit(scratch, SPY_GROUP_FILE, 0);
	return 0;
}

/* Adds a transfer to those of the process, or tells it by itself. */
static __always_inline int spy_uring_add(__u32 scratch, __u64 address, __s32 fd, __u32 transfer, __s64 result)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct file *file = (struct file *)address;
	struct spy_open_file found = { .file = address, .fd = fd, .by_ring = 1 };
	struct inode *inode;

	if (!s || !spy_has_content(file))
		return 0;
	if (fd < 0 || !spy_uring_same_files(&s->uring))
		return spy_uring_tell_transfer(scratch, address, transfer, result);
	inode = BPF_CORE_READ(file, f_inode);
	found.inode = (__u64)inode;
	found.number = BPF_CORE_READ(inode, i_ino);
	found.mode = BPF_CORE_READ(inode, i_mode);
	return spy_io_add(&found, transfer, result);
}

__noinline int spy_uring_tell_file(__u32 scratch, __u64 request, __u32 form, __s64 result)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct io_kiocb *req = (struct io_kiocb *)request;
	struct spy_uring_request *u;
	__u64 file;
	__s32 fd;

	if (!s)
		return 0;
	u = &s->uring;
	if (form <= SPY_URING_FORM_OPEN)
		return spy_uring_tell_named(scratch, request, result);
	if (result < 0)
		return 0;
	file = (__u64)BPF_CORE_READ(req, file);
	fd = u->fixed ? -1 : u->fd;
	if (form == SPY_URING_FORM_SPLICE) {
		bool fixed = u->arguments[0] != 0;

		(void)spy_uring_add(scratch, (__u64)spy_uring_file(u, u->to_fd, fixed), fixed ? -1 : u->to_fd,
				    SPY_TRANSFER_READ, result);
	}
	return spy_uring_add(scratch, file, fd, form == SPY_URING_FORM_READ ? SPY_TRANSFER_READ : SPY_TRANSFER_WRITE,
			     result);
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
