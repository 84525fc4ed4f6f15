// SPDX-License-Identifier: MIT
/*
 * spyscall-helper: the only part with privileges and the only one that knows libbpf. It is started by the addon with one end of a socket
 * pair as descriptor 3, serves that client, and ends with it; with it everything of ours leaves the kernel.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "programs.h"
#include "protocol.h"
#include "sessions.h"

namespace {

using namespace spyscall;

/* How long the programs stay attached after the last session: tests open one after another. */
constexpr int kIdleMs = 1000;

/* Leaves the parent's job, terminal and descriptors, so that neither a Ctrl-C nor a pipe held open ties the two together. */
bool Detach() {
  if (syscall(SYS_close_range, kHelperSocket + 1, ~0u, 0) != 0)
    for (int fd = kHelperSocket + 1; fd < 4096; fd++) close(fd);
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd < kHelperSocket; fd++) dup2(null, fd);
  fcntl(kHelperSocket, F_SETFD, FD_CLOEXEC);
  if (chdir("/") != 0) return false;
  /* The parent waits for this first process; the second is the helper, nobody's child but init's. */
  pid_t child = fork();
  if (child != 0) _exit(child < 0 ? 1 : 0);
  setsid();
  signal(SIGPIPE, SIG_IGN);
  return true;
}

bool Send(const Reply& reply, int ring_fd) {
  iovec data = {const_cast<Reply*>(&reply), sizeof(reply)};
  msghdr message = {};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  if (ring_fd >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &ring_fd, sizeof(int));
  }
  ssize_t sent;
  do {
    sent = sendmsg(kHelperSocket, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent == sizeof(reply);
}

void Serve() {
  Programs programs;
  Sessions sessions(&programs);
  for (;;) {
    pollfd at = {kHelperSocket, POLLIN, 0};
    int ready = poll(&at, 1, sessions.idle() ? kIdleMs : -1);
    if (ready == 0) {
      sessions.Rest();
      continue;
    }
    Request request = {};
    ssize_t length = recv(kHelperSocket, &request, sizeof(request), MSG_TRUNC);
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) return;
    if (length != sizeof(request)) request.version = 0;
    int ring_fd = -1;
    Reply reply = sessions.Answer(request, &ring_fd);
    if (!Send(reply, ring_fd)) return;
  }
}

}  // namespace

int main() {
  int type = 0;
  socklen_t size = sizeof(type);
  if (getsockopt(kHelperSocket, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_SEQPACKET) {
    fputs(
        "spyscall-helper is started by the spyscall package, with a socket as descriptor 3; it does nothing by "
        "itself.\n",
        stderr);
    return 2;
  }
  if (!Detach()) return 1;
  Serve();
  return 0;
}
