// SPDX-License-Identifier: MIT
/*
 * spyscall-helper: the only part with privileges and the only one that knows libbpf. It is started by the addon with a socket as descriptor 3, serves its
 * clients, and ends with the last; with it everything of ours leaves the kernel.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "privileges.h"
#include "protocol.h"
#include "server.h"

namespace {

using namespace spyscall;

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

}  // namespace

int main() {
  clearenv();
  uid_t owner = geteuid();
  int type = 0;
  socklen_t size = sizeof(type);
  if (getsockopt(kHelperSocket, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_SEQPACKET) {
    fputs(
        "spyscall-helper is started by the spyscall package, with a socket as descriptor 3; it does nothing by "
        "itself.\n",
        stderr);
    return 2;
  }
  if (GiveUpPrivileges() != 0 || !Detach()) return 1;
  Server(owner, kHelperSocket).Serve();
  return 0;
}
