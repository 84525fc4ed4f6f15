/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The maps and what is in them. Defined in maps.bpf.c, shared by every object of the set. */
#ifndef SPY_MAPS_BPF_H
#define SPY_MAPS_BPF_H

#define SPY_BPF
#include "kernel.h"
#include "handlers.h"
#include "control.h"
#include "record.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

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

/* Tracepoints whose passages by a task are told apart where programs stand in for others (passage.bpf.h). */
enum spy_passage {
	SPY_PASSAGE_ENTER,
	SPY_PASSAGE_RETURN,
	SPY_PASSAGE_CONTROL,
	SPY_PASSAGE_EXEC,
	SPY_PASSAGE_EXEC_CREDENTIALS,
	SPY_PASSAGE_NAMESPACE, /* of the child */
	SPY_PASSAGE_EXIT,
	SPY_PASSAGE_URING_SUBMIT,
	SPY_PASSAGE_URING_REFUSE,
	SPY_PASSAGE_URING_SPILL,
	SPY_PASSAGES,
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
	__u64 root_dentry;    /* root of the test when it started this task or its ancestor */
	__u64 uring_open; /* address of the request for an open that this thread submitted last, and may have run since; 0: none */
	__u64 uring_open_id; /* of that operation: the address may be another's by now */
	__u32 process;
	__u32 groups;   /* union of what the sessions record */
	__s32 nr;       /* of the call under way, as settled at entry */
	__u32 entered;  /* the entry of the call under way was seen */
	__u32 executed; /* the call under way has replaced the program */
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

/* A system call that returned. */
struct spy_call {
	__s64 result;
	__u64 args[8]; /* six; to a power of two, for the verifier */
	__s32 nr;
	__u32 flags; /* SPY_FLAG_* */
	__u32 class; /* enum spy_class */
	__u32 process;
};

/* What a process did with one open file. */
struct spy_io {
	__u64 file;  /* address; 0: the place is free */
	__u64 inode; /* address: a file that was closed unseen may have given its address to another */
	__u64 number;
	__u64 sessions; /* who it is told to: of the task that began it */
	__u64 since;
	__u64 first_ns;
	__u64 read_bytes;
	__u64 read_calls;
	__u64 written_bytes;
	__u64 write_calls;
	__u64 mapped_bytes;
	__u64 map_calls;
	__u64 mapped_writable_bytes;
	__u32 dev;
	__u32 mode;
	__s32 fd;
	__u32 tgid; /* who did it last */
	__u32 tid;
	__u32 by_ring;   /* 1: some of it is of io_uring */
	__u32 by_others; /* 1: some of it is of other threads */
	__u32 reserved;
};

/* A place to find names from. */
struct spy_base {
	__u64 mnt;
	__u64 dentry;
};

#define SPY_URING_NAME_MAX 128 /* a power of two, for the verifier: of a sockaddr_un 110 */

/* An operation under way. */
struct spy_uring_request {
	__u64 id;
	__u64 ring;      /* address */
	__u64 user_data; /* the program's */
	__u64 sessions;  /* as of the submitter, like all below */
	__u64 since;
	__u64 files; /* address of its table of descriptors */
	__u64 fs;    /* address of its folders */
	__u64 arguments[3];
	struct spy_base base;    /* that the first name is relative to; 0: to none, or its descriptor was not open */
	struct spy_base to_base; /* as above, of the second name */
	__u32 process;
	__u32 tgid;
	__u32 tid;
	__u32 flags; /* SPY_FLAG_* */
	__s32 fd;    /* of the operation, or dirfd */
	__s32 to_fd;
	__u32 slot; /* of the ring's own table, for what is opened, counted from 1; 0: none */
	__u32 opcode;
	__u32 fixed;    /* fd is a place in the ring's own table */
	__u32 relative; /* SPY_RELATIVE_* */
	__u32 several;  /* gives several answers, in nobody's name but its user_data's */
	__u32 name_length;
	__u32 late;   /* SPY_LATE_* */
	__u8 skipped; /* at one of several answers, for spy_comes_first() */
	__u8 unused[3];
	char name[SPY_URING_NAME_MAX]; /* socket address, as the program gave it */
};

#define SPY_RELATIVE_FIRST 1u
#define SPY_RELATIVE_SECOND 2u

/* Whether it is DNS is looked at when it has run: beside what else is to be told, or for nothing else. */
#define SPY_LATE_TOO 1u
#define SPY_LATE_ONLY 2u

/* Bytes of a dentry that are copied at once: its parent, name and hash stand at its front, for look-ups to find in one cache line. */
#define SPY_DENTRY_COPY 64

/*
 * Where a walk to the root is. In the scratch: the stack is short, and what the verifier does not follow through the steps, it need not look at again for each of
 * its values.
 */
struct spy_place {
	__u64 mnt;
	__u64 dentry;
	__u64 mnt_root;
	__u64 root_mnt;
	__u64 root_dentry;
	__u64 copy[SPY_DENTRY_COPY / sizeof(__u64)];
	__u64 position; /* of the first byte of the path that is collected in spy_scratch.walk, from its end to its front */
	__u64 state; /* enum spy_walk_state */
};

#define SPY_PATH_MAX 4096
#define SPY_ARGV_CHUNK 16384
#define SPY_WALK_ROOM 8192
#define SPY_WALK_END (SPY_WALK_ROOM - 256)
#define SPY_WALK_MAX SPY_WALK_END
#define SPY_RECORD_ROOM (128 + 3 * (SPY_PATH_MAX + 8) + 2 * (SPY_WALK_ROOM + 8) + SPY_ARGV_CHUNK)

/* Where a record is built; one is taken for the time of one event. */
struct spy_scratch {
	__u32 busy;
	__u32 used;     /* bytes of record[] */
	__u64 sessions; /* to whom it goes */
	__u64 since;
	__u32 unreadable; /* strings of this record */
	__u32 truncated;
	struct spy_call call;
	struct spy_io io; /* that is to be told */
	struct spy_uring_request uring;
	char walk[SPY_WALK_ROOM];
	struct spy_place place;
	__u8 record[SPY_RECORD_ROOM + 8]; /* and padding */
};

/* task -> what we know of it */
struct spy_tasks_map {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct spy_task);
};

/* socket -> whose attempt */
struct spy_socks_map {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct spy_sock);
};

/* slot -> session; the helper fills and frees it */
struct spy_sessions_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SPY_SLOTS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct spy_session);
};

/* cpu * SPY_SCRATCH_PER_CPU + n -> build space; the helper sets the number of CPUs before load */
struct spy_scratch_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SPY_SCRATCH_PER_CPU);
	__type(key, __u32);
	__type(value, struct spy_scratch);
};

/* enum spy_handler -> program of sys_exit; the helper fills it */
struct spy_handlers_map {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, SPY_HANDLERS);
	__type(key, __u32);
	__type(value, __u32);
};

/* enum spy_entry_handler -> program of sys_enter */
struct spy_entries_map {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, SPY_ENTRIES);
	__type(key, __u32);
	__type(value, __u32);
};

/* enum spy_exit_handler -> program of sched_process_exit */
struct spy_exits_map {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, SPY_EXITS);
	__type(key, __u32);
	__type(value, __u32);
};

/* enum spy_exec_handler -> program of sched_process_exec */
struct spy_execs_map {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, SPY_EXECS);
	__type(key, __u32);
	__type(value, __u32);
};

extern struct spy_execs_map spy_execs SEC(".maps");
extern struct spy_exits_map spy_exits SEC(".maps");
extern struct spy_handlers_map spy_handlers SEC(".maps");
extern struct spy_entries_map spy_entries SEC(".maps");
extern struct spy_tasks_map spy_tasks SEC(".maps");
extern struct spy_socks_map spy_socks SEC(".maps");
extern struct spy_sessions_map spy_sessions SEC(".maps");
extern struct spy_scratch_map spy_scratch SEC(".maps");

/*
 * Most tasks of the machine have no storage at all, and pay for no look-up. For what runs in every system call, only: the verifier looks through all of the
 * kernel's types, four times, for each pointer that is read from a task as it is here.
 */
static __always_inline bool spy_is_bystander(struct task_struct *task)
{
	return !task->bpf_storage;
}

/*
 * Before Linux 6.2 a task's storage is not given while this CPU is at some task's storage already: in an interrupt that came in the middle of that. The helper says
 * whether the kernel is such a one, and asks how often it was so.
 */
extern const volatile __u32 spy_storage_refuses;
extern __u64 spy_refused;

/* "spy_task", of which the name of our map consists. */
#define SPY_TASKS_NAME 0x6b7361745f797073ULL
#define SPY_STORAGES_MOST 16

/* Counts that a task's storage was not given, if it has some. */
static __noinline __attribute__((unused)) int spy_count_refused(struct task_struct *task)
{
	struct bpf_local_storage *storage = BPF_CORE_READ(task, bpf_storage);
	struct hlist_node *node = storage ? BPF_CORE_READ(storage, list.first) : NULL;

	for (int n = 0; node && n < SPY_STORAGES_MOST; n++) {
		void *at = (void *)node - bpf_core_field_offset(struct bpf_local_storage_elem, snode);
		struct bpf_local_storage_elem *one = at;
		struct bpf_local_storage_map *map = BPF_CORE_READ(one, sdata.smap);
		__u64 name = 0;

		bpf_core_read(&name, sizeof(name), &map->map.name);
		if (name == SPY_TASKS_NAME) {
			__sync_fetch_and_add(&spy_refused, 1);
			return 0;
		}
		node = BPF_CORE_READ(node, next);
	}
	return 0;
}

static __always_inline struct spy_task *spy_task_of(struct task_struct *task)
{
	struct spy_task *it = bpf_task_storage_get(&spy_tasks, task, NULL, 0);

	if (spy_storage_refuses && !it)
		(void)spy_count_refused(task);
	return it;
}

static __always_inline struct spy_scratch *spy_scratch_at(__u32 index)
{
	return bpf_map_lookup_elem(&spy_scratch, &index);
}

#endif
