// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Files opened. The truth of a success is the kernel's file behind the new descriptor. */
#include "calls.bpf.h"

#define SPY_FMODE_CREATED (1u << 20)
#define SPY_FILE_COPY 128
#define SPY_INODE_COPY 96
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

static __noinline int spy_tell_open(__u32 scratch)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_open_arguments a = {};
	struct spy_record_open *r;
	struct file *file = NULL;
	__u64 copy[SPY_FILE_COPY / sizeof(__u64)];
	struct super_block *super;
	struct inode *inode;
	__u64 mnt = 0, dentry = 0;
	__u32 dev;

	if (!s)
		return 0;
	spy_open_read(&s->call, &a);
	if (!spy_call_failed(&s->call))
		file = spy_file_of(s->call.result);
	r = (void *)spy_begin(s, SPY_RECORD_OPEN, sizeof(*r), s->call.process, s->call.flags);
	r->result = s->call.result;
	r->open_flags = a.how.flags;
	r->mode = a.how.mode;
	r->resolve = a.how.resolve;
	r->dirfd = a.dirfd;
	r->nr = s->call.nr;
	if (file) {
		bpf_probe_read_kernel(copy, SPY_FILE_COPY, file);
		mnt = (__u64)SPY_IN_COPY(copy, file, f_path.mnt);
		dentry = (__u64)SPY_IN_COPY(copy, file, f_path.dentry);
		if (SPY_IN_COPY(copy, file, f_mode) & SPY_FMODE_CREATED)
			r->header.flags |= SPY_FLAG_CREATED;
		if (spy_is_ambiguous(file))
			r->header.flags |= SPY_FLAG_AMBIGUOUS;
		inode = SPY_IN_COPY(copy, file, f_inode);
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
	if (file || a.without_path)
		(void)spy_put_absent(scratch);
	else
		(void)spy_put_base(scratch, a.dirfd, a.path);
	if (file)
		r->header.flags |= spy_put_path(scratch, mnt, dentry);
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
	(void)spy_tell_open(index);
	spy_release(s);
	return 0;
}
