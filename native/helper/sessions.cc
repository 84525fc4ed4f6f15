// SPDX-License-Identifier: MIT
#include "sessions.h"

#include <bpf/bpf.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace spyscall {
namespace {

constexpr uint64_t kRingBytesLeast = 64 << 10;
constexpr uint64_t kRingBytesMost = 1 << 30;
constexpr uint64_t kReserveBytesLeast = 16 << 10;

/* Of all rings together: memory of the kernel, which is asked for on behalf of a user. */
constexpr uint64_t kAllRingsBytesMost = 1 << 30;

/* As much of the end of a text as fits: the last words matter most. */
template <size_t size>
void Copy(char (&out)[size], const std::string& text) {
  size_t cut = text.size() > size - 1 ? text.size() - (size - 1) : 0;
  text.copy(out, size - 1, cut);
}

void Say(Reply* reply, const Failure& failure) {
  reply->error = failure.error;
  Copy(reply->operation, failure.operation);
  Copy(reply->detail, failure.detail);
}

Failure Invalid(const char* what) { return {EINVAL, what, ""}; }

}  // namespace

Sessions::~Sessions() {
  for (const Slot& slot : slots_)
    if (slot.ring_fd >= 0) close(slot.ring_fd);
}

bool Sessions::idle() const {
  return programs_->attached() &&
         std::all_of(std::begin(slots_), std::end(slots_), [](const Slot& slot) { return slot.token == 0; });
}

void Sessions::Rest() {
  programs_->Detach();
  for (uint32_t number = 0; number < SPY_SLOTS; number++) DropRing(number);
}

void Sessions::DropRing(uint32_t number) {
  Slot& slot = slots_[number];
  if (slot.ring_fd < 0) return;
  programs_->ClearRing(number);
  close(slot.ring_fd);
  slot.ring_fd = -1;
}

bool Sessions::Owns(int client, const Request& request) const {
  return request.slot < SPY_SLOTS && request.token != 0 && slots_[request.slot].token == request.token &&
         slots_[request.slot].client == client;
}

int Sessions::FindSlot(int client, uint64_t bytes) const {
  int found = -1, best = -1;
  for (int number = 0; number < SPY_SLOTS; number++) {
    const Slot& slot = slots_[number];
    if (slot.token != 0) continue;
    bool fits = slot.ring_fd >= 0 && slot.client == client && slot.ring_bytes == bytes;
    int worth = fits ? 2 : slot.ring_fd < 0 ? 1 : 0;
    if (worth > best) found = number, best = worth;
  }
  return found;
}

bool Sessions::MakeRoom(uint64_t bytes) {
  uint64_t used = 0;
  for (const Slot& slot : slots_)
    if (slot.ring_fd >= 0) used += slot.ring_bytes;
  for (uint32_t number = 0; number < SPY_SLOTS && used + bytes > kAllRingsBytesMost; number++) {
    if (slots_[number].token != 0 || slots_[number].ring_fd < 0) continue;
    used -= slots_[number].ring_bytes;
    DropRing(number);
  }
  return used + bytes <= kAllRingsBytesMost;
}

Failure Sessions::PrepareRing(int client, uint32_t number, uint64_t bytes) {
  Slot& slot = slots_[number];
  if (slot.ring_fd >= 0 && slot.client == client && slot.ring_bytes == bytes) return {};
  if (!MakeRoom(bytes))
    return {EDQUOT, "make the ring buffer: those of all sessions of a user have 1 GiB together", ""};
  int ring = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "spy_ring", 0, 0, bytes, nullptr);
  if (ring < 0) return {errno, "create the ring buffer", ""};
  if (Failure failure = programs_->SetRing(number, ring)) {
    close(ring);
    return failure;
  }
  if (slot.ring_fd >= 0) close(slot.ring_fd);
  slot.ring_fd = ring;
  slot.ring_bytes = bytes;
  return {};
}

Failure Sessions::Open(int client, const Request& request, Reply* reply, int* ring_fd) {
  uint64_t bytes = request.ring_bytes;
  if (bytes < kRingBytesLeast || bytes > kRingBytesMost || (bytes & (bytes - 1)) != 0)
    return Invalid("size of the ring");
  if (Failure failure = programs_->Load(request.groups)) return failure;
  if (Failure failure = programs_->Attach()) return failure;

  int number = FindSlot(client, bytes);
  if (number < 0) return {kAllSlotsTaken, "find a free slot (64 sessions are open)", ""};
  uint64_t token = 0;
  while (token == 0)
    if (getrandom(&token, sizeof(token), 0) != sizeof(token)) return {errno, "make a token", ""};
  if (Failure failure = PrepareRing(client, number, bytes)) return failure;
  spy_session* session = programs_->session(number);
  memset(session, 0, sizeof(*session));
  session->sequence = programs_->NextSequence();
  session->groups = request.groups;
  memcpy(session->syscalls, request.syscalls, sizeof(session->syscalls));
  session->ring_bytes = bytes;
  session->reserve_bytes = std::max(bytes / 8, kReserveBytesLeast);
  __atomic_store_n(&session->token, token, __ATOMIC_RELEASE);
  slots_[number].token = token;
  slots_[number].client = client;
  reply->slot = number;
  reply->session = session->sequence & 0xffff;
  reply->token = token;
  reply->capabilities = programs_->capabilities(request.groups);
  slots_[number].tally = programs_->Count();
  *ring_fd = slots_[number].ring_fd;
  return {};
}

void Sessions::Close(uint32_t slot) {
  spy_session* session = programs_->session(slot);
  __atomic_store_n(&session->active, 0u, __ATOMIC_RELEASE);
  __atomic_store_n(&session->token, uint64_t{0}, __ATOMIC_RELEASE);
  slots_[slot].token = 0;
  programs_->DropCounts();
}

void Sessions::Forget(int client) {
  for (uint32_t number = 0; number < SPY_SLOTS; number++) {
    if (slots_[number].client != client) continue;
    if (slots_[number].token != 0) Close(number);
    slots_[number].client = -1;
  }
}

Reply Sessions::Answer(int client, const Request& request, int* ring_fd) {
  Reply reply = {};
  reply.version = kProtocolVersion;
  *ring_fd = -1;
  if (request.version != kProtocolVersion) {
    Say(&reply, {EPROTO, "agree on a protocol: addon and helper are of different versions; rebuild both", ""});
  } else if (request.type == RequestType::kOpen) {
    Say(&reply, Open(client, request, &reply, ring_fd));
  } else if (request.type == RequestType::kHello) {
    /* An answer is all that is asked for. */
  } else if (!Owns(client, request)) {
    Say(&reply, Invalid("find the session"));
  } else if (request.type == RequestType::kScan) {
    Say(&reply, programs_->Scan(request.slot, request.self != 0));
  } else if (request.type == RequestType::kClose) {
    reply.missed = programs_->MissedSince(slots_[request.slot].tally);
    Close(request.slot);
  } else if (request.type == RequestType::kFlush) {
    Say(&reply, programs_->Flush());
    reply.missed = programs_->MissedSince(slots_[request.slot].tally);
  } else if (request.type == RequestType::kStats) {
    reply.missed = programs_->MissedSince(slots_[request.slot].tally);
  } else {
    Say(&reply, Invalid("understand the request"));
  }
  return reply;
}

}  // namespace spyscall
