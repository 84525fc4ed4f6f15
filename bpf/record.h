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
	SPY_RECORD_WITHHELD = 38,
};

/* header.flags */
#define SPY_FLAG_BLOCKED (1u << 0)      /* the system call never ran: seccomp answered it (exit without enter) */
#define SPY_FLAG_PARTIAL (1u << 1)      /* the call was already under way when its thread came into scope */
#define SPY_FLAG_RESTARTED (1u << 2)    /* result is -512..-516: it will be restarted, interrupted, or died */
#define SPY_FLAG_COMPAT (1u << 3)       /* made through the 32-bit entry (int 0x80, 32-bit program) */
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
#define SPY_FLAG_SETTLED (1u << 14)     /* open, connect: told from inside the call, by hooks.bpf.c */

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
	SPY_LOST_URING = 7,      /* operations of io_uring of which it is missing how they ended */
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

#include "record/process.h"
#include "record/file.h"
#include "record/network.h"
#include "record/system.h"
#include "record/syscall.h"
#include "record/uring.h"

#endif
