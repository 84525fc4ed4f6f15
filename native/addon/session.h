/* SPDX-License-Identifier: MIT */
/* One session, seen from the test process: its slot, its ring, the thread that empties it, and its log. */
#ifndef SPY_ADDON_SESSION_H
#define SPY_ADDON_SESSION_H

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "helper_client.h"
#include "intake.h"
#include "log.h"
#include "control.h"
#include "record.h"
#include "ring.h"

namespace spyscall {

struct SessionOptions {
  std::string helper;
  std::string spill_folder;
  uint64_t ring_bytes = 0;
  uint64_t memory_bytes = 0;
  uint32_t groups = 0;
  uint64_t syscalls[SPY_SYSCALL_WORDS] = {}; /* as spy_session.syscalls */
};

/* What went wrong, for the layer that builds errors. */
struct Problem {
  int error = 0;
  std::string operation;
  std::string detail;
};

/* How far the log is, and what is missing from it. */
struct Progress {
  size_t chunks = 0;
  uint32_t last_chunk_bytes = 0;
  uint64_t delivered = 0;
  uint64_t lost[SPY_LOST_REASONS] = {};
  uint64_t missed = 0;      /* runs of programs that the kernel skipped while the session was open */
  uint64_t spill_lost = 0;  /* bytes */
  bool helper_lost = false; /* the helper ended before the session */
  bool stuck = false;       /* a record was reserved and never finished */
  uint64_t vanished = 0;    /* records that were delivered and never came by */
};

class Session {
 public:
  static std::shared_ptr<Session> Open(const SessionOptions& options, Problem* problem);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /* Speaks to the programs, on the calling thread. */
  void Control(spy_operation operation, uint64_t argument);
  /* A mark of the user's own, which stays in the log. What was done to files before it is told before it. */
  void UserMark(uint32_t number);
  Problem Scan(bool self);
  /* Barrier: everything that happened before the call is in the log afterwards. With `missed`, the helper is asked for that count too. */
  Progress Drain(bool missed);
  /* Ends the recording. Safe to call more than once and from several threads. */
  Progress Stop();

  uint64_t capabilities() const { return capabilities_; }
  const Log& log() const { return log_; }

 private:
  Session(const SessionOptions& options, std::shared_ptr<HelperClient> helper, const Reply& reply,
          std::unique_ptr<Ring> ring, int epoll_fd, int wake_fd);
  void Run();
  void Pump();
  bool Barrier(spy_operation operation);
  /* A barrier, behind what running processes have added up about their files and not told yet. */
  bool FlushBarrier();
  void AskMissed(RequestType type);
  /* Has the counts of system calls told that have changed since they were told last. */
  void AskCounts();
  Progress CurrentProgress();

  Log log_;
  Intake intake_;
  std::shared_ptr<HelperClient> helper_;
  std::unique_ptr<Ring> ring_;
  uint32_t slot_;
  uint64_t token_;
  uint64_t capabilities_;
  bool counting_; /* system calls are counted */
  uint64_t missed_ = 0;
  int epoll_fd_;
  int wake_fd_;

  std::mutex pump_mutex_; /* one consumer at a time; guards the intake and `stuck_` */
  bool stuck_ = false;

  std::mutex stop_mutex_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> stopped_ = false;
  std::atomic<bool> helper_lost_ = false;
  std::atomic<uint64_t> last_barrier_ = 0;
  std::atomic<uint64_t> last_round_ = 0; /* of telling counts */
  std::thread thread_;
};

}  // namespace spyscall

#endif
