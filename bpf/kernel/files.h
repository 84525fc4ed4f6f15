/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Files, names and mounts. A part of kernel.h. */
#ifndef SPY_KERNEL_FILES_H
#define SPY_KERNEL_FILES_H

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct qstr {
	__u32 hash;
	__u32 len;
	const unsigned char *name;
};

struct hlist_bl_node {
	struct hlist_bl_node *next, **pprev;
};

struct file_system_type {
	const char *name;
};

struct super_block {
	__u32 s_dev;
	struct file_system_type *s_type;
	unsigned long s_magic;
};

struct inode {
	__u16 i_mode;
	struct super_block *i_sb;
	unsigned long i_ino;
	unsigned int i_nlink;
	__s64 i_size;
	void *i_private;
};

typedef struct seqcount {
	unsigned int sequence;
} seqcount_t;

typedef struct seqcount_spinlock {
	seqcount_t seqcount;
} seqcount_spinlock_t;

struct dentry {
	seqcount_spinlock_t d_seq;
	struct hlist_bl_node d_hash;
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
};

struct vfsmount {
	struct dentry *mnt_root;
};

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	struct mnt_namespace *mnt_ns;
};

typedef struct {
	atomic64_t refcnt;
} file_ref_t;

/* Before Linux 6.13. */
struct file___count {
	atomic64_t f_count;
};

struct file {
	file_ref_t f_ref;
	unsigned int f_mode;
	void *private_data;
	struct inode *f_inode;
	struct path f_path;
};

struct vm_area_struct {
	struct file *vm_file;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	atomic_t count;
	struct fdtable *fdt;
};

struct fs_struct {
	seqcount_spinlock_t seq; /* and its lock: newer kernels */
	struct path root;
	struct path pwd;
};

#endif
