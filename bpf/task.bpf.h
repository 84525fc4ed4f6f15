/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the programs know of a task, and of a socket whose connection it attempts, from one of its passages to another. */
#ifndef SPY_TASK_BPF_H
#define SPY_TASK_BPF_H

#include "kernel.h"

#define SPY_TASK_FRESH 1u /* came into scope in the middle of a call: its return has no entry */
#define SPY_TASK_CHILD 2u /* its first return is the child's side of clone */

/* A system call from its entry on, of tasks whose calls are counted. */
struct spy_timed {
	__u64 args[6];    /* registers */
	__u64 entered_ns; /* CLOCK_BOOTTIME; 0: the entry was not seen */
	__u64 counted_ns; /* how much of it is in the counts already: it has returned before, to be restarted */
	__s32 number;     /* as in the register, without the bit of x32 */
	__s32 nr;         /* of the call that it stands for */
	__u32 abi;        /* SPY_FLAG_COMPAT, SPY_FLAG_X32 */
	__u32 folded;     /* arguments that are in memory, as spy_task.folded_args */
	__u32 bucket;     /* of the histogram that it is in; SPY_LATENCY_BUCKETS: none */
	__u32 again;      /* it has returned before */
	__u32 endless;    /* it does not return */
	__s32 restart;    /* -512..-516: what it returned; 0: nothing is pending */
	__u32 undecided;  /* a handler of a signal can still make -EINTR of it */
	__u32 unused;
};

#define SPY_SOCKADDR_ROOM 128 /* a power of two, for the verifier; of a sockaddr_un 110 */

/* spy_task.settled */
#define SPY_SETTLED_OPEN 1u
#define SPY_SETTLED_CONNECT 2u

/* The file that the open under way made, before it had a descriptor. What these addresses stand for may be gone when the call returns. */
struct spy_opened {
	__u64 file;
	__u64 mnt;
	__u64 dentry;
	__u64 parent; /* of the dentry, which with its hash, the inode and its number tells whether it is the same still */
	__u64 inode;
	__u64 number;
	__u32 hash;
	__u32 mode;  /* f_mode */
	__u32 count; /* of files: some file systems open several, or begin anew */
	__u32 reserved;
};

/* The address that the connect under way goes to, as the kernel copied it. */
struct spy_connecting {
	__u32 length;
	char address[SPY_SOCKADDR_ROOM];
};

/* A file behind a descriptor of the current task. */
struct spy_open_file {
	__u64 file; /* addresses; 0: the descriptor was not open */
	__u64 inode;
	__u64 number; /* of the inode */
	__u32 mode;
	__s32 fd;
	__u32 by_ring; /* 1: the transfer is one of io_uring */
	__u32 unused;
};

/* What the call under way found when it began, of what others can change until it returns (shared.bpf.c). */
struct spy_begun {
	__u32 is_known;              /* 0: nobody shares it, its entry was not seen, or it is of no such class */
	__u32 folders;               /* how often the working folder and the root had been set */
	struct spy_open_file first;  /* behind the descriptor that is its first argument */
	struct spy_open_file second; /* of one that moves them between two files: behind the other one */
};

/* Tracepoints whose passages by a task are told apart where programs stand in for others (passage.bpf.h). */
enum spy_passage {
	SPY_PASSAGE_ENTER,
	SPY_PASSAGE_RETURN,
	SPY_PASSAGE_CONTROL,
	SPY_PASSAGE_NEWTASK, /* of the child */
	SPY_PASSAGE_EXEC,
	SPY_PASSAGE_EXEC_CREDENTIALS,
	SPY_PASSAGE_NAMESPACE, /* of the child */
	SPY_PASSAGE_EXIT,
	SPY_PASSAGE_URING_SUBMIT,
	SPY_PASSAGE_URING_REFUSE,
	SPY_PASSAGE_URING_SPILL,
	SPY_PASSAGES,
};

/* A root: addresses. */
struct spy_root {
	__u64 mnt;
	__u64 dentry; /* 0: it is not known */
	__u64 mnt_ns; /* namespace of the mount */
};

/* What the programs know of one task. Freed with the task, so a pid that is given out again starts afresh. */
struct spy_task {
	__u64 sessions; /* slots that record this task */
	__u64 withheld; /* as `sessions`, whose user has fewer rights than this task: it is not in `sessions` for them */
	__u64 since;    /* spy_session.sequence when it came into scope: slots opened later are others */
	__u64 own;      /* group leader only: slots that record this process itself, for threads to come */
	__u64 roots;    /* group leader only: slots that record the children of every thread */
	__u64 thread_roots;   /* slots that record the children of this thread, and of threads that it makes */
	__u64 armed;          /* as thread_roots, from arm to disarm; threads made meanwhile keep it */
	__u64 roots_since;    /* as `since`, of the four above */
	__u64 connect_cookie; /* of the socket that sent its SYN in the call under way */
	__u64 credentials;    /* what they were when the exec under way began, as a digest; 0: not known */
	__u64 exec_id;        /* of its last program */
	__u64 uring_open; /* address of the request for an open that this thread submitted last, and may have run since; 0: none */
	__u64 uring_open_id; /* of that operation: the address may be another's by now */
	__u32 process;
	__u32 groups;   /* union of what the sessions record */
	__s32 nr;       /* of the call under way, as settled at entry */
	__u32 entered;  /* the entry of the call under way was seen */
	__u32 executed; /* the call under way has replaced the program */
	__u32 obeyed;   /* the call under way was a control */
	__u32 fresh;    /* SPY_TASK_* */
	__u32 hidden;   /* children are in none of this process's own slots */
	__s32 restart;  /* -512..-516: what the last call returned, to be restarted or interrupted */
	__u32 last;     /* it is ending, and its process with it */
	__u32 exited; /* group leader only, where the kernel does not say which thread was the last: it has been told */
	__u32 call_flags;  /* of the call that returned last: SPY_FLAG_* */
	__u32 call_class;  /* enum spy_class */
	__u32 folded_args; /* of it, in the memory that the i386 socket multiplexer was given; 0: in registers */
	__u32 handler;     /* enum spy_handler, of its class */
	__u32 rings;       /* it submitted to an io_uring; of a group leader, some thread did */
	__u8 skipped[(SPY_PASSAGES + 3) / 4 * 4]; /* by enum spy_passage, for spy_comes_first() */
	__u32 settled; /* of the call under way, told by the kernel's own functions (hooks.bpf.c): SPY_SETTLED_*, which of the two below */
	union {
		struct spy_opened opened;
		struct spy_connecting connecting;
	};
	__u32 shares;         /* its descriptors and folders may be others' as well: threads', as a rule */
	struct spy_root root; /* of the test when it started this task or its ancestor */
	struct spy_begun begun;
	struct spy_timed timed;   /* the call under way */
	struct spy_timed pending; /* the last one that returned to be restarted, until it is */
};

/* Whose connection attempt a socket carries. Freed with the socket. */
struct spy_sock {
	__u64 sessions;
	__u64 since;
	__u32 process;
	__u32 tgid;
	__u32 tid;
	__u32 pending; /* 1 from SYN to the end of the attempt */
};

#endif
