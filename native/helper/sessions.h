/* SPDX-License-Identifier: MIT */
/* Sessions of one client: slots, tokens, rings. */
#ifndef SPY_HELPER_SESSIONS_H
#define SPY_HELPER_SESSIONS_H

#include "programs.h"
#include "protocol.h"

namespace spyscall {

class Sessions {
 public:
  explicit Sessions(Programs* programs) : programs_(programs) {}
  ~Sessions();

  /* Answers one request. The ring of a new session is left in `ring_fd`, for the caller to send and close; else that is -1. */
  Reply Answer(const Request& request, int* ring_fd);

 private:
  Failure Open(const Request& request, Reply* reply, int* ring_fd);
  void Close(uint32_t slot);
  bool Owns(const Request& request) const;

  Programs* programs_;
  uint64_t tokens_[SPY_SLOTS] = {}; /* 0: the slot is free */
};

}  // namespace spyscall

#endif
