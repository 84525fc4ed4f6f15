/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * THE record definition: what the programs in bpf/ write and what native/ and src/trace/decode.ts read.
 *
 * A record is a header, a fixed part by kind, then strings. A string is a 32-bit head (length in the low
 * 24 bits, SPY_STRING_* in the high 8) followed by its bytes, unterminated and unpadded. The order of a
 * kind's strings is given beside its struct. Kind numbers are append-only; `size` lets readers skip. Records are padded with zeros to a multiple of 8 bytes, which `size` includes.
 * Everything is in the byte order of the machine, which is little-endian on every supported one.
 */
#ifndef SPY_RECORD_H
#define SPY_RECORD_H

#ifndef SPY_BPF
#include <linux/types.h>
#endif

#ifdef __cplusplus
#define SPY_STATIC_ASSERT static_assert
#else
#define SPY_STATIC_ASSERT _Static_assert
#endif

#define SPY_RECORD_ABI 1

enum spy_kind {
	SPY_RECORD_MARK = 1,
	SPY_RECORD_FORK = 2,
	SPY_RECORD_THREAD = 3,
	SPY_RECORD_EXEC = 4,
	SPY_RECORD_ARGV = 5,
	SPY_RECORD_EXEC_FAILED = 6,
	SPY_RECORD_EXIT = 7,
	SPY_RECORD_CHDIR = 8,
	SPY_RECORD_OPEN = 9,
	SPY_RECORD_CONNECT = 10,
	SPY_RECORD_CONNECT_END = 11,
	SPY_RECORD_SEND = 12,
	SPY_RECORD_INTERRUPT = 13,
	SPY_RECORD_BLIND = 14,
	SPY_RECORD_PREEXISTING = 15,
	SPY_RECORD_PROCESS = 16,
	SPY_RECORD_EXEC_BEGUN = 17,
	SPY_RECORD_ENVIRONMENT = 18,
	SPY_RECORD_CHANGE = 19,
	SPY_RECORD_IO = 20,
	SPY_RECORD_PROBE = 21,
	SPY_RECORD_SYNC = 22,
	SPY_RECORD_SOCKET = 23,
	SPY_RECORD_BIND = 24,
	SPY_RECORD_LISTEN = 25,
	SPY_RECORD_ACCEPT = 26,
	SPY_RECORD_DNS = 27,
	SPY_RECORD_SIGNAL = 28,
	SPY_RECORD_NAMESPACE = 29,
	SPY_RECORD_MOUNT = 30,
	SPY_RECORD_CREDENTIALS = 31,
	SPY_RECORD_SYSTEM = 32,
	SPY_RECORD_URING = 33,
	SPY_RECORD_URING_END = 34,
	SPY_RECORD_SYSCALL = 35,
	SPY_RECORD_SYSCALL_COUNT = 36,
	SPY_RECORD_MOUNT_BEGUN = 37,
};

/* header.flags */
#define SPY_FLAG_BLOCKED (1u << 0)      /* the system call never ran: seccomp answered it (exit without enter) */
#define SPY_FLAG_PARTIAL (1u << 1)      /* the call was already under way when its thread came into scope */
#define SPY_FLAG_RESTARTED (1u << 2)    /* result is -512..-516: it will be restarted, interrupted, or died */
#define SPY_FLAG_I386 (1u << 3)         /* made through the 32-bit entry (int 0x80, 32-bit program) */
#define SPY_FLAG_X32 (1u << 4)          /* number carried the x32 bit */
#define SPY_FLAG_CHROOTED (1u << 5)     /* the task's root is another than that of the test */
#define SPY_FLAG_DELETED (1u << 6)      /* the object had no name any more when it was resolved */
#define SPY_FLAG_DISCONNECTED (1u << 7) /* the walk ended at a root other than the task's: path is relative to that */
#define SPY_FLAG_FILELESS (1u << 8)     /* exec: the program is a memfd or another file on no visible mount */
#define SPY_FLAG_FROM_SOCKET (1u << 9)  /* connect: the address is the kernel's socket's, not the caller's memory */
#define SPY_FLAG_CREATED (1u << 10)     /* open: the call made the file */
#define SPY_FLAG_CORE (1u << 11)        /* exit: a core was dumped */
#define SPY_FLAG_AMBIGUOUS (1u << 12)   /* open: threads share the descriptors, and the file has other references */
#define SPY_FLAG_URING (1u << 13)       /* done through an io_uring: the number of the call is IORING_OP_* */

/* The high 8 bits of a string's head. */
#define SPY_STRING_TRUNCATED 0x01u  /* more bytes existed than fit */
#define SPY_STRING_UNREADABLE 0x02u /* the memory could not be read; length is 0 */
#define SPY_STRING_ABSENT 0x04u     /* there is no such string (NULL, or it does not apply); length is 0 */

/* Why something was lost. The counters travel in every mark; they only grow. */
enum spy_lost {
	SPY_LOST_RING = 0,       /* records that found no room in the ring */
	SPY_LOST_LIFECYCLE = 1,  /* as above, of fork, thread, exec, exit: the tree itself has holes */
	SPY_LOST_SCRATCH = 2,    /* records for which no build space was free on the CPU */
	SPY_LOST_MEMBER = 3,     /* tasks whose membership could not be stored: a subtree is missing */
	SPY_LOST_UNREADABLE = 4, /* strings whose memory could not be read */
	SPY_LOST_TRUNCATED = 5,  /* strings cut short */
	SPY_LOST_SOCKET = 6,     /* sockets whose owner could not be stored: how their connection ended is missing */
	SPY_LOST_URING = 7,      /* operations of io_uring that could not be stored: how they ended is missing */
	SPY_LOST_REASONS = 8,
};

struct spy_header {
	__u32 size;    /* whole record in bytes, this header included */
	__u16 kind;    /* enum spy_kind */
	__u16 session; /* low bits of spy_session.sequence: a ring can serve one session after another */
	__u32 flags;   /* SPY_FLAG_* */
	__u32 process; /* number of the thread group, never reused while the programs are loaded; 0: outside the scope */
	__u64 time_ns; /* CLOCK_BOOTTIME */
	__u32 tgid;    /* of the current task, initial pid namespace */
	__u32 tid;     /* as tgid, of the thread */
};
SPY_STATIC_ASSERT(sizeof(struct spy_header) == 32, "ABI: spy_header");

/* One per mark control, from the thread that asked. Everything before it in the ring happened before it. */
struct spy_record_mark {
	struct spy_header header;
	__u64 number;                 /* as given by the caller */
	__u64 delivered;              /* records put into this ring so far, this one excluded */
	__u64 lost[SPY_LOST_REASONS]; /* by enum spy_lost */
	__s64 pending;                /* open files whose transfers are not told yet: the helper's walk tells them */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_mark) == 120, "ABI: spy_record_mark");

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
 * open, openat, openat2, creat or open_by_handle_at returned. Strings: asked, base (cwd or dirfd, of a relative or failed one),
 * resolved (walked from the new file; absent on failure).
 */
struct spy_record_open {
	struct spy_header header;
	__s64 result;
	__u64 open_flags; /* O_* as asked */
	__u64 inode;      /* 0 on failure */
	__u32 dev_major;
	__u32 dev_minor;
	__u32 mode;      /* permission bits as asked */
	__u32 file_mode; /* i_mode of the opened file: type and permissions; 0 on failure */
	__u32 resolve;   /* RESOLVE_* of openat2 */
	__s32 dirfd;
	__s32 nr;
	__u32 fs_magic; /* s_magic of the file system, 0 on failure */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_open) == 88, "ABI: spy_record_open");

/*
 * A socket address, as bytes. family is AF_*; for AF_INET 4 and for AF_INET6 16 bytes of address; AF_UNIX travels as a string
 * (sun_path as given, a leading NUL for an abstract one).
 */
#define SPY_FAMILY_UNREAD 0xffff /* the caller's memory could not be read */

struct spy_address {
	__u16 family;
	__u16 port; /* host order */
	__u32 scope_id;
	__u8 bytes[16];
};
SPY_STATIC_ASSERT(sizeof(struct spy_address) == 24, "ABI: spy_address");

/*
 * An attempt to connect. Written when TCP sends its SYN (FROM_SOCKET, result is 0 and not yet meaningful: settled by a later record of
 * the same cookie) and when connect(2) returns. Strings: unix path, base (of a relative unix path), resolved (the file that the
 * peer of a unix socket is bound to).
 */
struct spy_record_connect {
	struct spy_header header;
	__u64 cookie;               /* of the socket */
	__s64 result;               /* of connect(2) */
	__s32 fd;                   /* -1 when unknown (FROM_SOCKET) */
	__u16 type;                 /* SOCK_* */
	__u16 protocol;             /* IPPROTO_* */
	__u16 returned;             /* 1: from the return of connect(2), 0: from TCP's state */
	__u16 nr;                   /* of the call under way */
	__u32 state;                /* TCP_* when connect(2) returned, 0 for others */
	struct spy_address asked;   /* of the memory of the caller; SPY_FAMILY_UNREAD when it was not read */
	struct spy_address settled; /* kernel's socket; family 0 when it has none */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_connect) == 112, "ABI: spy_record_connect");

#define SPY_CONNECT_ABANDONED (-1) /* closed by its owner before it was decided */
#define SPY_CONNECT_FAILED (-2)    /* the program had taken the error already (SO_ERROR) */

/* A TCP connection attempt ended: the header is the process that began it. Strings: none. */
struct spy_record_connect_end {
	struct spy_header header;
	__u64 cookie;
	__s32 error; /* 0: established, else errno (positive): ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH …; SPY_CONNECT_*: none */
	__u32 reserved;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_connect_end) == 48, "ABI: spy_record_connect_end");

/* A datagram was sent with a destination of its own (sendto, sendmsg, sendmmsg). Strings: unix path, base. */
struct spy_record_send {
	struct spy_header header;
	__s64 result;
	__s32 fd;
	__u16 type;
	__u16 protocol;
	__s32 nr;
	__u32 index; /* of the message within sendmmsg, else 0 */
	struct spy_address asked;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_send) == 80, "ABI: spy_record_send");

/* Settles this thread's last RESTARTED record: a handler without SA_RESTART ran, the program saw EINTR. Strings: none. */
struct spy_record_interrupt {
	struct spy_header header;
	__s32 nr;
	__u32 reserved;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_interrupt) == 40, "ABI: spy_record_interrupt");

enum spy_route {
	SPY_ROUTE_IO_URING =
		1, /* an operation of io_uring that would be a record, had it been a system call, and is none; detail: its opcode */
	SPY_ROUTE_IO_URING_SETUP = 2, /* a ring was made on a kernel whose rings cannot be watched; detail: 0 */
};

/* A route was taken that the session cannot see. Strings: none. */
struct spy_record_blind {
	struct spy_header header;
	__u32 route; /* enum spy_route */
	__u32 detail;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_blind) == 40, "ABI: spy_record_blind");

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

enum spy_change {
	SPY_CHANGE_RENAME = 1,
	SPY_CHANGE_UNLINK = 2,
	SPY_CHANGE_RMDIR = 3,
	SPY_CHANGE_MKDIR = 4,
	SPY_CHANGE_LINK = 5,
	SPY_CHANGE_SYMLINK = 6,
	SPY_CHANGE_MKNOD = 7,
	SPY_CHANGE_CHMOD = 8,
	SPY_CHANGE_CHOWN = 9,
	SPY_CHANGE_TRUNCATE = 10,
	SPY_CHANGE_UTIMES = 11,
	SPY_CHANGE_XATTR = 12,
};

/*
 * A call that changes names or attributes of files returned. Strings: asked, base (of a relative one), resolved (walked from the descriptor that
 * the call was given in place of a path, else absent), to (new name of rename and link, text of a symlink, name of an xattr), to base.
 */
struct spy_record_change {
	struct spy_header header;
	__s64 result;
	__u64 arguments
		[3]; /* rename: flags. mkdir: mode. mknod: mode, device. chmod: mode, flags. chown: uid, gid, flags. truncate: length. unlink, link: flags */
	__u32 operation; /* enum spy_change */
	__s32 nr;
	__s32 dirfd; /* or the descriptor that stands for the file */
	__s32 to_dirfd;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_change) == 80, "ABI: spy_record_change");

/*
 * What a thread did to one open file since the record before of the same: written before the file is closed, before an event whose order
 * with it matters (sync, change, exec, exit), when the thread goes on to too many other files, and at drain. Strings: resolved (absent when the
 * descriptor stands for another file by now: then device and inode tell which of the opens it was).
 */
struct spy_record_io {
	struct spy_header header;
	__u64 first_ns; /* CLOCK_BOOTTIME, of the first call counted here */
	__u64 inode;
	__u32 dev_major;
	__u32 dev_minor;
	__u32 file_mode; /* i_mode */
	__s32 fd;
	__u64 read_bytes;
	__u64 read_calls;
	__u64 written_bytes;
	__u64 write_calls;
	__u64 mapped_bytes;
	__u64 map_calls;
	__u64 mapped_writable_bytes; /* of mapped_bytes: shared mappings that may be written through */
	__u64 reserved;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_io) == 128, "ABI: spy_record_io");

enum spy_probe {
	SPY_PROBE_STAT = 1,
	SPY_PROBE_ACCESS = 2,
	SPY_PROBE_READLINK = 3,
	SPY_PROBE_LIST = 4,
};

/*
 * A file was looked at by name: the first time that this process did so with this call, path and result in the program that it runs. Strings: asked, base (of a relative one),
 * resolved (of a list: the folder; else absent), target (of a readlink).
 */
struct spy_record_probe {
	struct spy_header header;
	__s64 result;
	__u32 operation; /* enum spy_probe */
	__s32 nr;
	__s32 dirfd;
	__u32 mode;  /* of access: R_OK … */
	__u32 flags; /* AT_* */
	__u32 reserved;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_probe) == 64, "ABI: spy_record_probe");

/* fsync, fdatasync, syncfs, sync_file_range, msync or sync returned. Strings: resolved (of the file or mapping; absent for sync). */
struct spy_record_sync {
	struct spy_header header;
	__s64 result;
	__u64 inode;
	__u32 dev_major;
	__u32 dev_minor;
	__u32 flags; /* of sync_file_range and msync */
	__s32 fd;    /* -1: none */
	__s32 nr;
	__u32 file_mode;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_sync) == 72, "ABI: spy_record_sync");

/* socket or socketpair returned. Strings: none. */
struct spy_record_socket {
	struct spy_header header;
	__s64 result;
	__u64 inode;  /* of the socket; 0 on failure and of a pair */
	__u32 family; /* AF_*: the socket's own, on failure as asked */
	__u32 type;   /* SOCK_*, without its flags; as family */
	__u32 protocol;
	__u32 flags; /* SOCK_CLOEXEC, SOCK_NONBLOCK */
	__s32 nr;
	__u32 reserved;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_socket) == 72, "ABI: spy_record_socket");

/*
 * bind returned. Strings: unix path (as given), base (of a relative one), name (that the kernel bound the unix socket to, with the leading NUL of an abstract one), resolved (the
 * socket's file). The last two are absent on failure.
 */
struct spy_record_bind {
	struct spy_header header;
	__u64 inode; /* of the socket */
	__s64 result;
	__s32 fd;
	__u16 type;
	__u16 protocol;
	__s32 nr;
	__u32 reserved;
	struct spy_address asked;   /* of the memory of the caller; SPY_FAMILY_UNREAD when it was not read */
	struct spy_address settled; /* the socket's own, after success: the port that the kernel chose */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_bind) == 112, "ABI: spy_record_bind");

/* listen returned. Strings: unix name (as bound), resolved (the socket's file). */
struct spy_record_listen {
	struct spy_header header;
	__u64 inode;
	__s64 result;
	__s32 fd;
	__u16 type;
	__u16 protocol;
	__s32 nr;
	__u32 backlog;
	struct spy_address local; /* SPY_FAMILY_UNREAD when the descriptor is no socket */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_listen) == 88, "ABI: spy_record_listen");

/*
 * accept or accept4 returned. Strings: unix name of our end (that of the listening socket), its file, unix name of the peer, its file. Of a failure
 * `local` is the listening socket's, and of the peer the family alone is known.
 */
struct spy_record_accept {
	struct spy_header header;
	__u64 inode;  /* of the new socket, of a failure of the listening one */
	__s64 result; /* the new descriptor */
	__s32 fd;     /* of the listening socket */
	__u16 type;
	__u16 protocol;
	__s32 nr;
	__u32 reserved;
	struct spy_address peer;
	struct spy_address local;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_accept) == 112, "ABI: spy_record_accept");

#define SPY_DNS_MAX 16384

/*
 * Bytes to or from port 53, over UDP a whole message, over TCP a piece of the stream. Of a call that failed over UDP, what it should have sent. Strings: one, the bytes as far
 * as the program sent or got them, cut at SPY_DNS_MAX.
 */
struct spy_record_dns {
	struct spy_header header;
	__u64 inode; /* of the socket: as long as it is open, no other has the same */
	__s64 result;
	__u32 answer; /* 0: sent, 1: received */
	__u32 bytes;  /* of the message before the cut */
	__s32 fd;
	__s32 nr;
	__u32 index; /* of the message within sendmmsg or recvmmsg */
	__u16 protocol;
	__u16 reserved;
	struct spy_address server; /* SPY_FAMILY_UNREAD: a datagram whose sender the program did not ask for */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_dns) == 96, "ABI: spy_record_dns");

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

/*
 * An operation that names files, or changes or syncs an open one, was submitted to an io_uring. Strings: asked, base (of a relative one), resolved (walked from the descriptor
 * that stands for the file, else absent), to (new name, text of a symlink, name of an xattr), to base: as of the system call that it stands for.
 */
struct spy_record_uring {
	struct spy_header header;
	__u64 id;           /* of the operation, in its end; 0: never */
	__u64 arguments[3]; /* open: flags, mode, resolve. Others: as of spy_record_change; statx, syncs: flags */
	__u32 opcode;       /* IORING_OP_* */
	__s32 dirfd;
	__s32 to_dirfd;
	__u32 silent; /* 1: the program does not want to hear of a success; then the kernel says nothing to us either */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_uring) == 80, "ABI: spy_record_uring");

/*
 * The operation ended. The header is that of its submission. Strings: resolved (of a successful open as spy_record_open, of one on an open file that file), base and to
 * base (where they are others by now than at the submission, else absent).
 */
struct spy_record_uring_end {
	struct spy_header header;
	__u64 id;
	__s64 result;
	__u64 inode;
	__u32 dev_major;
	__u32 dev_minor;
	__u32 file_mode;
	__u32 fs_magic;
	__u32 unseen; /* 1: an open succeeded, and its file could not be looked up */
	__u32 reserved;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_uring_end) == 80, "ABI: spy_record_uring_end");

/*
 * A system call that the session asked for by number returned, or was entered and does not return (exit). One that was to be restarted (RESTARTED) is told again when that has
 * been decided: by its return, or by an interrupting handler (-EINTR). Strings: none.
 */
struct spy_record_syscall {
	struct spy_header header;
	__s64 result;
	__u64 arguments[6]; /* as they were at its entry */
	__u64 duration_ns;  /* since its first entry; 0: that was not seen, or it does not return */
	__s32 nr;
	__u16 again;   /* 1: takes the place of this thread's last RESTARTED record of this kind */
	__u16 endless; /* 1: it does not return */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_syscall) == 104, "ABI: spy_record_syscall");

#define SPY_LATENCY_BUCKETS 40

/* Of each ABI; those of x32 (up to 547) are among the native ones. The last stands for all that are beyond. */
#define SPY_SYSCALL_NUMBERS 576
#define SPY_SYSCALL_WORDS (2 * SPY_SYSCALL_NUMBERS / 64)
#define SPY_COUNTS_AT_ONCE 64 /* records of counts that one control makes: some 24 KiB of the ring */

/* How often a system call was made in this session so far: one for each number and ABI whose count has changed, at drain. Strings: none. */
struct spy_record_syscall_count {
	struct spy_header header;
	__u64 calls;
	__u64 errors; /* of them, that were answered with an errno */
	__u64 total_ns;
	__s32 nr;  /* -1: all numbers that are beyond SPY_SYSCALL_NUMBERS */
	__u32 abi; /* SPY_FLAG_I386 or SPY_FLAG_X32 or 0 */
	/* n: calls of 2^n to 2^(n+1)-1 ns, in the last one all longer ones. A call whose entry was not seen, or that does not return, is in none. */
	__u64 buckets[SPY_LATENCY_BUCKETS];
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_syscall_count) == 384, "ABI: spy_record_syscall_count");

/* What a count is of. */
struct spy_count_key {
	__u32 sequence; /* low bits of the session's */
	__s32 nr;
	__u32 abi;
};
SPY_STATIC_ASSERT(sizeof(struct spy_count_key) == 12, "ABI: spy_count_key");

/* Event groups of a session. */
#define SPY_GROUP_PROCESS (1u << 0)
#define SPY_GROUP_FILE (1u << 1)
#define SPY_GROUP_NETWORK (1u << 2)
#define SPY_GROUP_PROBE (1u << 3)
#define SPY_GROUP_SYNC (1u << 4)
#define SPY_GROUP_SIGNAL (1u << 5)
#define SPY_GROUP_NAMESPACE (1u << 6)
#define SPY_GROUP_CREDENTIALS (1u << 7)
#define SPY_GROUP_SYSTEM (1u << 8)       /* ptrace, bpf, module, rings made */
#define SPY_GROUP_SYSCALL (1u << 9)      /* counts and latencies of all calls; single calls, by number */
#define SPY_GROUP_ENVIRONMENT (1u << 10) /* of exec */

/*
 * Control in band: prctl(SPY_CONTROL, operation, slot, argument, token), which the kernel answers EINVAL and the sys_enter program hears,
 * in order, on the calling thread. It is obeyed only for a slot whose token the caller knows (hide, which takes no slot, excepted); it concerns
 * only the caller's own children.
 */
#define SPY_CONTROL 0x73707963 /* "spyc" */
enum spy_operation {
	SPY_CONTROL_CLAIM = 1, /* this thread group owns the slot */
	SPY_CONTROL_ROOT = 2,  /* argument 0: children of any thread of this process; 1: of this thread only */
	SPY_CONTROL_ARM = 3,   /* children of this thread, until disarmed */
	SPY_CONTROL_DISARM = 4,
	SPY_CONTROL_MARK = 5, /* argument: the number */
	SPY_CONTROL_STOP =
		6, /* argument: number of a last mark; no record after it (when the mark finds no room, nothing is stopped) */
	SPY_CONTROL_SELF =
		7, /* calls of this process's own: threads made from now on (helper marks the existing ones) */
	SPY_CONTROL_HIDE =
		8, /* argument 1: children of this thread are in none of the sessions of this process; 0: ends that. No slot, no token. */
	SPY_CONTROL_COUNTS =
		9, /* tells counts of system calls that have changed, SPY_COUNTS_AT_ONCE at most; argument: number of the round, in which each is told once */
};

#define SPY_SLOTS 64

/* Build spaces of each CPU: softirqs nest, and a task can be preempted while it holds one. */
#define SPY_SCRATCH_PER_CPU 4

/* One session, shared by the programs and the helper. */
struct spy_session {
	__u64 token;      /* random; 0: the slot is free */
	__u64 sequence;   /* grows with every open; membership older than this is another session's */
	__u32 owner_tgid; /* set by claim */
	__u32 groups;     /* SPY_GROUP_* */
	__u32 active;
	__u32 owner_process;
	__u64 ring_bytes;
	__u64 reserve_bytes; /* last part of the ring, for lifecycle records only */
	__u64 delivered;
	__s64 pending; /* open files whose transfers are added up and not told yet */
	__u64 lost[SPY_LOST_REASONS];
	/* System calls that are told one by one, a bit each: SPY_SYSCALL_NUMBERS native ones, as many of i386. */
	__u64 syscalls[SPY_SYSCALL_WORDS];
	__u64 round;   /* in which counts of system calls were told last */
	__u32 counted; /* some have changed since */
	__u32 reserved;
};
SPY_STATIC_ASSERT(sizeof(struct spy_session) == 288, "ABI: spy_session");

#endif
