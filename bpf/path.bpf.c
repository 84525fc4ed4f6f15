// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Paths, walked over the kernel's own dentries and mounts, and what of the current task they begin with. */
#include "files.bpf.h"
#include "text.bpf.h"

#define SPY_WALK_STEPS 4096
#define SPY_COMPONENT_MASK 0xff /* NAME_MAX is 255 */

__noinline int spy_read_root(struct spy_root *root)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct fs_struct *fs = BPF_CORE_READ(task, fs);

	if (!fs || !root)
		return 0;
	root->mnt = (__u64)BPF_CORE_READ(fs, root.mnt);
	root->dentry = (__u64)BPF_CORE_READ(fs, root.dentry);
	root->mnt_ns = (__u64)BPF_CORE_READ(task, nsproxy, mnt_ns);
	return 0;
}

/* `address`: of a task. The same folder can be mounted twice; in a namespace of its own the mount is another one all the same. */
__noinline int spy_root_flags_of(__u64 address, const struct spy_root *root)
{
	struct task_struct *task = (struct task_struct *)address;
	struct fs_struct *fs = BPF_CORE_READ(task, fs);

	if (!fs || !root || !root->dentry)
		return 0;
	if ((__u64)BPF_CORE_READ(fs, root.dentry) != root->dentry)
		return SPY_FLAG_CHROOTED;
	if ((__u64)BPF_CORE_READ(fs, root.mnt) == root->mnt)
		return 0;
	return (__u64)BPF_CORE_READ(task, nsproxy, mnt_ns) == root->mnt_ns ? SPY_FLAG_CHROOTED : 0;
}

__noinline __u64 spy_file_address_of(__u64 address, __s64 fd)
{
	struct task_struct *task = (struct task_struct *)address;
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	__u64 file = 0;

	if (!table || fd < 0 || fd >= BPF_CORE_READ(table, max_fds))
		return 0;
	bpf_probe_read_kernel(&file, sizeof(file), BPF_CORE_READ(table, fd) + fd);
	return file;
}

enum spy_walk_state {
	SPY_WALK_ON,
	SPY_WALK_REACHED, /* the task's own root */
	SPY_WALK_TOP,     /* another root: of a namespace, a detached mount, a file system without a name */
	SPY_WALK_FULL,
};

static __always_inline int spy_walk_component(struct spy_scratch *s, const unsigned char *name, __u32 length)
{
	__u32 position;

	length &= SPY_COMPONENT_MASK;
	if (s->place.position < length + 1 || s->place.position > SPY_WALK_END)
		return 0;
	position = s->place.position - length;
	if (position >= SPY_WALK_END + 1)
		return 0;
	bpf_probe_read_kernel(s->walk + position, length, name);
	position--;
	if (position > SPY_WALK_END)
		return 0;
	s->walk[position] = '/';
	s->place.position = position;
	return 1;
}

static long spy_walk_step(__u32 n, __u32 *scratch)
{
	struct spy_scratch *s = spy_scratch_at(*scratch);
	struct dentry *dentry, *parent;
	struct spy_place *w;
	__u64 before;

	if (!s)
		return 1;
	w = &s->place;
	dentry = (struct dentry *)w->dentry;
	if (w->dentry == w->root_dentry && w->mnt == w->root_mnt) {
		w->state = SPY_WALK_REACHED;
		return 1;
	}
	if (w->dentry == w->mnt_root) {
		struct mount *mount = (void *)(w->mnt - bpf_core_field_offset(struct mount, mnt));
		struct mount *above = BPF_CORE_READ(mount, mnt_parent);
		struct vfsmount *mnt;

		if (above == mount || !above) {
			w->state = SPY_WALK_TOP;
			return 1;
		}
		w->dentry = (__u64)BPF_CORE_READ(mount, mnt_mountpoint);
		mnt = (void *)above + bpf_core_field_offset(struct mount, mnt);
		w->mnt = (__u64)mnt;
		w->mnt_root = (__u64)BPF_CORE_READ(mnt, mnt_root);
		return 0;
	}
	bpf_probe_read_kernel(w->copy, sizeof(w->copy), dentry);
	parent = SPY_IN_COPY(w->copy, dentry, d_parent);
	if (parent == dentry || !parent) {
		/* What was never in a folder (a memfd) has a name all the same; a root's is a slash. */
		if (w->position == SPY_WALK_END && SPY_IN_COPY(w->copy, dentry, d_name.len) > 1)
			spy_walk_component(s, SPY_IN_COPY(w->copy, dentry, d_name.name),
					   SPY_IN_COPY(w->copy, dentry, d_name.len));
		w->state = SPY_WALK_TOP;
		return 1;
	}
	before = w->position;
	if (!spy_walk_component(s, SPY_IN_COPY(w->copy, dentry, d_name.name),
				SPY_IN_COPY(w->copy, dentry, d_name.len))) {
		w->state = SPY_WALK_FULL;
		return 1;
	}
	/* Renamed meanwhile: its name and its folder may not belong together. Once more, then. */
	if (BPF_CORE_READ(dentry, d_seq.seqcount.sequence) !=
	    (SPY_IN_COPY(w->copy, dentry, d_seq.seqcount.sequence) & ~1u)) {
		w->position = before;
		return 0;
	}
	w->dentry = (__u64)parent;
	return 0;
}

#define SPY_PIPEFS_MAGIC 0x50495045
#define SPY_SOCKFS_MAGIC 0x534f434b
#define SPY_NSFS_MAGIC 0x6e736673
#define SPY_NUMBERED_ROOM 64

static const char spy_numbered[] = "%s:[%llu]";
static const char spy_pipe_name[] = "pipe";
static const char spy_socket_name[] = "socket";

/* At the front of the scratch's walk room: what has no name at all, as /proc shows it. Its length; 0 for what is not known to have none. */
static __noinline int spy_name_numbered(struct spy_scratch *s, struct dentry *dentry)
{
	struct inode *inode = BPF_CORE_READ(dentry, d_inode);
	__u64 values[2] = { 0, BPF_CORE_READ(inode, i_ino) };
	struct ns_common *ns;
	long n;

	switch (BPF_CORE_READ(inode, i_sb, s_magic)) {
	case SPY_PIPEFS_MAGIC:
		values[0] = (__u64)spy_pipe_name;
		break;
	case SPY_SOCKFS_MAGIC:
		values[0] = (__u64)spy_socket_name;
		break;
	case SPY_NSFS_MAGIC:
		ns = BPF_CORE_READ(inode, i_private);
		values[0] = (__u64)BPF_CORE_READ(ns, ops, name);
		break;
	default:
		return 0;
	}
	if (!s)
		return 0;
	n = bpf_snprintf(s->walk, SPY_NUMBERED_ROOM, spy_numbered, values, sizeof(values));
	return n > 1 && n <= SPY_NUMBERED_ROOM ? n - 1 : 0;
}

/*
 * The path of (mnt, dentry) as the current task, or the scratch's viewer, sees it: up to its root. Returns SPY_FLAG_DISCONNECTED when another root was met first and
 * SPY_FLAG_DELETED when the object itself is unlinked. A path longer than the room keeps its end and is marked truncated.
 */
__noinline int spy_put_path(__u32 scratch, __u64 mnt, __u64 dentry)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct task_struct *task;
	struct spy_place *w;
	struct dentry *d = (struct dentry *)dentry;
	struct vfsmount *m = (struct vfsmount *)mnt;
	struct fs_struct *fs;
	__u32 used, position, length, numbered;
	int flags = 0;

	if (!s)
		return 0;
	if (!mnt || !dentry) {
		spy_put_head(s, s->used, 0, SPY_STRING_UNREADABLE);
		return 0;
	}
	w = &s->place;
	w->mnt = mnt;
	w->dentry = dentry;
	w->mnt_root = (__u64)BPF_CORE_READ(m, mnt_root);
	w->root_mnt = 0;
	w->root_dentry = 0;
	task = (struct task_struct *)(s->viewer ? s->viewer : bpf_get_current_task());
	fs = BPF_CORE_READ(task, fs);
	if (fs) {
		w->root_mnt = (__u64)BPF_CORE_READ(fs, root.mnt);
		w->root_dentry = (__u64)BPF_CORE_READ(fs, root.dentry);
	}
	w->position = SPY_WALK_END;
	w->state = SPY_WALK_ON;
	bpf_loop(SPY_WALK_STEPS, spy_walk_step, &scratch, 0);

	if (!BPF_CORE_READ(d, d_hash.pprev) && BPF_CORE_READ(d, d_parent) != d)
		flags |= SPY_FLAG_DELETED;
	if (w->state == SPY_WALK_TOP)
		flags |= SPY_FLAG_DISCONNECTED;
	used = s->used;
	position = w->position;
	if (position > SPY_WALK_END)
		return 0;
	if (position == SPY_WALK_END) {
		numbered = w->state == SPY_WALK_TOP ? spy_name_numbered(s, d) : 0;
		barrier_var(numbered);
		numbered &= SPY_NUMBERED_ROOM - 1;
		if (numbered && used <= SPY_RECORD_ROOM - SPY_NUMBERED_ROOM - 4) {
			bpf_probe_read_kernel(s->record + used + 4, numbered, s->walk);
			spy_put_head(s, used, numbered, 0);
			return flags;
		}
		s->walk[--position & (SPY_WALK_ROOM - 1)] = '/';
	}
	length = SPY_WALK_END - position;
	if (used > SPY_RECORD_ROOM - SPY_WALK_ROOM - 4 || position > SPY_WALK_END || length > SPY_WALK_MAX)
		return 0;
	if (bpf_probe_read_kernel(s->record + used + 4, length, s->walk + position))
		spy_put_head(s, used, 0, SPY_STRING_UNREADABLE);
	else
		spy_put_head(s, used, length,
			     w->state == SPY_WALK_REACHED || w->state == SPY_WALK_TOP ? 0 : SPY_STRING_TRUNCATED);
	return flags;
}

__noinline int spy_put_cwd(__u32 scratch)
{
	struct task_struct *task = bpf_get_current_task_btf();

	return spy_put_path(scratch, (__u64)BPF_CORE_READ(task, fs, pwd.mnt),
			    (__u64)BPF_CORE_READ(task, fs, pwd.dentry));
}

__noinline __u32 spy_folder_changes(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct fs_struct *fs = BPF_CORE_READ(task, fs);
	__u32 changes = 0;

	/* Its type differs between kernels; the count is at its front. */
	if (fs)
		bpf_core_read(&changes, sizeof(changes), &fs->seq);
	return changes;
}

__noinline int spy_put_cwd_of_call(__u32 scratch, __u32 changes)
{
	struct spy_task *me = spy_task_of(bpf_get_current_task_btf());
	struct spy_scratch *s = spy_scratch_at(scratch);
	__u32 used;
	int flags;

	if (!me || !s)
		return 0;
	used = s->used;
	flags = spy_put_cwd(scratch);
	if (!me->begun.is_known || spy_folder_changes() == me->begun.folders + changes)
		return flags;
	s->used = used;
	return spy_put_path(scratch, 0, 0); /* unreadable, and counted */
}

__noinline int spy_put_exe(__u32 scratch)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct file *file = BPF_CORE_READ(task, mm, exe_file);

	if (!file)
		return spy_put_absent(scratch);
	return spy_put_path(scratch, (__u64)BPF_CORE_READ(file, f_path.mnt), (__u64)BPF_CORE_READ(file, f_path.dentry));
}

__noinline int spy_put_descriptor(__u32 scratch, __s32 fd)
{
	struct spy_task *me = spy_task_of(bpf_get_current_task_btf());
	struct file *file = spy_file_of(fd);

	if (me && me->begun.is_known && me->begun.first.fd == fd && me->begun.first.file != (__u64)file)
		return spy_put_path(scratch, 0, 0); /* unreadable, and counted */
	if (!file)
		return spy_put_absent(scratch);
	return spy_put_path(scratch, (__u64)BPF_CORE_READ(file, f_path.mnt), (__u64)BPF_CORE_READ(file, f_path.dentry));
}

/* The folder that a path argument is relative to: absent for an absolute path, or when the descriptor is not open. */
__noinline int spy_put_base(__u32 scratch, __s32 dirfd, __u64 path)
{
	char first = 0;

	if (!bpf_probe_read_user(&first, 1, (void *)path) && first == '/')
		return spy_put_absent(scratch);
	if (dirfd == SPY_AT_FDCWD)
		return spy_put_cwd_of_call(scratch, 0);
	return spy_put_descriptor(scratch, dirfd);
}
