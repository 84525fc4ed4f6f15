/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Signals, namespaces, mounts, credentials, and calls about the system itself. A part of record.h. */
#ifndef SPY_RECORD_SYSTEM_H
#define SPY_RECORD_SYSTEM_H

/*
 * A signal was generated (signal_generate), or a call that should have sent one failed (result below 0, or blocked). The header is that of who sent it by a system
 * call; its process is 0 when that one is outside the scope. Of a signal that the kernel sends by itself it is the target's: whoever ran at that moment has
 * nothing to do with it. Strings: comm of the target (absent of a failure).
 */
struct spy_record_signal {
	struct spy_header header;
	__s64 result; /* of the failed call; 0: generated */
	__s32 signal;
	__s32 code;           /* si_code, as the target sees it */
	__u32 target_process; /* 0: outside the scope */
	__s32 target_tgid;    /* of a failed call: the pid argument as given; 0: none */
	__s32 target_tid;
	__u32 to_group; /* 1: to the process, 0: to one thread */
	__u32 delivery; /* TRACE_SIGNAL_*: 0 delivered, 1 ignored, 2 already pending, 3 queue full, 4 delivered without its information */
	__s32 nr; /* of the call that sent it; -1: none did */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_signal) == 72, "ABI: spy_record_signal");

enum spy_namespace {
	SPY_NAMESPACE_MNT = 0,
	SPY_NAMESPACE_UTS = 1,
	SPY_NAMESPACE_IPC = 2,
	SPY_NAMESPACE_PID = 3, /* of children */
	SPY_NAMESPACE_NET = 4,
	SPY_NAMESPACE_CGROUP = 5,
	SPY_NAMESPACE_TIME = 6, /* of children */
	SPY_NAMESPACE_USER = 7,
	SPY_NAMESPACES = 8,
};

/*
 * unshare or setns returned, a clone with CLONE_NEW* failed, or a child was made in namespaces of its own (then: the child's ids, and child_process). Strings: none.
 */
struct spy_record_namespace {
	struct spy_header header;
	__s64 result;
	__u64 flags;               /* CLONE_NEW* as asked; of setns with 0 the type of the descriptor's namespace */
	__u32 ids[SPY_NAMESPACES]; /* inode numbers as in /proc/PID/ns, after the call */
	__u32 user_level;          /* of the user namespace: 0 is the initial one */
	__u32 user_owner;          /* uid of its maker, as the initial user namespace has it */
	__s32 nr;
	__u32 child_process; /* of a thread: its process */
	__s32 fd;            /* of setns, else -1 */
	__u32 child_tgid;    /* 0: no child was made */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_namespace) == 104, "ABI: spy_record_namespace");

enum spy_mount {
	SPY_MOUNT_MOUNT = 1, /* mount, move_mount, fsmount, mount_setattr, fsopen … : by nr */
	SPY_MOUNT_UMOUNT = 2,
	SPY_MOUNT_CHROOT = 3,
	SPY_MOUNT_PIVOT_ROOT = 4,
};

/*
 * A call that changes what is mounted where, or a root, returned. Strings: target (as asked: mount point, new root), base, source (as asked: device, folder bound,
 * put_old), source base, file system type, option (fsconfig's key). Each is absent where the call has none. The bases are here where the entry was not seen (blocked, partial): else they are in
 * its record, since the call itself can change what they are.
 */
struct spy_record_mount {
	struct spy_header header;
	__s64 result;
	__u64 flags; /* as given; of fsconfig the command; of mount_setattr and open_tree_attr the propagation in the high half */
	__u64 attributes; /* MOUNT_ATTR_* that are set: fsmount, mount_setattr, open_tree_attr */
	__u64 cleared;    /* MOUNT_ATTR_* that are cleared */
	__u32 operation;  /* enum spy_mount */
	__s32 nr;
	__s32 dirfd;        /* of the target */
	__s32 source_dirfd; /* of the source */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_mount) == 80, "ABI: spy_record_mount");

/* A call of the kind above was entered. Strings: base of the target, base of the source. */
struct spy_record_mount_begun {
	struct spy_header header;
	__s32 nr;
	__u32 reserved;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_mount_begun) == 40, "ABI: spy_record_mount_begun");

/*
 * A call that sets credentials returned, or an exec changed them: the arguments (none of exec), and what they are after it. Ids as the initial user namespace has them.
 * Strings: none.
 */
struct spy_record_credentials {
	struct spy_header header;
	__s64 result;
	__u64 arguments[3];
	__u32 uid, euid, suid, fsuid;
	__u32 gid, egid, sgid, fsgid;
	__u64 effective; /* capabilities */
	__u64 permitted;
	__u64 inheritable;
	__s32 nr;
	__u32 groups; /* supplementary ones, how many */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_credentials) == 128, "ABI: spy_record_credentials");

enum spy_system {
	SPY_SYSTEM_PTRACE = 1, /* arguments: request, pid. process_vm_readv and _writev: pid */
	SPY_SYSTEM_BPF = 2,    /* arguments: command */
	SPY_SYSTEM_MODULE = 3, /* string: path of finit_module's file, name of delete_module */
	SPY_SYSTEM_RING = 4,   /* io_uring_setup: entries, flags */
};

/* ptrace, bpf, a call about modules or io_uring_setup returned. Strings: name. */
struct spy_record_system {
	struct spy_header header;
	__s64 result;
	__u64 arguments[3];
	__u32 operation; /* enum spy_system */
	__s32 nr;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_system) == 72, "ABI: spy_record_system");

#endif
