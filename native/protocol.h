/* SPDX-License-Identifier: MIT */
/*
 * What the addon and the helper say to each other, over a unix socket of type SEQPACKET: one fixed-size request, one fixed-size reply.
 * The subject is always the peer: no pid, path or user id is ever sent. The reply to an open carries the ring's descriptor.
 */
#ifndef SPY_PROTOCOL_H
#define SPY_PROTOCOL_H

#include <cstdint>

#include "control.h"

namespace spyscall {

constexpr uint32_t kProtocolVersion = 3;

/* Descriptor on which the helper finds its socket: connected to its one client, or listening. */
constexpr int kHelperSocket = 3;

enum class RequestType : uint32_t {
  kOpen = 1,  /* a session: a slot, its token and its ring */
  kScan = 2,  /* tells the tasks that were there before; the session has been claimed */
  kClose = 3, /* frees the slot */
  kStats = 4, /* runs of the programs that the kernel skipped so far */
  kFlush = 5, /* as kStats; before it, what running processes have added up about their files is told */
  kHello = 6, /* nothing but an answer */
};

struct Request {
  uint32_t version;
  RequestType type;
  uint64_t ring_bytes; /* kOpen */
  uint32_t groups;     /* kOpen: SPY_GROUP_* */
  uint32_t slot;       /* all but kOpen and kHello */
  uint64_t token;      /* as slot: proof that the slot is the sender's */
  uint32_t self;       /* kScan: the process itself is recorded */
  uint32_t reserved;
  uint64_t syscalls[SPY_SYSCALL_WORDS]; /* kOpen: as spy_session.syscalls */
};

/* Reply::error of a kOpen for which there is no slot left. */
constexpr int32_t kAllSlotsTaken = 1000;

/* Bits of Reply::capabilities. */
constexpr uint64_t kCapabilityGroupDead = 1 << 0;      /* the kernel says which thread was the last */
constexpr uint64_t kCapabilityUringWatched = 1 << 1;   /* io_uring's operations are seen one by one */
constexpr uint64_t kCapabilityOpenSettled = 1 << 2;    /* the file of an open is known before it has a descriptor */
constexpr uint64_t kCapabilityConnectSettled = 1 << 3; /* the address of a connect is the kernel's copy */
constexpr uint64_t kCapabilityLsm = 1 << 4;            /* some of what is settled is by programs of this kind */
constexpr uint64_t kCapabilityFentry = 1 << 5;         /* as above */

struct Reply {
  uint32_t version;
  int32_t error; /* errno, 0 for success, or kAllSlotsTaken */
  uint32_t slot;
  uint32_t session; /* low 16 bits: stamp of this session's records */
  uint64_t token;
  uint64_t capabilities;
  uint64_t missed;     /* runs of programs that the kernel skipped since the session was opened */
  char operation[128]; /* what failed, for people */
  char detail[3000];   /* the kernel's and libbpf's words */
};

}  // namespace spyscall

#endif
