/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From a descriptor to the kernel's file. */
#ifndef SPY_FILES_BPF_H
#define SPY_FILES_BPF_H

#include "maps.bpf.h"

/* File behind a descriptor of the current task; NULL when it is not open. */
static __always_inline struct file *spy_file_of(__s64 fd)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct files_struct *files = task->files;
	struct fdtable *table;
	struct file *file = NULL;

	if (!files)
		return NULL;
	table = files->fdt;
	if (!table || fd < 0 || fd >= table->max_fds)
		return NULL;
	bpf_probe_read_kernel(&file, sizeof(file), BPF_CORE_READ(table, fd) + fd);
	return file;
}

/*
 * Fields of one kernel object out of one copy of its first bytes: a copy costs far more than its size. Where a kernel keeps a field
 * further back, it is read by itself; which of the two is settled at load.
 */
#define SPY_IN_COPY(copy, pointer, field)                                            \
	({                                                                           \
		typeof((pointer)->field) value__;                                    \
		__u32 offset__ = bpf_core_field_offset(typeof(*(pointer)), field);   \
		if (offset__ <= sizeof(copy) - sizeof(value__))                      \
			value__ = *(typeof(value__) *)((char *)(copy) + offset__);   \
		else                                                                 \
			bpf_core_read(&value__, sizeof(value__), &(pointer)->field); \
		value__;                                                             \
	})

static __always_inline __u32 spy_dev_major(__u32 dev)
{
	return dev >> 20;
}

static __always_inline __u32 spy_dev_minor(__u32 dev)
{
	return dev & ((1u << 20) - 1);
}

/* SPY_FLAG_CHROOTED when the current task's root is another than that of the test which it comes from. */
static __always_inline __u32 spy_root_flags(struct spy_task *me)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct fs_struct *fs = task->fs;

	if (!fs || !me->root_dentry || (__u64)BPF_CORE_READ(fs, root.dentry) == me->root_dentry)
		return 0;
	return SPY_FLAG_CHROOTED;
}

#endif
