// SPDX-License-Identifier: MIT
#include "ring.h"

#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>

namespace spyscall {

std::unique_ptr<Ring> Ring::Map(int fd, size_t bytes) {
  std::unique_ptr<Ring> ring(new Ring(fd, bytes));
  size_t page = sysconf(_SC_PAGESIZE);
  void* consumer = mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (consumer == MAP_FAILED) return nullptr;
  ring->consumer_ = static_cast<uint64_t*>(consumer);
  void* producer = mmap(nullptr, page + 2 * bytes, PROT_READ, MAP_SHARED, fd, page);
  if (producer == MAP_FAILED) return nullptr;
  ring->producer_ = static_cast<const uint64_t*>(producer);
  ring->data_ = static_cast<const uint8_t*>(producer) + page;
  return ring;
}

Ring::~Ring() {
  size_t page = sysconf(_SC_PAGESIZE);
  if (consumer_ != nullptr) munmap(consumer_, page);
  if (producer_ != nullptr) munmap(const_cast<uint64_t*>(producer_), page + 2 * bytes_);
  close(fd_);
}

uint32_t Ring::WaitCommitted(const uint32_t* head, int patience_ms) {
  uint32_t value = __atomic_load_n(head, __ATOMIC_ACQUIRE);
  if (!(value & kBusy)) return value;
  auto limit = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
  while ((value & kBusy) && std::chrono::steady_clock::now() < limit) {
    sched_yield();
    value = __atomic_load_n(head, __ATOMIC_ACQUIRE);
  }
  return value;
}

}  // namespace spyscall
