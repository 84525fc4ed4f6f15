// SPDX-License-Identifier: MIT
#include "server.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "retry.h"

namespace spyscall {
namespace {

/* How long the programs stay attached after the last session: tests open one after another. */
constexpr int kIdleMs = 1000;

/* How long the programs stay loaded after the last client: so do the processes of a test run. */
constexpr int kLingerMs = 2000;

constexpr size_t kClientsMost = 512;

bool Send(int client, const Reply& reply, int ring_fd) {
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
  /* Who asks without reading answers waits for nobody, and nobody for him. */
  return Retry([&] { return sendmsg(client, &message, MSG_NOSIGNAL | MSG_DONTWAIT); }) == sizeof(reply);
}

}  // namespace

Server::Server(uid_t owner, int socket) : owner_(owner), sessions_(&programs_) {
  int listening = 0;
  socklen_t size = sizeof(listening);
  getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size);
  if (listening)
    listener_ = socket;
  else
    clients_.push_back(socket);
}

void Server::Serve() {
  while (Step()) {
  }
}

bool Server::Step() {
  if (listener_ < 0 && clients_.empty()) return false;
  std::vector<pollfd> at;
  for (int client : clients_) at.push_back({client, POLLIN, 0});
  at.push_back({listener_, POLLIN, 0});
  int ready = poll(at.data(), at.size(), sessions_.idle() ? kIdleMs : clients_.empty() ? kLingerMs : -1);
  if (ready == 0 && !sessions_.idle()) return false;
  if (ready == 0) sessions_.Rest();
  if (ready <= 0) return true;
  if (at.back().revents != 0) Accept();
  at.pop_back();
  for (const pollfd& one : at)
    if (one.revents != 0 && !Answer(one.fd)) Leave(one.fd);
  return true;
}

void Server::Accept() {
  int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  if (clients_.size() >= kClientsMost || !IsOwner(client))
    close(client);
  else
    clients_.push_back(client);
}

bool Server::IsOwner(int client) const {
  ucred peer;
  socklen_t size = sizeof(peer);
  return getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == owner_;
}

bool Server::Answer(int client) {
  Request request = {};
  ssize_t length = Retry([&] { return recv(client, &request, sizeof(request), MSG_TRUNC | MSG_DONTWAIT); });
  if (length < 0 && errno == EAGAIN) return true;
  if (length <= 0) return false;
  if (length != sizeof(request)) request.version = 0;
  int ring_fd = -1;
  Reply reply = sessions_.Answer(client, request, &ring_fd);
  return Send(client, reply, ring_fd);
}

void Server::Leave(int client) {
  sessions_.Forget(client);
  close(client);
  std::erase(clients_, client);
  /* Nobody is kept waiting by programs that nobody needs. */
  if (clients_.empty()) sessions_.Rest();
}

}  // namespace spyscall
