/* SPDX-License-Identifier: MIT */
/* The process's connection to its helper: started on first use, shared by every session and thread of the process. */
#ifndef SPY_ADDON_HELPER_CLIENT_H
#define SPY_ADDON_HELPER_CLIENT_H

#include <memory>
#include <mutex>
#include <string>

#include "protocol.h"

namespace spyscall {

class HelperClient {
 public:
  /* The living connection, or a new helper. Null with errno and `operation` set when it cannot be started. */
  static std::shared_ptr<HelperClient> Get(const std::string& executable, std::string* operation);
  ~HelperClient();
  HelperClient(const HelperClient&) = delete;
  HelperClient& operator=(const HelperClient&) = delete;

  /* One question, one answer. False when the helper is gone. `ring_fd`, where given, is set to a received descriptor or -1. */
  bool Ask(Request request, Reply* reply, int* ring_fd = nullptr);
  /* Whether the helper's end of the socket is open. */
  bool Alive();

 private:
  explicit HelperClient(int socket) : socket_(socket) {}
  static int Start(const std::string& executable, std::string* operation);

  std::mutex mutex_;
  int socket_;
  bool gone_ = false;
};

}  // namespace spyscall

#endif
