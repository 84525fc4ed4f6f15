// SPDX-License-Identifier: MIT
/*
 * What clients may send to the helper, in any order: its own server, sessions and programs, in the real kernel where that is permitted, are given connections,
 * messages and their ends, as the input says. Whatever they send, each message has one answer, and a client that begins afterwards is served as the first one was.
 */
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "helper/server.h"
#include "protocol.h"

namespace {

using namespace spyscall;

constexpr size_t kClientsMost = 6;

void Require(bool condition) {
  if (!condition) abort();
}

/* What is left of the input. Zeros when it is at its end. */
class Input {
 public:
  Input(const uint8_t* data, size_t size) : data_(data), size_(size) {}
  bool empty() const { return size_ == 0; }
  template <typename T>
  T Take() {
    T value = {};
    size_t length = std::min(sizeof(T), size_);
    memcpy(&value, data_, length);
    data_ += length;
    size_ -= length;
    return value;
  }

 private:
  const uint8_t* data_;
  size_t size_;
};

class World {
 public:
  World() : server_(geteuid(), Listen()) { Join(); }

  /* Serves all that was asked for; what is answered is looked at. */
  Reply Exchange(size_t client, const void* bytes, size_t length) {
    Reply reply = {};
    if (send(clients_[client], bytes, length, MSG_NOSIGNAL) < 0) return reply;
    Require(server_.Step());
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    iovec data = {&reply, sizeof(reply)};
    msghdr message = {};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    Require(recvmsg(clients_[client], &message, MSG_DONTWAIT) == sizeof(reply));
    Require(reply.version == kProtocolVersion && reply.error >= 0 && !(message.msg_flags & MSG_CTRUNC));
    Require(memchr(reply.operation, 0, sizeof(reply.operation)) != nullptr);
    Require(memchr(reply.detail, 0, sizeof(reply.detail)) != nullptr);
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    if (header != nullptr) {
      int fd;
      memcpy(&fd, CMSG_DATA(header), sizeof(fd));
      close(fd);
    }
    return reply;
  }

  size_t clients() const { return clients_.size(); }

  void Join() {
    sockaddr_un address = {};
    socklen_t size = sizeof(address);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    int client = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    Require(connect(client, reinterpret_cast<sockaddr*>(&address), size) == 0 && server_.Step());
    clients_.push_back(client);
  }

  void Leave(size_t client) {
    close(clients_[client]);
    clients_.erase(clients_.begin() + client);
    Require(server_.Step());
  }

 private:
  /* At an address that the kernel chooses. */
  int Listen() {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    listener_ = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    Require(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(sa_family_t)) == 0 &&
            listen(listener_, 8) == 0);
    return listener_;
  }

  int listener_ = -1;
  std::vector<int> clients_;
  Server server_;
};

Request GoodOpen() {
  Request request = {};
  request.version = kProtocolVersion;
  request.type = RequestType::kOpen;
  request.ring_bytes = 64 << 10;
  request.groups = SPY_GROUP_PROCESS;
  return request;
}

Reply Close(World* world, const Reply& session) {
  Request request = GoodOpen();
  request.type = RequestType::kClose;
  request.slot = session.slot;
  request.token = session.token;
  return world->Exchange(0, &request, sizeof(request));
}

/* How the client that is always there fares; -1 for an open that could not be undone. */
int32_t OpenAndClose(World* world) {
  Request request = GoodOpen();
  Reply reply = world->Exchange(0, &request, sizeof(request));
  return reply.error == 0 && Close(world, reply).error != 0 ? -1 : reply.error;
}

/* A message that is nearly right: the input chooses what is wrong with it. */
Request Nearly(Input* input, const std::vector<Reply>& sessions) {
  Request request = GoodOpen();
  request.type = static_cast<RequestType>(input->Take<uint8_t>() % 8);
  uint8_t choice = input->Take<uint8_t>();
  if (choice & 1) request.version = input->Take<uint32_t>();
  if (choice & 2) request.ring_bytes = uint64_t{1} << (input->Take<uint8_t>() % 22);
  if (choice & 4) request.groups = input->Take<uint32_t>();
  if (choice & 8) request.slot = input->Take<uint32_t>();
  if (choice & 16) request.token = input->Take<uint64_t>();
  if (choice & 32) request.self = input->Take<uint32_t>();
  if (choice & 64 && !sessions.empty()) {
    const Reply& session = sessions[input->Take<uint8_t>() % sessions.size()];
    request.slot = session.slot;
    request.token = session.token;
  }
  return request;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static World* world = new World;
  /* Refused where this process may load nothing: then every open is. */
  static const int32_t first = OpenAndClose(world);
  Input input(data, size);
  std::vector<Reply> sessions;
  while (!input.empty()) {
    uint8_t step = input.Take<uint8_t>();
    size_t client = input.Take<uint8_t>() % world->clients();
    if (step < 24 && world->clients() < kClientsMost) {
      world->Join();
    } else if (step < 48 && client != 0) {
      world->Leave(client);
    } else if (step < 80) {
      uint8_t bytes[2 * sizeof(Request)] = {};
      size_t length = 1 + input.Take<uint16_t>() % sizeof(bytes);
      for (size_t n = 0; n < length && !input.empty(); n++) bytes[n] = input.Take<uint8_t>();
      world->Exchange(client, bytes, length);
    } else {
      Request request = Nearly(&input, sessions);
      Reply reply = world->Exchange(client, &request, sizeof(request));
      if (reply.error == 0 && reply.token != 0) sessions.push_back(reply);
    }
  }
  while (world->clients() > 1) world->Leave(world->clients() - 1);
  for (const Reply& session : sessions) Close(world, session);
  Require(OpenAndClose(world) == first);
  return 0;
}
