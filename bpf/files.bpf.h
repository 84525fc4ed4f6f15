/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From a descriptor to the kernel's file. */
#ifndef SPY_FILES_BPF_H
#define SPY_FILES_BPF_H

#include "maps.bpf.h"

/* File behind a descriptor of the current task; NULL when it is not open. */
static __always_inline struct file *spy_file_of(__s64 fd)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **files, *file = NULL;

	if (!table || fd < 0 || fd >= BPF_CORE_READ(table, max_fds))
		return NULL;
	files = BPF_CORE_READ(table, fd);
	bpf_probe_read_kernel(&file, sizeof(file), files + fd);
	return file;
}

static __always_inline __u32 spy_dev_major(__u32 dev)
{
	return dev >> 20;
}

static __always_inline __u32 spy_dev_minor(__u32 dev)
{
	return dev & ((1u << 20) - 1);
}

/* SPY_FLAG_CHROOTED when the current task's root is not that of its mount namespace: a root that is a mount's, whose mount is its own parent. */
static __always_inline __u32 spy_root_flags(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct vfsmount *mnt = BPF_CORE_READ(task, fs, root.mnt);
	struct dentry *dentry = BPF_CORE_READ(task, fs, root.dentry);
	struct mount *mount, *above;

	if (!mnt || BPF_CORE_READ(mnt, mnt_root) != dentry)
		return SPY_FLAG_CHROOTED;
	/* The initial root file system is mounted on rootfs: one step up is still the namespace's own root. */
	mount = (void *)mnt - bpf_core_field_offset(struct mount, mnt);
	above = BPF_CORE_READ(mount, mnt_parent);
	if (above == mount || BPF_CORE_READ(above, mnt_parent) == above)
		return 0;
	return SPY_FLAG_CHROOTED;
}

#endif
