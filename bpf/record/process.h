/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Programs, processes, threads. A part of record.h. */
#ifndef SPY_RECORD_PROCESS_H
#define SPY_RECORD_PROCESS_H

/*
 * A thread group was made (task_newtask without CLONE_THREAD). The header is the creator's; its process is 0
 * when the creator is the test itself. Strings: cwd, exe (both of the child, inherited), comm.
 */
struct spy_record_fork {
	struct spy_header header;
	__u64 clone_flags;
	__u32 child_process;
	__u32 child_tgid;
	__u32 child_ns_pid; /* in the child's own, innermost pid namespace */
	__u32 reserved;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_fork) == 56, "ABI: spy_record_fork");

/* A thread was made (task_newtask with CLONE_THREAD). Strings: none. */
struct spy_record_thread {
	struct spy_header header;
	__u64 clone_flags;
	__u32 child_tid;
	__u32 user_worker; /* 1: the kernel's own helper (io_uring worker), not a thread that the program made */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_thread) == 48, "ABI: spy_record_thread");

/*
 * A program was executed (sched_process_exec). Strings: filename (as asked), interp (the interpreter of a
 * script, else as filename), file (resolved), cwd, comm, argv (the first bytes; the rest follows in argv records of the
 * same exec_id, in order).
 */
struct spy_record_exec {
	struct spy_header header;
	__u64 exec_id;
	__u32 argc;
	__u32 argv_bytes; /* of the whole argument area, terminators included */
	__u32 old_tid;    /* tid of the calling thread; differs from header.tid when it was not the leader */
	__u32 dev_major;
	__u32 dev_minor;
	__u32 reserved;
	__u64 inode;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_exec) == 72, "ABI: spy_record_exec");

/* More of an argument area. Strings: one, the bytes at `offset`. */
struct spy_record_argv {
	struct spy_header header;
	__u64 exec_id;
	__u32 offset;
	__u32 reserved;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_argv) == 48, "ABI: spy_record_argv");

/* execve or execveat returned an error, or 0 without another program (AT_EXECVE_CHECK). Strings: filename (as asked), base (of a relative one). */
struct spy_record_exec_failed {
	struct spy_header header;
	__s64 result;
	__s32 nr; /* system call number of header's ABI */
	__s32 dirfd;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_exec_failed) == 48, "ABI: spy_record_exec_failed");

/* The last thread of a thread group is gone. Strings: none. */
struct spy_record_exit {
	struct spy_header header;
	__s32 code;           /* exit status, 0..255; -1 when a signal ended it */
	__s32 signal;         /* number, 0 when it exited by itself */
	__u64 cpu_ns;         /* user and system time of all threads */
	__u64 start_ns;       /* CLOCK_BOOTTIME, of the thread group */
	__u64 peak_rss_bytes; /* of the largest memory image it had */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_exit) == 64, "ABI: spy_record_exit");

/*
 * execve or execveat was entered: for an attempt that fails when the caller's memory is already gone, or dies. Strings: filename (as read then, which
 * may be unreadable yet), base (of a relative one).
 */
struct spy_record_exec_begun {
	struct spy_header header;
	__s32 nr;
	__s32 dirfd;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_exec_begun) == 40, "ABI: spy_record_exec_begun");

/* chdir or fchdir returned. Strings: asked (absent for fchdir), base (of a relative one), resolved (the new cwd; absent on failure). */
struct spy_record_chdir {
	struct spy_header header;
	__s64 result;
	__s32 nr;
	__s32 fd; /* of fchdir, else -1 */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_chdir) == 48, "ABI: spy_record_chdir");

/*
 * A descendant of the root that was there before the session: it is not recorded. Header: the process itself (process 0).
 * Strings: comm, exe.
 */
struct spy_record_preexisting {
	struct spy_header header;
	__u32 parent_tgid;
	__u32 reserved;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_preexisting) == 40, "ABI: spy_record_preexisting");

/* A thread group that came into scope as it was, not by fork: the root under scope `self`. Strings: cwd, exe, comm. */
struct spy_record_process {
	struct spy_header header;
	__u32 ns_pid;
	__u32 parent_tgid;
	__u64 start_ns;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_process) == 48, "ABI: spy_record_process");

/*
 * A process has more rights than the user of this session: what it does is not told, but that it makes processes and how it ends, until it executes a program without
 * these rights. Strings: none.
 */
struct spy_record_withheld {
	struct spy_header header;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_withheld) == 32, "ABI: spy_record_withheld");

/*
 * The environment of an executed program: what stands at `offset` of the area that mm->env_start and env_end bound, terminators included. One record
 * for each 16 KiB, right behind the exec's own. Strings: one, the bytes.
 */
struct spy_record_environment {
	struct spy_header header;
	__u64 exec_id;
	__u32 offset;
	__u32 bytes; /* of the whole area */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_environment) == 48, "ABI: spy_record_environment");

#endif
