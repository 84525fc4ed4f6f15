// SPDX-License-Identifier: MIT
#include "helper_client.h"

#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "control.h"

namespace spyscall {
namespace {

constexpr int kPatienceSeconds = 20;

/* Children of this thread are in no session of this process meanwhile: the helper is not the test's doing. */
class Hidden {
 public:
  Hidden() { prctl(SPY_CONTROL, SPY_CONTROL_HIDE, 0ul, 1ul, 0ul); }
  ~Hidden() { prctl(SPY_CONTROL, SPY_CONTROL_HIDE, 0ul, 0ul, 0ul); }
};

}  // namespace

std::shared_ptr<HelperClient> HelperClient::Get(const std::string& executable, std::string* operation) {
  static std::mutex mutex;
  static std::shared_ptr<HelperClient> client;
  std::lock_guard lock(mutex);
  if (client && client->Alive()) return client;
  client.reset();
  int socket = Start(executable, operation);
  if (socket >= 0) client.reset(new HelperClient(socket));
  return client;
}

int HelperClient::Start(const std::string& executable, std::string* operation) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
    *operation = "make a socket pair";
    return -1;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pair[1], kHelperSocket);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  char* arguments[] = {const_cast<char*>("spyscall-helper"), nullptr};
  char* environment[] = {nullptr};
  pid_t pid = -1;
  int error;
  {
    Hidden hidden;
    error = posix_spawn(&pid, executable.c_str(), &actions, &attributes, arguments, environment);
  }
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  close(pair[1]);
  int status = 0;
  if (error == 0) {
    /* The helper detaches: its first process ends at once. */
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (status != 0) error = ECHILD;
  }
  if (error != 0) {
    close(pair[0]);
    *operation = "start the helper " + executable;
    errno = error;
    return -1;
  }
  /* A helper that does not answer is as good as none: the test goes on, and its trace says so. */
  timeval patience = {kPatienceSeconds, 0};
  setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  return pair[0];
}

HelperClient::~HelperClient() { close(socket_); }

bool HelperClient::Alive() {
  std::lock_guard lock(mutex_);
  pollfd at = {socket_, POLLIN, 0};
  if (!gone_ && poll(&at, 1, 0) > 0 && (at.revents & (POLLHUP | POLLERR | POLLIN))) gone_ = true;
  return !gone_;
}

bool HelperClient::Ask(Request request, Reply* reply, int* ring_fd) {
  std::lock_guard lock(mutex_);
  if (ring_fd != nullptr) *ring_fd = -1;
  if (gone_) return false;
  request.version = kProtocolVersion;
  ssize_t length;
  do {
    length = send(socket_, &request, sizeof(request), MSG_NOSIGNAL);
  } while (length < 0 && errno == EINTR);
  iovec data = {reply, sizeof(*reply)};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  if (length == sizeof(request)) {
    do {
      length = recvmsg(socket_, &message, MSG_CMSG_CLOEXEC);
    } while (length < 0 && errno == EINTR);
  } else {
    length = -1;
  }
  if (length != sizeof(*reply)) {
    gone_ = true;
    return false;
  }
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_type == SCM_RIGHTS) {
    int fd;
    memcpy(&fd, CMSG_DATA(header), sizeof(int));
    if (ring_fd != nullptr)
      *ring_fd = fd;
    else
      close(fd);
  }
  return true;
}

}  // namespace spyscall
