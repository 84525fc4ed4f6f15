/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Namespaces. A part of kernel.h. */
#ifndef SPY_KERNEL_NAMESPACES_H
#define SPY_KERNEL_NAMESPACES_H

struct proc_ns_operations {
	const char *name;
	int type; /* moved to ns_common in 6.18 */
};

struct ns_common {
	__u32 ns_type;
	const struct proc_ns_operations *ops;
	unsigned int inum;
};

struct mnt_namespace {
	struct ns_common ns;
};

struct uts_namespace {
	struct ns_common ns;
};

struct ipc_namespace {
	struct ns_common ns;
};

struct pid_namespace {
	struct ns_common ns;
};

struct net {
	struct ns_common ns;
};

struct cgroup_namespace {
	struct ns_common ns;
};

struct time_namespace {
	struct ns_common ns;
};

struct user_namespace {
	struct user_namespace *parent;
	int level;
	kuid_t owner;
	struct ns_common ns;
};

struct nsproxy {
	struct uts_namespace *uts_ns;
	struct ipc_namespace *ipc_ns;
	struct mnt_namespace *mnt_ns;
	struct pid_namespace *pid_ns_for_children;
	struct net *net_ns;
	struct time_namespace *time_ns_for_children;
	struct cgroup_namespace *cgroup_ns;
};

#endif
