// SPDX-License-Identifier: MIT
#include "helper_client.h"

#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "control.h"
#include "rendezvous.h"
#include "retry.h"

namespace spyscall {
namespace {

/* Children of this thread are in no session of this process meanwhile: the helper is not the test's doing. */
class Hidden {
 public:
  Hidden() { prctl(SPY_CONTROL, SPY_CONTROL_HIDE, 0ul, 1ul, 0ul); }
  ~Hidden() { prctl(SPY_CONTROL, SPY_CONTROL_HIDE, 0ul, 0ul, 0ul); }
};

}  // namespace

std::shared_ptr<HelperClient> HelperClient::Get(const std::string& executable, int number, std::string* operation) {
  static std::mutex mutex;
  static std::shared_ptr<HelperClient> clients[kHelpersMost];
  std::lock_guard lock(mutex);
  std::shared_ptr<HelperClient>& client = clients[number];
  if (client && client->Alive()) return client;
  client.reset();
  int socket = Connect(executable, number);
  if (socket >= 0)
    client.reset(new HelperClient(socket));
  else
    *operation = "start the helper " + executable;
  return client;
}

int HelperClient::Connect(const std::string& executable, int number) {
  Rendezvous rendezvous(executable, number);
  if (rendezvous.usable()) return rendezvous.Connect([&](int listener) { return Start(executable, listener); });
  /* A helper of this process's own. */
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return -1;
  SetPatience(pair[0]);
  int error = Start(executable, pair[1]);
  close(pair[1]);
  if (error == 0) return pair[0];
  close(pair[0]);
  errno = error;
  return -1;
}

int HelperClient::Start(const std::string& executable, int socket) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, socket, kHelperSocket);
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
  if (error != 0) return error;
  /* The helper detaches: its first process ends at once. */
  int status = 0;
  Retry([&] { return waitpid(pid, &status, 0); });
  return status != 0 ? ECHILD : 0;
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
  ssize_t length = Retry([&] { return send(socket_, &request, sizeof(request), MSG_NOSIGNAL); });
  iovec data = {reply, sizeof(*reply)};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  if (length == sizeof(request)) length = Retry([&] { return recvmsg(socket_, &message, MSG_CMSG_CLOEXEC); });
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
