/* SPDX-License-Identifier: MIT */
/*
 * Sessions of all clients: slots, tokens, rings. Programs stay attached and rings stay in their slots for a while after the last session, since attaching, and
 * storing a ring, make the kernel wait tens of milliseconds for its other CPUs: the next session of the same process opens at once.
 */
#ifndef SPY_HELPER_SESSIONS_H
#define SPY_HELPER_SESSIONS_H

#include "programs.h"
#include "protocol.h"

namespace spyscall {

class Sessions {
 public:
  explicit Sessions(Programs* programs) : programs_(programs) {}
  ~Sessions();

  /* Answers one request of a client, known by its descriptor. `ring_fd` is the ring of a new session, for the caller to send; else -1. */
  Reply Answer(int client, const Request& request, int* ring_fd);
  /* Closes the sessions of a client that has gone. */
  void Forget(int client);
  /* Whether programs are attached for nobody; `Rest` detaches them and frees the rings. */
  bool idle() const;
  void Rest();

 private:
  Failure Open(int client, const Request& request, Reply* reply, int* ring_fd);
  void Close(uint32_t slot);
  bool Owns(int client, const Request& request) const;

  struct Slot {
    uint64_t token = 0; /* 0: the slot is free */
    int client = -1;    /* who has it; of a free one, who had it last: -1 when that one has gone */
    int ring_fd = -1;   /* kept for the next session of the same client and size */
    uint64_t ring_bytes = 0;
    Programs::Tally tally; /* as it was when the session was opened */
  };

  /* The slot that is best for a new session; -1 when none is free. */
  int FindSlot(int client, uint64_t bytes) const;
  /* A ring that nobody else has read from, or reads from. */
  Failure PrepareRing(int client, uint32_t number, uint64_t bytes);
  /* Frees what is kept for nobody, where all rings together would else be too large. */
  bool MakeRoom(uint64_t bytes);
  void DropRing(uint32_t number);

  Programs* programs_;
  Slot slots_[SPY_SLOTS];
};

}  // namespace spyscall

#endif
