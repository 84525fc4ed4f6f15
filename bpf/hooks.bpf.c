// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What the kernel's own functions settle in the middle of a call, before another thread can take it away: the file of an open, which has no descriptor yet, and
 * the address of a connect, which the kernel has copied. The handlers of the calls tell it (spy_task.settled). Two programs of each: the helper takes the one that the kernel does
 * (native/helper/hooks.cc), or none.
 */
#include "arch.bpf.h"
#include "files.bpf.h"

/* Files that the kernel opens on behalf of another one (of the layers of an overlay). */
#define SPY_FMODE_NOACCOUNT (1u << 29)

/* Which were called since the helper cleared it: a program that is attached need not be. */
__u32 spy_hooks_called[SPY_HOOKS];

/* The current task, in a call that it entered while it was recorded. */
static __always_inline struct spy_task *spy_hooked_task(__u32 hook, __u32 group)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct spy_task *me;

	if (!spy_hooks_called[hook])
		spy_hooks_called[hook] = 1;
	if (spy_is_bystander(task))
		return NULL;
	me = spy_task_of(task);
	return me && me->sessions && me->entered && me->groups & group ? me : NULL;
}

/* The first file is the one that was asked for. */
static __always_inline int spy_settle_open(struct file *file)
{
	struct spy_task *me = spy_hooked_task(SPY_HOOK_OPEN, SPY_GROUP_FILE);
	__u64 copy[SPY_FILE_COPY / sizeof(__u64)];
	struct spy_opened *opened;
	struct dentry *dentry;
	struct inode *inode;
	__u32 mode;

	if (!me || me->call_class != SPY_CLASS_OPEN)
		return 0;
	bpf_probe_read_kernel(copy, sizeof(copy), file);
	mode = SPY_IN_COPY(copy, file, f_mode);
	if (mode & SPY_FMODE_NOACCOUNT)
		return 0;
	opened = &me->opened;
	if (me->settled) {
		opened->count++;
		return 0;
	}
	dentry = SPY_IN_COPY(copy, file, f_path.dentry);
	inode = SPY_IN_COPY(copy, file, f_inode);
	opened->file = (__u64)file;
	opened->mnt = (__u64)SPY_IN_COPY(copy, file, f_path.mnt);
	opened->dentry = (__u64)dentry;
	opened->parent = (__u64)BPF_CORE_READ(dentry, d_parent);
	opened->hash = BPF_CORE_READ(dentry, d_name.hash);
	opened->inode = (__u64)inode;
	opened->number = BPF_CORE_READ(inode, i_ino);
	opened->mode = mode;
	opened->count = 1;
	me->settled = SPY_SETTLED_OPEN;
	return 0;
}

static __always_inline int spy_settle_connect(void *address, __u32 length)
{
	struct spy_task *me = spy_hooked_task(SPY_HOOK_CONNECT, SPY_GROUP_NETWORK);

	if (!me)
		return 0;
	length = length < SPY_SOCKADDR_ROOM - 1 ? length : SPY_SOCKADDR_ROOM - 1;
	barrier_var(length);
	length &= SPY_SOCKADDR_ROOM - 1;
	if (bpf_probe_read_kernel(me->connecting.address, length, address))
		return 0;
	me->connecting.length = length;
	me->settled = SPY_SETTLED_CONNECT;
	return 0;
}

SEC("lsm/file_open")
int BPF_PROG(spy_lsm_open, struct file *file)
{
	return spy_settle_open(file);
}

SEC("fentry/security_file_open")
int BPF_PROG(spy_fentry_open, struct file *file)
{
	return spy_settle_open(file);
}

SEC("lsm/socket_connect")
int BPF_PROG(spy_lsm_connect, struct socket *socket, void *address, int length)
{
	return spy_settle_connect(address, length);
}

SEC("fentry/security_socket_connect")
int BPF_PROG(spy_fentry_connect, struct socket *socket, void *address, int length)
{
	return spy_settle_connect(address, length);
}
