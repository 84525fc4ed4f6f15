/* SPDX-License-Identifier: MIT */
/* The consumer's side of a BPF ring buffer, by its documented memory layout: no libbpf, no bpf(2). */
#ifndef SPY_ADDON_RING_H
#define SPY_ADDON_RING_H

#include <cstddef>
#include <cstdint>
#include <memory>

namespace spyscall {

class Ring {
 public:
  /* Takes over `fd`. Null with errno set when the memory cannot be mapped. */
  static std::unique_ptr<Ring> Map(int fd, size_t bytes);
  ~Ring();
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  int fd() const { return fd_; }

  /*
   * Hands every record up to what had been reserved at the call to `take(const uint8_t*, uint32_t)`, in order. A record that another CPU is still writing
   * is waited for, up to `patience_ms`; false when that ran out, and when the ring does not hold what it says.
   */
  template <typename Take>
  bool Consume(int patience_ms, Take take) {
    uint64_t consumer = __atomic_load_n(consumer_, __ATOMIC_RELAXED);
    uint64_t producer = __atomic_load_n(producer_, __ATOMIC_ACQUIRE);
    while (consumer < producer) {
      const uint8_t* at = data_ + (consumer & (bytes_ - 1));
      uint32_t head = WaitCommitted(reinterpret_cast<const uint32_t*>(at), patience_ms);
      if (head & kBusy) return false;
      uint32_t length = head & ~(kBusy | kDiscarded);
      if (length + kHeadBytes > producer - consumer || length + kHeadBytes > bytes_) return false;
      if (!(head & kDiscarded)) take(at + kHeadBytes, length);
      consumer += (length + kHeadBytes + 7) & ~uint64_t{7};
      __atomic_store_n(consumer_, consumer, __ATOMIC_RELEASE);
    }
    return true;
  }

 private:
  static constexpr uint32_t kBusy = 1u << 31;
  static constexpr uint32_t kDiscarded = 1u << 30;
  static constexpr uint32_t kHeadBytes = 8;

  Ring(int fd, size_t bytes) : fd_(fd), bytes_(bytes) {}
  static uint32_t WaitCommitted(const uint32_t* head, int patience_ms);

  int fd_;
  size_t bytes_;
  uint64_t* consumer_ = nullptr;
  const uint64_t* producer_ = nullptr;
  const uint8_t* data_ = nullptr; /* mapped twice in a row, so that a record never wraps */
};

}  // namespace spyscall

#endif
