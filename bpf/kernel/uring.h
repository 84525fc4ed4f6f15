/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* io_uring: rings, and what their operations keep of their arguments. A part of kernel.h. */
#ifndef SPY_KERNEL_URING_H
#define SPY_KERNEL_URING_H

struct io_cqe {
	__u64 user_data;
	__s32 res;
	__s32 fd; /* until there is a result */
};

struct io_rsrc_node {
	unsigned long file_ptr; /* and flags in its low bits */
};

struct io_rsrc_data {
	unsigned int nr;
	struct io_rsrc_node **nodes;
};

struct io_file_table {
	struct io_rsrc_data data;
};

struct io_kiocb;

struct io_submit_link {
	struct io_kiocb *head;
};

struct io_submit_state {
	struct io_submit_link link;
};

struct io_ring_ctx {
	unsigned int compat : 1;
	struct io_file_table file_table;
	struct io_submit_state submit_state;
};

/* Before Linux 6.13. */
struct io_fixed_file___slots {
	unsigned long file_ptr;
};

struct io_file_table___slots {
	struct io_fixed_file___slots *files;
};

struct io_ring_ctx___slots {
	struct io_file_table___slots file_table;
	unsigned int nr_user_files;
};

struct io_cmd_data {
	struct file *file;
};

struct io_kiocb {
	struct file *file;
	struct io_cmd_data cmd;
	__u8 opcode;
	__u32 flags; /* of 64 bits in newer kernels: the low ones */
	struct io_cqe cqe;
	struct io_ring_ctx *ctx;
	void *async_data;
};

struct io_uring_cqe {
	__u64 user_data;
	__s32 res;
};

struct io_uring_sqe {
	__u8 opcode;
	__s32 fd;
	__u64 addr2;
	__u64 addr;
	__u32 len;
	__u32 open_flags;
};

struct filename {
	const char *name;
};

struct open_how {
	__u64 flags;
	__u64 mode;
	__u64 resolve;
};

struct xattr_name {
	char name[256];
};

struct kernel_xattr_ctx {
	struct xattr_name *kname;
};

/* What the operations of io_uring keep of their arguments, in io_kiocb.cmd. */
struct io_open {
	int dfd;
	__u32 file_slot;
	struct filename *filename;
	struct open_how how;
};

struct io_rename {
	int old_dfd;
	int new_dfd;
	struct filename *oldpath;
	struct filename *newpath;
	int flags;
};

struct io_unlink {
	int dfd;
	int flags;
	struct filename *filename;
};

struct io_mkdir {
	int dfd;
	__u16 mode;
	struct filename *filename;
};

/* And of a symbolic link, whose text is the old path. */
struct io_link {
	int old_dfd;
	int new_dfd;
	struct filename *oldpath;
	struct filename *newpath;
	int flags;
};

struct io_statx {
	int dfd;
	unsigned int flags;
	struct filename *filename;
};

struct io_xattr {
	struct kernel_xattr_ctx ctx;
	struct filename *filename;
};

struct io_sync {
	__s64 len;
	__s64 off;
	int flags;
	int mode;
};

struct io_ftrunc {
	__s64 len;
};

struct io_splice {
	int splice_fd_in;
	unsigned int flags;
};

struct io_connect {
	void *addr; /* in the program */
	int addr_len;
};

struct io_bind {
	int addr_len;
};

struct io_listen {
	int backlog;
};

struct io_socket {
	int domain;
	int type;
	int protocol;
	int flags;
	__u32 file_slot;
};

struct io_accept {
	int iou_flags;
	__u32 file_slot;
};

struct io_async_msghdr {
	struct msghdr msg;
	struct __kernel_sockaddr_storage addr;
};

/* Before Linux 6.10. */
struct io_async_connect {
	struct __kernel_sockaddr_storage address;
};

struct io_sr_msg___older {
	void *umsg; /* in the program */
	void *addr;
	unsigned short addr_len;
};

struct io_close {
	int fd;
	__u32 file_slot;
};

/* Names since Linux 7.0. */
struct delayed_filename {
	struct filename *__incomplete_filename;
};

struct io_open___delayed {
	struct delayed_filename filename;
};

struct io_rename___delayed {
	struct delayed_filename oldpath;
	struct delayed_filename newpath;
};

struct io_unlink___delayed {
	struct delayed_filename filename;
};

struct io_mkdir___delayed {
	struct delayed_filename filename;
};

struct io_link___delayed {
	struct delayed_filename oldpath;
	struct delayed_filename newpath;
};

struct io_statx___delayed {
	struct delayed_filename filename;
};

struct io_xattr___delayed {
	struct delayed_filename filename;
};

#endif
