// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Bytes and calls by open file. Reads and writes are by far the most frequent calls: they are added up here and told once, when the file is closed, when another file
 * needs the place, or before something whose order with them matters.
 */
#include "io.bpf.h"

#define SPY_LOCK_TRIES 256

struct spy_ios_map spy_ios SEC(".maps");

/* Held for some hundred nanoseconds by a thread of the same process on another CPU; 0 when it could not be had. */
static __noinline int spy_io_lock(struct spy_ios *ios)
{
	for (int n = 0; n < SPY_LOCK_TRIES; n++)
		if (!__sync_lock_test_and_set(&ios->lock, 1))
			return 1;
	return 0;
}

static __always_inline void spy_io_unlock(struct spy_ios *ios)
{
	__sync_lock_test_and_set(&ios->lock, 0);
}

static __always_inline struct spy_ios *spy_ios_of(struct task_struct *leader, __u64 flags)
{
	return leader ? bpf_task_storage_get(&spy_ios, leader, NULL, flags) : NULL;
}

static __always_inline void spy_io_count(struct spy_io *io, __u32 transfer, __u64 bytes)
{
	__u64 id = bpf_get_current_pid_tgid();

	io->tgid = id >> 32;
	io->tid = id;
	if (transfer == SPY_TRANSFER_READ) {
		io->read_bytes += bytes;
		io->read_calls++;
	} else if (transfer == SPY_TRANSFER_WRITE) {
		io->written_bytes += bytes;
		io->write_calls++;
	} else {
		io->mapped_bytes += bytes;
		io->map_calls++;
		if (transfer == SPY_TRANSFER_MAP_WRITABLE)
			io->mapped_writable_bytes += bytes;
	}
}

/* Tells the scratch's io. `own`: of the current process, so that its descriptor still tells the path. */
static __noinline int spy_io_tell(__u32 scratch, __u32 process, __u32 own)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_record_io *r;
	struct file *file;

	if (!s)
		return 0;
	s->unreadable = 0;
	s->truncated = 0;
	r = (void *)spy_begin(s, SPY_RECORD_IO, sizeof(*r), process, 0);
	r->header.tgid = s->io.tgid;
	r->header.tid = s->io.tid;
	r->first_ns = s->io.first_ns;
	r->inode = s->io.number;
	r->dev_major = spy_dev_major(s->io.dev);
	r->dev_minor = spy_dev_minor(s->io.dev);
	r->file_mode = s->io.mode;
	r->fd = s->io.fd;
	r->read_bytes = s->io.read_bytes;
	r->read_calls = s->io.read_calls;
	r->written_bytes = s->io.written_bytes;
	r->write_calls = s->io.write_calls;
	r->mapped_bytes = s->io.mapped_bytes;
	r->map_calls = s->io.map_calls;
	r->mapped_writable_bytes = s->io.mapped_writable_bytes;
	file = (struct file *)s->io.file;
	if (own && spy_file_address(s->io.fd) == s->io.file)
		r->header.flags |= spy_put_path(scratch, (__u64)BPF_CORE_READ(file, f_path.mnt),
						(__u64)BPF_CORE_READ(file, f_path.dentry));
	else
		(void)spy_put_absent(scratch);
	(void)spy_emit(scratch, SPY_GROUP_FILE, 0);
	(void)spy_count_pending(s->sessions, s->since, -1);
	return 0;
}

struct spy_io_walk {
	struct spy_ios *ios;
	__u64 file; /* 0: every one */
	__u32 scratch;
	__u32 own;
};

static long spy_io_step(__u32 n, struct spy_io_walk *w)
{
	struct spy_scratch *s = spy_scratch_at(w->scratch);
	struct spy_io *io;
	__u64 found;

	if (!s || n >= SPY_IO_FILES)
		return 1;
	io = &w->ios->files[n];
	if (!io->file || (w->file && io->file != w->file) || !spy_io_lock(w->ios))
		return 0;
	s->io = *io;
	io->file = 0;
	spy_io_unlock(w->ios);
	found = s->io.file;
	if (found && (!w->file || found == w->file))
		(void)spy_io_tell(w->scratch, s->call.process, w->own);
	return 0;
}

static __always_inline int spy_io_walk(__u32 scratch, struct spy_ios *ios, __u64 file, __u32 own)
{
	struct spy_io_walk w = { .ios = ios, .file = file, .scratch = scratch, .own = own };

	bpf_loop(SPY_IO_FILES, spy_io_step, &w, 0);
	return 0;
}

__noinline int spy_io_flush(__u32 scratch)
{
	struct spy_ios *ios = spy_ios_of(bpf_get_current_task_btf()->group_leader, 0);

	return ios ? spy_io_walk(scratch, ios, 0, 1) : 0;
}

__noinline int spy_io_close(__u32 scratch, __s32 fd)
{
	struct spy_ios *ios = spy_ios_of(bpf_get_current_task_btf()->group_leader, 0);
	__u64 file;

	if (!ios)
		return 0;
	file = spy_file_address(fd);
	return file ? spy_io_walk(scratch, ios, file, 1) : 0;
}

__noinline int spy_io_flush_of(__u32 scratch, struct spy_ios *ios)
{
	return ios ? spy_io_walk(scratch, ios, 0, 0) : 0;
}

static __always_inline void spy_io_begin(struct spy_io *io, __u64 file, struct inode *inode, __s32 fd)
{
	__builtin_memset(io, 0, sizeof(*io));
	io->file = file;
	io->inode = (__u64)inode;
	io->first_ns = bpf_ktime_get_boot_ns();
	io->number = BPF_CORE_READ(inode, i_ino);
	io->dev = BPF_CORE_READ(inode, i_sb, s_dev);
	io->mode = BPF_CORE_READ(inode, i_mode);
	io->fd = fd;
}

/* Place of a file that has one, of a free one, or SPY_IO_FILES. */
static long spy_io_find(__u32 n, struct spy_io_walk *w)
{
	struct spy_io *io;

	if (n >= SPY_IO_FILES)
		return 1;
	io = &w->ios->files[n];
	if (io->file == w->file) {
		w->ios->place = n;
		return 1;
	}
	if (!io->file)
		w->ios->place = n;
	return 0;
}

__noinline int spy_io_add(__u64 file, __u64 inode, __s32 fd, __u32 transfer, __u64 bytes)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct spy_task *me = spy_task_of(task);
	struct spy_ios *ios = spy_ios_of(task->group_leader, BPF_LOCAL_STORAGE_GET_F_CREATE);
	struct spy_scratch *s = NULL;
	struct spy_io_walk w = {};
	struct spy_io *io;
	__u32 place, index = 0;

	if (!me)
		return 0;
	if (!ios || !spy_io_lock(ios)) {
		(void)spy_count_lost(me->sessions, me->since, SPY_LOST_SCRATCH, 1);
		return 0;
	}
	ios->place = SPY_IO_FILES;
	w.ios = ios;
	w.file = file;
	bpf_loop(SPY_IO_FILES, spy_io_find, &w, 0);
	place = ios->place;
	if (place >= SPY_IO_FILES)
		place = ios->next++;
	io = &ios->files[place & (SPY_IO_FILES - 1)];
	if (io->file == file && io->inode == inode) {
		spy_io_count(io, transfer, bytes);
		spy_io_unlock(ios);
		return 0;
	}
	if (io->file) {
		/* Another file makes room; one that cannot be told is counted. */
		s = spy_take(&index, me->sessions, me->since);
		if (s)
			s->io = *io;
	}
	spy_io_begin(io, file, (struct inode *)inode, fd);
	spy_io_count(io, transfer, bytes);
	spy_io_unlock(ios);
	(void)spy_count_pending(me->sessions, me->since, 1);
	if (s) {
		(void)spy_io_tell(index, me->process, 1);
		spy_release(s);
	}
	return 0;
}
