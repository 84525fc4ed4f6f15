// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What others can change while a call is under way, since they share it with the caller: which file a descriptor leads to, and the working folder. It is noted when the call begins, and only where
 * it is shared: a disk can keep a call busy for seconds.
 */
#include "calls.bpf.h"

/* A function of its own, for its stack; 0 when the descriptor is not open. */
static __noinline int spy_look_up_file(__s32 fd, struct spy_open_file *found)
{
	__u64 copy[SPY_INODE_COPY / sizeof(__u64)];
	struct file *file = spy_file_of(fd);
	struct inode *inode;

	if (!found)
		return 0;
	found->file = (__u64)file;
	found->fd = fd;
	found->by_ring = 0;
	found->unused = 0;
	if (!file)
		return 0;
	inode = BPF_CORE_READ(file, f_inode);
	bpf_probe_read_kernel(copy, sizeof(copy), inode);
	found->inode = (__u64)inode;
	found->number = SPY_IN_COPY(copy, inode, i_ino);
	found->mode = SPY_IN_COPY(copy, inode, i_mode);
	return 1;
}

__noinline int spy_find_file(__s32 fd, struct spy_open_file *found)
{
	struct spy_task *me = spy_task_of(bpf_get_current_task_btf());
	struct spy_begun *begun = me ? &me->begun : NULL;

	if (!found)
		return 0;
	if (begun && begun->is_known && begun->first.file && begun->first.fd == fd)
		*found = begun->first;
	else if (begun && begun->is_known && begun->second.file && begun->second.fd == fd)
		*found = begun->second;
	else
		return spy_look_up_file(fd, found);
	return 1;
}

/* The other descriptor of a call that moves bytes between two; -1 of the others. */
static __noinline __s32 spy_second_descriptor(struct pt_regs *regs, __s32 nr, __u32 flags)
{
	__u64 args[6];
	bool is_sent = SPY_NUMBER_IS(nr, flags, sendfile) || SPY_NUMBER_IS(nr, flags, sendfile64);

	if (!is_sent && !SPY_NUMBER_IS(nr, flags, splice) && !SPY_NUMBER_IS(nr, flags, copy_file_range))
		return -1;
	spy_read_args(regs, flags, args);
	return args[is_sent ? 1 : 2];
}

SEC("tp_btf/sys_enter")
int BPF_PROG(spy_enter_shared, struct pt_regs *regs, long id)
{
	struct spy_task *me = spy_task_of(bpf_get_current_task_btf());
	__s32 second;

	if (!me)
		return 0;
	me->begun.is_known = 1;
	me->begun.folders = spy_folder_changes();
	/* Of a call whose first argument is a path it is a descriptor that nobody asks for. */
	(void)spy_look_up_file(spy_first_arg(regs, me->call_flags, 0), &me->begun.first);
	me->begun.second.file = 0;
	if (me->call_class == SPY_CLASS_TRANSFER) {
		second = spy_second_descriptor(regs, (__s32)id & ~SPY_X32_BIT, me->call_flags);
		if (second >= 0)
			(void)spy_look_up_file(second, &me->begun.second);
	}
	spy_enter_handlers(ctx, me);
	return 0;
}
