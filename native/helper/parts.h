/* SPDX-License-Identifier: MIT */
/* Which programs there are, what each is for, and where it goes. */
#ifndef SPY_HELPER_PARTS_H
#define SPY_HELPER_PARTS_H

#include <cstdint>
#include <vector>

#include "kernel_types.h"

namespace spyscall {

/* Variants of programs, by what the kernel's BTF says of its tracepoints. */
constexpr uint32_t kGroupDead = 1 << 0; /* sched_process_exit says which thread was the last */
constexpr uint32_t kNoGroupDead = 1 << 1;
constexpr uint32_t kUringReq = 1 << 2;   /* io_uring_submit_req */
constexpr uint32_t kUringSqe = 1 << 3;   /* io_uring_submit_sqe with the same first argument */
constexpr uint32_t kUringDone = 1 << 4;  /* io_uring_complete with the entry of the completion queue */
constexpr uint32_t kUringDone7 = 1 << 5; /* io_uring_complete with its seven fields */
constexpr uint32_t kPreempted = 1 << 6;  /* programs at tracepoints are preempted: Linux 7.0 and newer */
constexpr uint32_t kNotPreempted = 1 << 7;
constexpr uint32_t kUringSubmitted = kUringReq | kUringSqe;
constexpr uint32_t kUringCompleted = kUringDone | kUringDone7;

/*
 * kInterrupts: a tracepoint that interrupts pass, too. Two programs are attached to it: what one is skipped for, the other sees; where programs are preempted, one and its stand-ins. kLocked: one that is passed with interrupts off, where no
 * kernel preempts a program.
 */
enum class Place { kTracepoint, kInterrupts, kLocked, kReturn, kEntry, kExec, kExit, kWalk, kHook };

/* What a program is for. */
struct Part {
  const char* name;
  uint32_t groups;  /* of which one has to be asked for; 0: needed by every session */
  uint32_t variant; /* 0: every kernel takes it */
  Place place;
  uint32_t number = 0; /* of a handler: enum spy_handler or spy_entry_handler */
};

/* The variants that this kernel takes. */
uint32_t VariantsOf(const KernelTypes& kernel);

/* What sessions of these groups (SPY_GROUP_*) need of the programs. */
std::vector<const Part*> PartsFor(uint32_t groups, uint32_t variants);

/* False for a map that takes memory from the start and that none of these programs is for. */
bool NeedsMap(const std::vector<const Part*>& parts, const char* map);

bool IsAttached(const Part& part);

/* How many programs stand in for one of these (bpf/passage.bpf.h). */
uint32_t StandIns(const Part& part, uint32_t variants);

}  // namespace spyscall

#endif
