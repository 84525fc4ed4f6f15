// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Data asked to be on the disk: of a descriptor's file, of a mapping's, of everything. */
#include "calls.bpf.h"

#define SPY_EBUSY 16
#define SPY_MAPPING_TRIES 1024

struct spy_mapping {
	struct file *file;
	__u64 address;
	long result;
};

static long spy_find_mapping(struct task_struct *task, struct vm_area_struct *vma, struct spy_mapping *found)
{
	found->file = vma->vm_file;
	return 0;
}

/* The mappings are locked while another thread changes them: for some microseconds, or longer when that one waits for its CPU. */
static long spy_try_mapping(__u32 n, struct spy_mapping *found)
{
	found->result = bpf_find_vma(bpf_get_current_task_btf(), found->address, spy_find_mapping, found, 0);
	return found->result != -SPY_EBUSY;
}

static __noinline int spy_tell_sync(__u32 scratch)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_mapping mapping = {};
	struct spy_open_file found = {};
	struct spy_record_sync *r;
	struct file *file = NULL;
	struct inode *inode;
	__s32 fd = -1;
	__u32 flags = 0, dev;

	if (!s)
		return 0;
	if (SPY_CALL_IS(&s->call, msync)) {
		flags = s->call.args[2];
		mapping.address = s->call.args[0];
		bpf_loop(SPY_MAPPING_TRIES, spy_try_mapping, &mapping, 0);
		file = mapping.file;
	} else if (!SPY_CALL_IS(&s->call, sync)) {
		fd = s->call.args[0];
		if (spy_find_file(fd, &found))
			file = spy_still_file(&found);
		if (SPY_CALL_IS(&s->call, sync_file_range))
			flags = s->call.flags & SPY_FLAG_COMPAT ? s->call.args[5] : s->call.args[3];
		else if (SPY_CALL_IS(&s->call, arm_sync_file_range))
			flags = s->call.args[1];
	}
	r = (void *)spy_begin(s, SPY_RECORD_SYNC, sizeof(*r), s->call.process, s->call.flags);
	r->result = s->call.result;
	r->flags = flags;
	r->fd = fd;
	r->nr = s->call.nr;
	if (file) {
		inode = BPF_CORE_READ(file, f_inode);
		dev = BPF_CORE_READ(inode, i_sb, s_dev);
		r->inode = BPF_CORE_READ(inode, i_ino);
		r->file_mode = BPF_CORE_READ(inode, i_mode);
		r->dev_major = spy_dev_major(dev);
		r->dev_minor = spy_dev_minor(dev);
		r->header.flags |= spy_put_path(scratch, (__u64)BPF_CORE_READ(file, f_path.mnt),
						(__u64)BPF_CORE_READ(file, f_path.dentry));
	} else if (mapping.result == -SPY_EBUSY) {
		(void)spy_put_path(scratch, 0, 0); /* unreadable, and counted */
	} else {
		(void)spy_put_absent(scratch);
	}
	(void)spy_emit(scratch, SPY_GROUP_SYNC, 0);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(spy_on_sync, struct pt_regs *regs, long result)
{
	struct spy_task *me;
	__u32 index;
	struct spy_scratch *s = spy_call_take(regs, result, &index, &me);

	if (!s)
		return 0;
	(void)spy_tell_sync(index);
	spy_release(s);
	return 0;
}
