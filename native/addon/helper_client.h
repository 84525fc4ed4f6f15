/* SPDX-License-Identifier: MIT */
/* The process's connection to the user's helper, which the first one to need it starts; shared by every session and thread of the process. */
#ifndef SPY_ADDON_HELPER_CLIENT_H
#define SPY_ADDON_HELPER_CLIENT_H

#include <memory>
#include <mutex>
#include <string>

#include "protocol.h"

namespace spyscall {

/* When the slots of one helper are all taken, the next one serves. */
constexpr int kHelpersMost = 16;

class HelperClient {
 public:
  /* The connection to the nth helper of the user, who is started where there is none. Null with errno and `operation` set when it cannot be started. */
  static std::shared_ptr<HelperClient> Get(const std::string& executable, int number, std::string* operation);
  ~HelperClient();
  HelperClient(const HelperClient&) = delete;
  HelperClient& operator=(const HelperClient&) = delete;

  /* One question, one answer. False when the helper is gone. `ring_fd`, where given, is set to a received descriptor or -1. */
  bool Ask(Request request, Reply* reply, int* ring_fd = nullptr);
  /* Whether the helper's end of the socket is open. */
  bool Alive();

 private:
  explicit HelperClient(int socket) : socket_(socket) {}
  /* A socket that leads to a helper; -1 with errno. */
  static int Connect(const std::string& executable, int number);
  /* Starts a helper, which finds `socket` as its descriptor. 0 or an errno. */
  static int Start(const std::string& executable, int socket);

  std::mutex mutex_;
  int socket_;
  bool gone_ = false;
};

}  // namespace spyscall

#endif
