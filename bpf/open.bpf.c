// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Files opened. The truth of a success is the kernel's file behind the new descriptor. */
#include "calls.bpf.h"

#define SPY_O_PATH 010000000
#define SPY_O_CREAT_TRUNC_WRONLY (0100 | 01000 | 01)

/* struct open_how of openat2(2). */
struct spy_open_how {
	__u64 flags;
	__u64 mode;
	__u64 resolve;
};

struct spy_open_arguments {
	__u64 path;
	struct spy_open_how how;
	__s32 dirfd;
	__u32 without_path;
};

static __always_inline void spy_open_read(struct spy_call *call, struct spy_open_arguments *a)
{
	a->dirfd = SPY_AT_FDCWD;
	if (SPY_CALL_IS(call, open)) {
		a->path = call->args[0];
		a->how.flags = (__u32)call->args[1];
		a->how.mode = call->args[2];
	} else if (SPY_CALL_IS(call, creat)) {
		a->path = call->args[0];
		a->how.flags = SPY_O_CREAT_TRUNC_WRONLY;
		a->how.mode = call->args[1];
	} else if (SPY_CALL_IS(call, open_by_handle_at)) {
		a->without_path = 1;
		a->dirfd = call->args[0];
		a->how.flags = (__u32)call->args[2];
	} else if (SPY_CALL_IS(call, ioctl)) {
		/* TIOCGPTPEER: the other end of a terminal. */
		a->without_path = 1;
		a->dirfd = call->args[0];
		a->how.flags = (__u32)call->args[2];
	} else {
		a->dirfd = call->args[0];
		a->path = call->args[1];
		if (SPY_CALL_IS(call, openat2)) {
			bpf_probe_read_user(&a->how, sizeof(a->how), (void *)call->args[2]);
		} else {
			a->how.flags = (__u32)call->args[2];
			a->how.mode = call->args[3];
		}
	}
}

/* The file that an open made, by what the return finds behind its descriptor and by what the kernel's own function saw. */
struct spy_made {
	__u64 mnt;
	__u64 dentry;
	struct inode *inode; /* NULL: it is not known */
	__u32 flags;         /* SPY_FLAG_* */
};

static __always_inline bool spy_is_opened_still(struct spy_opened *opened)
{
	struct dentry *dentry = (struct dentry *)opened->dentry;
	struct inode *inode = (struct inode *)opened->inode;

	return (__u64)BPF_CORE_READ(dentry, d_parent) == opened->parent &&
	       BPF_CORE_READ(dentry, d_name.hash) == opened->hash &&
	       (__u64)BPF_CORE_READ(dentry, d_inode) == opened->inode && BPF_CORE_READ(inode, i_ino) == opened->number;
}

static __always_inline void spy_find_made(struct spy_made *made, struct file *file, struct spy_opened *opened,
					  bool is_seen)
{
	__u64 copy[SPY_FILE_COPY / sizeof(__u64)];
	__u32 mode = 0;

	if (file) {
		bpf_probe_read_kernel(copy, sizeof(copy), file);
		made->mnt = (__u64)SPY_IN_COPY(copy, file, f_path.mnt);
		made->dentry = (__u64)SPY_IN_COPY(copy, file, f_path.dentry);
		made->inode = SPY_IN_COPY(copy, file, f_inode);
		mode = SPY_IN_COPY(copy, file, f_mode);
	}
	if (is_seen && opened->file == (__u64)file && opened->dentry == made->dentry &&
	    opened->inode == (__u64)made->inode) {
		made->flags = SPY_FLAG_SETTLED;
	} else if (is_seen && opened->count == 1 && spy_shares_files()) {
		/* Somebody has put another one in its place, or closed it. */
		bool is_known = spy_is_opened_still(opened);

		made->flags = SPY_FLAG_SETTLED;
		made->mnt = is_known ? opened->mnt : 0;
		made->dentry = is_known ? opened->dentry : 0;
		made->inode = is_known ? (struct inode *)opened->inode : NULL;
		mode = opened->mode;
	} else if (file && spy_is_ambiguous(file)) {
		made->flags = SPY_FLAG_AMBIGUOUS;
	}
	if (mode & SPY_FMODE_CREATED)
		made->flags |= SPY_FLAG_CREATED;
}

static __noinline int spy_tell_open(__u32 scratch, struct spy_task *me)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_open_arguments a = {};
	struct spy_record_open *r;
	__u64 copy[SPY_INODE_COPY / sizeof(__u64)];
	struct super_block *super;
	struct spy_made made = {};
	bool is_found;
	__u32 dev;

	if (!s)
		return 0;
	spy_open_read(&s->call, &a);
	if (!spy_call_failed(&s->call)) {
		/* With O_PATH the kernel asks nobody: what was seen is of the way to the file. */
		bool is_seen = me->settled == SPY_SETTLED_OPEN && !(a.how.flags & SPY_O_PATH);

		spy_find_made(&made, spy_file_of(s->call.result), &me->opened, is_seen);
	}
	r = (void *)spy_begin(s, SPY_RECORD_OPEN, sizeof(*r), s->call.process, s->call.flags);
	r->result = s->call.result;
	r->open_flags = a.how.flags;
	r->mode = a.how.mode;
	r->resolve = a.how.resolve;
	r->dirfd = a.dirfd;
	r->nr = s->call.nr;
	r->header.flags |= made.flags;
	if (made.inode) {
		struct inode *inode = made.inode;

		bpf_probe_read_kernel(copy, SPY_INODE_COPY, inode);
		r->inode = SPY_IN_COPY(copy, inode, i_ino);
		r->file_mode = SPY_IN_COPY(copy, inode, i_mode);
		super = SPY_IN_COPY(copy, inode, i_sb);
		dev = BPF_CORE_READ(super, s_dev);
		r->dev_major = spy_dev_major(dev);
		r->dev_minor = spy_dev_minor(dev);
		r->fs_magic = BPF_CORE_READ(super, s_magic);
	}
	if (a.without_path)
		(void)spy_put_absent(scratch);
	else
		(void)spy_put_user(scratch, a.path);
	is_found = made.inode || made.flags & SPY_FLAG_SETTLED;
	if (is_found || a.without_path)
		(void)spy_put_absent(scratch);
	else
		(void)spy_put_base(scratch, a.dirfd, a.path);
	/* Of one that is settled and gone the path is unreadable. */
	if (is_found)
		r->header.flags |= spy_put_path(scratch, made.mnt, made.dentry);
	else
		(void)spy_put_absent(scratch);
	(void)spy_emit(scratch, SPY_GROUP_FILE, 0);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(spy_on_open, struct pt_regs *regs, long result)
{
	struct spy_task *me;
	__u32 index;
	struct spy_scratch *s = spy_call_take(regs, result, &index, &me);

	if (!s)
		return 0;
	(void)spy_tell_open(index, me);
	spy_release(s);
	return 0;
}
