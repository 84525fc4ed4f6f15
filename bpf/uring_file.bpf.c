// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Operations of io_uring on files: what became of them, and what they moved. */
#include "uring_file.bpf.h"

#define SPY_SPLICE_FD_IN_FIXED (1u << 31)
#define SPY_FILE_FLAGS 7UL /* low bits of an address in a ring's table */

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
