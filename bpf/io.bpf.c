// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Bytes and calls by open file. Reads and writes are by far the most frequent calls: they are added up here and told once, when the file is closed, when another file
 * needs the place, or before something whose order with them matters.
 */
#include "io.bpf.h"

/* How often a lock is tried that somebody holds: some 20 microseconds, and some milliseconds. */
#define SPY_LOCK_SOON 256
#define SPY_LOCK_PATIENTLY 65536

struct spy_ios_map spy_ios SEC(".maps");

struct spy_io_locking {
	struct spy_ios *ios;
	__u32 locked;
};

static long spy_io_try_lock(__u32 n, struct spy_io_locking *l)
{
	l->locked = !*(volatile __u32 *)&l->ios->lock && !__sync_lock_test_and_set(&l->ios->lock, 1);
	return l->locked;
}

/*
 * Held for some hundred nanoseconds by a thread of the same process on another CPU; longer only when that one is interrupted, or its CPU is taken from a virtual machine. 0 when
 * it could not be had.
 */
static __noinline int spy_io_lock(struct spy_ios *ios, __u32 tries)
{
	struct spy_io_locking l = { .ios = ios };

	if (!ios)
		return 0;
	if (!__sync_lock_test_and_set(&ios->lock, 1))
		return 1;
	bpf_loop(tries, spy_io_try_lock, &l, 0);
	return l.locked;
}

static __always_inline void spy_io_unlock(struct spy_ios *ios)
{
	__sync_lock_test_and_set(&ios->lock, 0);
}

static __always_inline struct spy_ios *spy_ios_of(struct task_struct *leader, __u64 flags)
{
	return leader ? bpf_task_storage_get(&spy_ios, leader, NULL, flags) : NULL;
}

static __always_inline void spy_io_count(struct spy_io *io, const struct spy_open_file *found, __u32 transfer,
					 __u64 bytes)
{
	__u64 id = bpf_get_current_pid_tgid();

	io->by_others |= io->tid && io->tid != (__u32)id;
	io->tgid = id >> 32;
	io->tid = id;
	io->by_ring |= found->by_ring;
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

/* The descriptor still leads to the file that was added up, and not to another that got its address. */
static __always_inline bool spy_io_is_open(const struct spy_io *io, __u64 task)
{
	struct file *file = (struct file *)io->file;
	struct inode *inode = (struct inode *)io->inode;

	return spy_file_address_of(task, io->fd) == io->file && BPF_CORE_READ(file, f_inode) == inode &&
	       BPF_CORE_READ(inode, i_ino) == io->number;
}

/*
 * The path, as long as the descriptor leads to the file: a process that goes on (the scratch's viewer) may close it meanwhile. `root`: the test's. Returns
 * SPY_FLAG_*.
 */
static __always_inline int spy_io_put_path(__u32 scratch, const struct spy_root *root)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct file *file;
	__u64 viewer;
	__u32 used;
	int flags;

	if (!s)
		return 0;
	used = s->used;
	file = (struct file *)s->io.file;
	viewer = s->viewer ? s->viewer : bpf_get_current_task();
	flags = spy_root_flags_of(viewer, root);
	if (spy_io_is_open(&s->io, viewer)) {
		int found = spy_put_path(scratch, (__u64)BPF_CORE_READ(file, f_path.mnt),
					 (__u64)BPF_CORE_READ(file, f_path.dentry));

		if (!s->viewer || spy_io_is_open(&s->io, viewer))
			return flags | found;
	}
	s->used = used;
	(void)spy_put_absent(scratch);
	return flags;
}

/* Tells the scratch's io, to its own sessions. Of the scratch, nothing but the record is lost. */
static __noinline int spy_io_tell(__u32 scratch, __u32 process, const struct spy_root *root)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	__u64 sessions, since;
	struct spy_record_io *r;

	if (!s)
		return 0;
	sessions = s->sessions;
	since = s->since;
	s->sessions = s->io.sessions;
	s->since = s->io.since;
	r = (void *)spy_begin(s, SPY_RECORD_IO, sizeof(*r), process, 0);
	r->header.tgid = s->io.tgid;
	r->header.tid = s->io.tid;
	if (s->io.by_ring)
		r->header.flags |= SPY_FLAG_URING;
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
	r->one_thread = !s->io.by_others;
	r->header.flags |= spy_io_put_path(scratch, root);
	(void)spy_emit(scratch, SPY_GROUP_FILE, 0);
	(void)spy_count_pending(s->sessions, s->since, -1);
	s->sessions = sessions;
	s->since = since;
	s->unreadable = 0;
	s->truncated = 0;
	return 0;
}

struct spy_io_walk {
	struct spy_ios *ios;
	__u64 file;                  /* 0: every one */
	const struct spy_root *root; /* the test's, as the process has it */
	__u32 scratch;
	__u32 unused;
};

static long spy_io_step(__u32 n, struct spy_io_walk *w)
{
	struct spy_scratch *s;
	struct spy_io *io;
	__u64 found;

	if (n >= SPY_IO_FILES || !*(volatile __u32 *)&w->ios->used)
		return 1;
	io = &w->ios->files[n];
	if (!io->file || (w->file && io->file != w->file))
		return 0;
	s = spy_scratch_at(w->scratch);
	if (!s)
		return 1;
	if (!spy_io_lock(w->ios, SPY_LOCK_PATIENTLY)) {
		/* It may be told another time, or never: the process may be ending. */
		(void)spy_count_lost(s->sessions, s->since, SPY_LOST_SCRATCH, 1);
		return 0;
	}
	s->io = *io;
	found = io->file;
	io->file = 0;
	w->ios->used -= !!found;
	spy_io_unlock(w->ios);
	if (found && (!w->file || found == w->file))
		(void)spy_io_tell(w->scratch, s->call.process, w->root);
	return 0;
}

static __always_inline int spy_io_walk(__u32 scratch, struct spy_ios *ios, __u64 file, const struct spy_root *root)
{
	struct spy_io_walk w = { .ios = ios, .file = file, .scratch = scratch, .root = root };

	bpf_loop(SPY_IO_FILES, spy_io_step, &w, 0);
	return 0;
}

static __always_inline const struct spy_root *spy_own_root(void)
{
	struct spy_task *me = spy_task_of(bpf_get_current_task_btf());

	return me ? &me->root : NULL;
}

__noinline int spy_io_pending(void)
{
	struct spy_ios *ios = spy_ios_of(bpf_get_current_task_btf()->group_leader, 0);

	return ios && *(volatile __u32 *)&ios->used;
}

__noinline int spy_io_flush(__u32 scratch)
{
	struct spy_ios *ios = spy_ios_of(bpf_get_current_task_btf()->group_leader, 0);

	return ios ? spy_io_walk(scratch, ios, 0, spy_own_root()) : 0;
}

__noinline int spy_io_close(__u32 scratch, __s32 fd)
{
	struct spy_ios *ios = spy_ios_of(bpf_get_current_task_btf()->group_leader, 0);
	__u64 file;

	if (!ios)
		return 0;
	file = spy_file_address(fd);
	return file ? spy_io_walk(scratch, ios, file, spy_own_root()) : 0;
}

__noinline int spy_io_flush_of(__u32 scratch, struct spy_ios *ios, const struct spy_root *root)
{
	return ios ? spy_io_walk(scratch, ios, 0, root) : 0;
}

static __always_inline void spy_io_begin(struct spy_io *io, const struct spy_open_file *found,
					 const struct spy_task *me)
{
	struct inode *inode = (struct inode *)found->inode;

	__builtin_memset(io, 0, sizeof(*io));
	io->file = found->file;
	io->inode = found->inode;
	io->number = found->number;
	io->sessions = me->sessions;
	io->since = me->since;
	io->first_ns = bpf_ktime_get_boot_ns();
	io->dev = BPF_CORE_READ(inode, i_sb, s_dev);
	io->mode = found->mode;
	io->fd = found->fd;
}

/* Place of a file that has one, of the first free one, or SPY_IO_FILES. */
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
	if (!io->file && w->ios->place == SPY_IO_FILES)
		w->ios->place = n;
	return 0;
}

/* What is added up so far is of the same file, and for the same sessions: under scope `self`, others can have begun or ended meanwhile. */
static __always_inline bool spy_io_goes_on(const struct spy_io *io, const struct spy_open_file *found,
					   const struct spy_task *me)
{
	if (io->file != found->file || io->inode != found->inode || io->number != found->number)
		return false;
	return (io->sessions == me->sessions && io->since == me->since) ||
	       spy_valid_sessions(io->sessions, io->since) == spy_valid_sessions(me->sessions, me->since);
}

/* One transfer that could not be added to others is told by itself. */
static __noinline int spy_io_tell_alone(struct spy_task *me, struct spy_open_file *found, __u32 transfer, __u64 bytes)
{
	__u32 index;
	struct spy_scratch *s = spy_take(&index, me->sessions, me->since);

	if (!s)
		return 0;
	spy_io_begin(&s->io, found, me);
	spy_io_count(&s->io, found, transfer, bytes);
	(void)spy_count_pending(me->sessions, me->since, 1);
	(void)spy_io_tell(index, me->process, &me->root);
	spy_release(s);
	return 0;
}

__noinline int spy_io_add(struct spy_open_file *found, __u32 transfer, __u64 bytes)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct spy_task *me = spy_task_of(task);
	struct spy_ios *ios = spy_ios_of(task->group_leader, BPF_LOCAL_STORAGE_GET_F_CREATE);
	struct spy_scratch *s = NULL;
	struct spy_io_walk w = {};
	struct spy_io *io;
	__u32 index = 0;

	if (!me || !found)
		return 0;
	if (!spy_io_lock(ios, SPY_LOCK_SOON))
		return spy_io_tell_alone(me, found, transfer, bytes);
	/* Mostly it is the same as the last time. */
	if (ios->files[ios->place & (SPY_IO_FILES - 1)].file != found->file) {
		ios->place = SPY_IO_FILES;
		w.ios = ios;
		w.file = found->file;
		bpf_loop(SPY_IO_FILES, spy_io_find, &w, 0);
		if (ios->place >= SPY_IO_FILES)
			ios->place = ios->next++;
	}
	io = &ios->files[ios->place & (SPY_IO_FILES - 1)];
	if (spy_io_goes_on(io, found, me)) {
		spy_io_count(io, found, transfer, bytes);
		spy_io_unlock(ios);
		return 0;
	}
	if (io->file) {
		/* Another file makes room; one that cannot be told is counted. */
		s = spy_take(&index, me->sessions, me->since);
		if (s)
			s->io = *io;
	}
	ios->used += !io->file;
	spy_io_begin(io, found, me);
	spy_io_count(io, found, transfer, bytes);
	spy_io_unlock(ios);
	(void)spy_count_pending(me->sessions, me->since, 1);
	if (s) {
		(void)spy_io_tell(index, me->process, &me->root);
		spy_release(s);
	}
	return 0;
}
