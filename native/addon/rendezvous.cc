// SPDX-License-Identifier: MIT
#include "rendezvous.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>

#include "protocol.h"
#include "retry.h"

namespace spyscall {
namespace {

constexpr int kBacklog = 128;
constexpr int kPatienceSeconds = 20;

/* The user's alone: neither a link, nor somebody else's, nor open to others. */
bool IsOwn(const std::string& folder) {
  struct stat found;
  return lstat(folder.c_str(), &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == geteuid() &&
         (found.st_mode & 077) == 0;
}

/* Empty when there is none. */
std::string OwnFolder() {
  std::string user = std::to_string(geteuid());
  const std::string folders[] = {"/run/user/" + user + "/spyscall", "/run/spyscall-" + user, "/tmp/spyscall-" + user};
  for (const std::string& folder : folders) {
    mkdir(folder.c_str(), 0700);
    if (IsOwn(folder)) return folder;
  }
  return "";
}

/* What decides whether a helper that is started from here can do its work. One that cannot must not be found by who could start one that can. */
unsigned Rights() {
  unsigned rights = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
  for (int capability : {CAP_BPF, CAP_PERFMON, CAP_SYS_ADMIN}) {
    rights = rights << 1 | (prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1);
    rights = rights << 1 | (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, capability, 0, 0) == 1);
  }
  return rights;
}

int NewSocket() {
  int made = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (made < 0) return -1;
  SetPatience(made);
  return made;
}

bool AddressOf(const std::string& path, sockaddr_un* address) {
  *address = {};
  address->sun_family = AF_UNIX;
  if (path.size() >= sizeof(address->sun_path)) return false;
  memcpy(address->sun_path, path.c_str(), path.size());
  return true;
}

/* One question and its answer, so that a helper about to end is not taken for one that serves. */
bool SaysHello(int socket) {
  Request request = {};
  request.version = kProtocolVersion;
  request.type = RequestType::kHello;
  Reply reply;
  return Retry([&] { return send(socket, &request, sizeof(request), MSG_NOSIGNAL); }) == sizeof(request) &&
         Retry([&] { return recv(socket, &reply, sizeof(reply), 0); }) == sizeof(reply) && reply.error == 0;
}

int Fail(int fd, int error) {
  if (fd >= 0) close(fd);
  errno = error;
  return -1;
}

}  // namespace

void SetPatience(int socket) {
  timeval patience = {kPatienceSeconds, 0};
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
}

Rendezvous::Rendezvous(const std::string& executable, int number) {
  struct stat file;
  std::string folder = OwnFolder();
  if (folder.empty() || stat(executable.c_str(), &file) != 0) return;
  char name[128];
  snprintf(name, sizeof(name), "/%" PRIx64 "-%" PRIx64 "-%" PRIx64 ".%09ld-%x-%d", static_cast<uint64_t>(file.st_dev),
           static_cast<uint64_t>(file.st_ino), static_cast<uint64_t>(file.st_mtim.tv_sec), file.st_mtim.tv_nsec,
           Rights(), number);
  path_ = folder + name;
}

int Rendezvous::TryToConnect() const {
  sockaddr_un address;
  int made = AddressOf(path_, &address) ? NewSocket() : -1;
  if (made < 0) return -1;
  if (Retry([&] { return connect(made, reinterpret_cast<sockaddr*>(&address), sizeof(address)); }) != 0 ||
      !SaysHello(made))
    return Fail(made, ECONNREFUSED);
  return made;
}

int Rendezvous::Listen() const {
  sockaddr_un address;
  int made = AddressOf(path_, &address) ? NewSocket() : -1;
  if (made < 0) return -1;
  unlink(path_.c_str());
  if (bind(made, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 || listen(made, kBacklog) != 0)
    return Fail(made, errno);
  return made;
}

int Rendezvous::Connect(const std::function<int(int)>& start) const {
  int connected = TryToConnect();
  if (connected >= 0) return connected;
  int lock = open((path_ + ".lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (lock < 0) return -1;
  Retry([&] { return flock(lock, LOCK_EX); });
  /* Somebody else may have started it meanwhile. */
  connected = TryToConnect();
  int error = 0;
  if (connected < 0) {
    int listener = Listen();
    error = listener < 0 ? errno : start(listener);
    if (listener >= 0) close(listener);
    if (error == 0) {
      connected = TryToConnect();
      error = errno;
    }
  }
  close(lock);
  errno = error;
  return connected;
}

}  // namespace spyscall
