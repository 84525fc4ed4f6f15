// SPDX-License-Identifier: MIT
#include "parts.h"

#include <algorithm>
#include <cstring>

#include "handlers.h"
#include "control.h"

namespace spyscall {
namespace {

constexpr uint32_t kUringGroups = SPY_GROUP_FILE | SPY_GROUP_NETWORK | SPY_GROUP_PROBE | SPY_GROUP_SYNC;

/* In the order in which they are attached. */
constexpr Part kParts[] = {
    {"spy_sys_enter", 0, 0, Place::kTracepoint},
    {"spy_sys_exit", 0, 0, Place::kTracepoint},
    {"spy_signal", 0, 0, Place::kLocked},
    {"spy_newtask", 0, 0, Place::kTracepoint},
    {"spy_exit", 0, kGroupDead, Place::kTracepoint},
    {"spy_exit_old", 0, kNoGroupDead, Place::kTracepoint},
    {"spy_exec", 0, 0, Place::kTracepoint},
    {"spy_scan", 0, 0, Place::kWalk},
    {"spy_enter_shared", 0, 0, Place::kEntry, SPY_ENTRY_SHARED},
    {"spy_enter_exec", 0, 0, Place::kEntry, SPY_ENTRY_EXEC},
    {"spy_on_process", 0, 0, Place::kReturn, SPY_HANDLER_PROCESS},
    {"spy_exit_files", SPY_GROUP_FILE, 0, Place::kExit, SPY_EXIT_FILES},
    {"spy_flush", SPY_GROUP_FILE, 0, Place::kWalk},
    {"spy_on_open", SPY_GROUP_FILE, 0, Place::kReturn, SPY_HANDLER_OPEN},
    {"spy_on_change", SPY_GROUP_FILE, 0, Place::kReturn, SPY_HANDLER_CHANGE},
    {"spy_on_transfer", SPY_GROUP_FILE, 0, Place::kReturn, SPY_HANDLER_TRANSFER},
    {"spy_enter_close", SPY_GROUP_FILE, 0, Place::kEntry, SPY_ENTRY_CLOSE},
    {"spy_on_probe", SPY_GROUP_PROBE, 0, Place::kReturn, SPY_HANDLER_PROBE},
    {"spy_on_sync", SPY_GROUP_SYNC, 0, Place::kReturn, SPY_HANDLER_SYNC},
    {"spy_on_connect", SPY_GROUP_NETWORK, 0, Place::kReturn, SPY_HANDLER_CONNECT},
    {"spy_signal_generate", SPY_GROUP_SIGNAL, 0, Place::kLocked},
    {"spy_on_signal", SPY_GROUP_SIGNAL, 0, Place::kReturn, SPY_HANDLER_SIGNAL},
    {"spy_newtask_namespace", SPY_GROUP_NAMESPACE, 0, Place::kTracepoint},
    {"spy_on_namespace", SPY_GROUP_NAMESPACE, 0, Place::kReturn, SPY_HANDLER_NAMESPACE},
    {"spy_enter_mount", SPY_GROUP_NAMESPACE, 0, Place::kEntry, SPY_ENTRY_MOUNT},
    {"spy_on_mount", SPY_GROUP_NAMESPACE, 0, Place::kReturn, SPY_HANDLER_MOUNT},
    {"spy_enter_credentials", SPY_GROUP_CREDENTIALS, 0, Place::kEntry, SPY_ENTRY_CREDENTIALS},
    {"spy_exec_credentials", SPY_GROUP_CREDENTIALS, 0, Place::kTracepoint},
    {"spy_withhold", 0, 0, Place::kTracepoint},
    {"spy_on_credentials", SPY_GROUP_CREDENTIALS, 0, Place::kReturn, SPY_HANDLER_CREDENTIALS},
    {"spy_on_system", SPY_GROUP_SYSTEM, 0, Place::kReturn, SPY_HANDLER_SYSTEM},
    {"spy_sock_state", SPY_GROUP_NETWORK, 0, Place::kInterrupts},
    {"spy_sock_state_again", SPY_GROUP_NETWORK, kNotPreempted, Place::kInterrupts},
    {"spy_on_dns", SPY_GROUP_NETWORK, 0, Place::kReturn, SPY_HANDLER_DNS},
    {"spy_on_socket", SPY_GROUP_NETWORK, 0, Place::kReturn, SPY_HANDLER_SOCKET},
    {"spy_exec_environment", SPY_GROUP_ENVIRONMENT, 0, Place::kExec, SPY_EXEC_ENVIRONMENT},
    {"spy_enter_syscall", SPY_GROUP_SYSCALL, 0, Place::kEntry, SPY_ENTRY_SYSCALL},
    {"spy_on_syscall", SPY_GROUP_SYSCALL, 0, Place::kReturn, SPY_HANDLER_SYSCALL},
    {"spy_syscall_signal", SPY_GROUP_SYSCALL, 0, Place::kLocked},
    {"spy_tell_counts", SPY_GROUP_SYSCALL, 0, Place::kEntry, SPY_ENTRY_COUNTS},
    {"spy_uring_req", kUringGroups, kUringReq, Place::kTracepoint},
    {"spy_uring_sqe", kUringGroups, kUringSqe, Place::kTracepoint},
    {"spy_uring_done", kUringGroups, kUringDone, Place::kTracepoint},
    {"spy_uring_done_7", kUringGroups, kUringDone7, Place::kTracepoint},
    {"spy_uring_punt", kUringGroups, kUringSubmitted, Place::kTracepoint},
    {"spy_uring_refuse", kUringGroups, kUringSubmitted, Place::kTracepoint},
    {"spy_uring_unlink", kUringGroups, kUringSubmitted, Place::kTracepoint},
    {"spy_uring_spill", kUringGroups, kUringSubmitted, Place::kTracepoint},
    {"spy_uring_ended", kUringGroups, kUringSubmitted, Place::kTracepoint},
};

/* Maps that take memory from the start, and whose programs they are for. */
constexpr struct {
  const char* map;
  const char* program;
} kMapsOf[] = {
    {"spy_looks", "spy_on_probe"},
    {"spy_counts", "spy_on_syscall"},
};

/* So many tasks can be in the middle of one program on one CPU, each preempted by the next, before a passage is lost. */
constexpr uint32_t kStandIns = 2;

}  // namespace

uint32_t VariantsOf(const KernelTypes& kernel) {
  uint32_t variants = kernel.TracepointArguments("sched_process_exit") >= 2 ? kGroupDead : kNoGroupDead;
  /* What protects tracepoints is SRCU, as up to 6.12 for those of idle CPUs, but of the fast kind. */
  variants |=
      kernel.HasVariable("tracepoint_srcu_srcu_data") && kernel.HasStructure("srcu_ctr") ? kPreempted : kNotPreempted;
  uint32_t submitted = kernel.TracepointArguments("io_uring_submit_req") == 1   ? kUringReq
                       : kernel.TracepointArguments("io_uring_submit_sqe") == 2 ? kUringSqe
                                                                                : 0;
  int arguments = kernel.TracepointArguments("io_uring_complete");
  uint32_t completed = arguments == 3 ? kUringDone : arguments == 7 ? kUringDone7 : 0;
  /* One without the other is nothing. */
  return submitted != 0 && completed != 0 ? variants | submitted | completed : variants;
}

std::vector<const Part*> PartsFor(uint32_t groups, uint32_t variants) {
  std::vector<const Part*> parts;
  for (const Part& part : kParts)
    if ((part.groups == 0 || part.groups & groups) && (part.variant == 0 || part.variant & variants))
      parts.push_back(&part);
  return parts;
}

bool NeedsMap(const std::vector<const Part*>& parts, const char* map) {
  for (const auto& one : kMapsOf)
    if (strcmp(one.map, map) == 0)
      return std::any_of(parts.begin(), parts.end(),
                         [&](const Part* part) { return strcmp(part->name, one.program) == 0; });
  return true;
}

bool IsAttached(const Part& part) {
  return part.place == Place::kTracepoint || part.place == Place::kInterrupts || part.place == Place::kLocked;
}

uint32_t StandIns(const Part& part, uint32_t variants) {
  if (!(variants & kPreempted) || part.place == Place::kLocked || part.place == Place::kWalk) return 0;
  return part.place == Place::kInterrupts ? SPY_SOCK_PROGRAMS - 1 : kStandIns;
}

}  // namespace spyscall
