/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From a descriptor to the kernel's file. */
#ifndef SPY_FILES_BPF_H
#define SPY_FILES_BPF_H

#include "copy.bpf.h"
#include "maps.bpf.h"

/* Types of files, in i_mode. */
#define SPY_S_IFMT 0170000
#define SPY_S_IFSOCK 0140000
#define SPY_S_IFREG 0100000
#define SPY_S_IFBLK 0060000

/* Bytes of a file and of an inode that are copied at once. */
#define SPY_FILE_COPY 128
#define SPY_INODE_COPY 96

#define SPY_FMODE_CREATED (1u << 20)

/* Address of the file behind a descriptor of a task; 0 when it is not open. */
__u64 spy_file_address_of(__u64 task, __s64 fd);

/* As above, of the current task. */
static __always_inline __u64 spy_file_address(__s64 fd)
{
	return spy_file_address_of(bpf_get_current_task(), fd);
}

/* What a descriptor of the current task stands for, or stood for when the call under way began, where others can have changed it since; 0 when it was not open. */
int spy_find_file(__s32 fd, struct spy_open_file *found);

/* The kernel's file of one that was found before; NULL when it is another's by now, since it was closed meanwhile. */
static __always_inline struct file *spy_still_file(const struct spy_open_file *found)
{
	struct file *file = (struct file *)found->file;

	return (__u64)BPF_CORE_READ(file, f_inode) == found->inode ? file : NULL;
}

/* How often the working folder and the root of the current task have been set: two steps each, one before and one after. */
__u32 spy_folder_changes(void);
#define SPY_FOLDER_CHANGE 2

static __always_inline struct file *spy_file_of(__s64 fd)
{
	return (struct file *)spy_file_address(fd);
}

static __always_inline __u32 spy_dev_major(__u32 dev)
{
	return dev >> 20;
}

static __always_inline __u32 spy_dev_minor(__u32 dev)
{
	return dev & ((1u << 20) - 1);
}

/* SPY_FLAG_CHROOTED when a task's root is another than the one given (of the test which it comes from; 0: not known). */
int spy_root_flags_of(__u64 task, const struct spy_root *root);

static __always_inline int spy_root_flags(const struct spy_root *root)
{
	return spy_root_flags_of(bpf_get_current_task(), root);
}

/* The current task's own. */
int spy_read_root(struct spy_root *root);

/* Other threads, as a rule, may put other files in the place of those that the current task opens. */
static __always_inline bool spy_shares_files(void)
{
	struct task_struct *task = bpf_get_current_task_btf();

	return BPF_CORE_READ(task, files, count.counter) > 1;
}

/*
 * Whether the file may be another one than was opened: a thread that shares the descriptors can replace it (dup2) before the opener returns. It has more than the one
 * reference then; a fork at that moment gives it one, too.
 */
static __always_inline bool spy_is_ambiguous(struct file *file)
{
	struct file___count *old = (void *)file;

	if (!spy_shares_files())
		return false;
	if (bpf_core_field_exists(file->f_ref))
		return BPF_CORE_READ(file, f_ref.refcnt.counter) > 0;
	return BPF_CORE_READ(old, f_count.counter) > 1;
}

#endif
