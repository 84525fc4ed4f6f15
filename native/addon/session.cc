// SPDX-License-Identifier: MIT
#include "session.h"

#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace spyscall {
namespace {

constexpr int kPollMs = 20;
constexpr int kPatienceMs = 1000;
constexpr int kBarrierTries = 4;

/* One that is about to end, and its successor. */
constexpr int kHelpersTried = 2;

/* Closes what nobody took over. */
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

Problem Lost() { return {EPIPE, "talk to the helper: it has ended", ""}; }

Problem ProblemOf(const Reply& reply) { return {reply.error, reply.operation, reply.detail}; }

/* What one helper answers. Where it ended before it did, the next one is asked: nothing has been recorded that could be missing. */
std::shared_ptr<HelperClient> AskHelper(const SessionOptions& options, int number, const Request& request, Reply* reply,
                                        int* ring_fd, Problem* problem) {
  for (int tries = 0; tries < kHelpersTried; tries++) {
    std::string operation;
    std::shared_ptr<HelperClient> helper = HelperClient::Get(options.helper, number, &operation);
    if (!helper) {
      *problem = {errno, operation, ""};
      return nullptr;
    }
    if (helper->Ask(request, reply, ring_fd)) {
      *problem = ProblemOf(*reply);
      return problem->error == 0 ? helper : nullptr;
    }
  }
  *problem = Lost();
  return nullptr;
}

/* The first helper that has room for a session, and what it gave; null with the problem. */
std::shared_ptr<HelperClient> AskForSession(const SessionOptions& options, Reply* reply, int* ring_fd,
                                            Problem* problem) {
  Request request = {};
  request.type = RequestType::kOpen;
  request.ring_bytes = options.ring_bytes;
  request.groups = options.groups;
  memcpy(request.syscalls, options.syscalls, sizeof(request.syscalls));
  for (int number = 0; number < kHelpersMost; number++) {
    std::shared_ptr<HelperClient> helper = AskHelper(options, number, request, reply, ring_fd, problem);
    if (helper || problem->error != kAllSlotsTaken) return helper;
  }
  problem->error = EMFILE;
  return nullptr;
}

}  // namespace

std::shared_ptr<Session> Session::Open(const SessionOptions& options, Problem* problem) {
  /* What the reader needs is made first: a session without a reader would lose everything. */
  Descriptor epoll(epoll_create1(EPOLL_CLOEXEC));
  Descriptor wake(eventfd(0, EFD_CLOEXEC));
  if (epoll.get() < 0 || wake.get() < 0) {
    *problem = {errno, "make the reader's descriptors", ""};
    return nullptr;
  }
  Reply reply = {};
  int ring_fd = -1;
  std::shared_ptr<HelperClient> helper = AskForSession(options, &reply, &ring_fd, problem);
  if (!helper) return nullptr;
  int error = ring_fd < 0 ? EMFILE : 0;
  std::unique_ptr<Ring> ring = error == 0 ? Ring::Map(ring_fd, options.ring_bytes) : nullptr;
  if (!ring) {
    *problem = {error != 0 ? error : errno, error != 0 ? "receive the ring buffer's descriptor" : "map the ring buffer",
                ""};
    Request request = {};
    request.type = RequestType::kClose;
    request.slot = reply.slot;
    request.token = reply.token;
    helper->Ask(request, &reply);
    return nullptr;
  }
  std::shared_ptr<Session> session(
      new Session(options, std::move(helper), reply, std::move(ring), epoll.Release(), wake.Release()));
  session->Control(SPY_CONTROL_CLAIM, 0);
  return session;
}

Session::Session(const SessionOptions& options, std::shared_ptr<HelperClient> helper, const Reply& reply,
                 std::unique_ptr<Ring> ring, int epoll_fd, int wake_fd)
    : log_(options.memory_bytes, options.spill_folder),
      intake_(&log_, reply.session),
      helper_(std::move(helper)),
      ring_(std::move(ring)),
      slot_(reply.slot),
      token_(reply.token),
      capabilities_(reply.capabilities),
      counting_((options.groups & SPY_GROUP_SYSCALL) != 0),
      epoll_fd_(epoll_fd),
      wake_fd_(wake_fd) {
  /* The thread takes no signal: those are the runner's. */
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { Run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Session::~Session() {
  Stop();
  close(wake_fd_);
  close(epoll_fd_);
}

void Session::Control(spy_operation operation, uint64_t argument) {
  prctl(SPY_CONTROL, static_cast<unsigned long>(operation), static_cast<unsigned long>(slot_),
        static_cast<unsigned long>(argument), static_cast<unsigned long>(token_));
}

void Session::UserMark(uint32_t number) {
  {
    std::lock_guard lock(stop_mutex_);
    if (!stopped_) FlushBarrier();
  }
  Control(SPY_CONTROL_MARK, kUserMark | number);
}

Problem Session::Scan(bool self) {
  Request request = {};
  request.type = RequestType::kScan;
  request.slot = slot_;
  request.token = token_;
  request.self = self;
  Reply reply = {};
  return helper_->Ask(request, &reply) ? ProblemOf(reply) : Lost();
}

/*
 * Looks now and then, and when the programs say that the ring fills. Edge-triggered: the ring's descriptor is readable whenever it holds a record, and
 * waking for each would cost the traced processes their core.
 */
void Session::Run() {
  pthread_setname_np(pthread_self(), "spyscall-reader");
  epoll_event event = {};
  event.events = EPOLLIN | EPOLLET;
  epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, wake_fd_, &event);
  epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, ring_->fd(), &event);
  while (!stopping_) {
    epoll_wait(epoll_fd_, &event, 1, kPollMs);
    Pump();
  }
}

void Session::Pump() {
  std::lock_guard lock(pump_mutex_);
  bool finished =
      ring_->Consume(kPatienceMs, [this](const uint8_t* sample, uint32_t bytes) { intake_.Take(sample, bytes); });
  if (!finished) stuck_ = true;
}

/* The ring is emptied first, so that the mark finds room; a storm can still fill it in between. */
bool Session::Barrier(spy_operation operation) {
  for (int attempt = 0; attempt < kBarrierTries; attempt++) {
    uint64_t number = ++last_barrier_;
    Pump();
    Control(operation, number);
    Pump();
    std::lock_guard lock(pump_mutex_);
    if (intake_.barrier_seen >= number) return true;
  }
  return false;
}

void Session::AskCounts() {
  uint64_t round = ++last_round_, before, now;
  do {
    Pump();
    {
      std::lock_guard lock(pump_mutex_);
      before = intake_.counts;
    }
    Control(SPY_CONTROL_COUNTS, round);
    Pump();
    std::lock_guard lock(pump_mutex_);
    now = intake_.counts;
  } while (now - before >= SPY_COUNTS_AT_ONCE);
}

bool Session::FlushBarrier() {
  if (counting_) AskCounts();
  if (!Barrier(SPY_CONTROL_MARK)) return false;
  {
    std::lock_guard lock(pump_mutex_);
    if (intake_.pending <= 0) return true;
  }
  AskMissed(RequestType::kFlush);
  return Barrier(SPY_CONTROL_MARK);
}

/* These requests are answered with the count of skipped runs. */
void Session::AskMissed(RequestType type) {
  Request request = {};
  request.type = type;
  request.slot = slot_;
  request.token = token_;
  Reply reply = {};
  if (helper_->Ask(request, &reply) && reply.error == 0)
    missed_ = reply.missed;
  else
    helper_lost_ = true;
}

Progress Session::Drain(bool missed) {
  std::lock_guard lock(stop_mutex_);
  if (stopped_) return CurrentProgress();
  if (!FlushBarrier()) helper_lost_ = true;
  if (missed) AskMissed(RequestType::kStats);
  return CurrentProgress();
}

Progress Session::Stop() {
  std::lock_guard lock(stop_mutex_);
  if (stopped_) return CurrentProgress();
  if (!FlushBarrier() || !Barrier(SPY_CONTROL_STOP)) helper_lost_ = true;
  /* The ring is given up before the slot: the helper hands both to the next session. */
  stopping_ = true;
  eventfd_write(wake_fd_, 1);
  if (thread_.joinable()) thread_.join();
  ring_.reset();
  AskMissed(RequestType::kClose);
  stopped_ = true;
  helper_.reset();
  return CurrentProgress();
}

Progress Session::CurrentProgress() {
  std::lock_guard lock(pump_mutex_);
  Progress progress;
  progress.chunks = log_.chunks();
  progress.last_chunk_bytes = progress.chunks > 0 ? log_.ChunkBytes(progress.chunks - 1) : 0;
  progress.delivered = intake_.delivered;
  memcpy(progress.lost, intake_.lost, sizeof(progress.lost));
  progress.missed = missed_;
  progress.spill_lost = log_.lost_bytes();
  progress.helper_lost = helper_lost_;
  progress.stuck = stuck_;
  progress.vanished = intake_.vanished;
  return progress;
}

}  // namespace spyscall
