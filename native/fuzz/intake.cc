// SPDX-License-Identifier: MIT
/*
 * Fuzzes the way from the ring to the log, by coverage: the input is what a ring holds. Nothing may be read or written out of bounds, and what comes out of the log is whole records of the session, in
 * order. Built with libFuzzer and its sanitizers by `make -C native fuzz`.
 */
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "addon/intake.h"
#include "addon/log.h"
#include "addon/ring.h"

namespace {

constexpr size_t kRingBytes = 1 << 16;
constexpr uint16_t kStamp = 7;
constexpr size_t kSpilledBytes = 3 << 20; /* of which a log that keeps one MiB in memory puts two into its file */
/* A byte that the reader does not look at: behind the length of the first record. */
constexpr size_t kChoice = 4;

void Require(bool holds) {
  if (!holds) abort();
}

/* The stamp is a secret of two bytes that chance alone does not find: samples get it here, but for one in four places. In another one of four they get their size. */
std::vector<uint8_t> Stamped(const uint8_t* data, size_t bytes) {
  std::vector<uint8_t> out(data, data + bytes);
  for (size_t at = 0; at + 8 + sizeof(spy_header) <= bytes;) {
    uint32_t head;
    memcpy(&head, out.data() + at, sizeof(head));
    if ((at / 8) % 4 != 3) memcpy(out.data() + at + 8 + offsetof(spy_header, session), &kStamp, sizeof(kStamp));
    uint32_t whole = head & 0xfff8;
    if ((at / 8) % 4 == 0) memcpy(out.data() + at + 8 + offsetof(spy_header, size), &whole, sizeof(whole));
    at += ((head & 0xffff) + 8 + 7) & ~size_t{7};
  }
  return out;
}

/* A ring as the kernel maps it: the consumer's page, the producer's, and the data twice in a row. */
int RingOf(const uint8_t* data, size_t bytes) {
  size_t page = sysconf(_SC_PAGESIZE);
  std::vector<uint8_t> image(2 * page + 2 * kRingBytes);
  uint64_t producer = bytes;
  memcpy(image.data() + page, &producer, sizeof(producer));
  for (size_t half = 0; half < 2; half++) memcpy(image.data() + 2 * page + half * kRingBytes, data, bytes);
  int fd = memfd_create("ring", MFD_CLOEXEC);
  Require(fd >= 0 && write(fd, image.data(), image.size()) == static_cast<ssize_t>(image.size()));
  return fd;
}

/* Every record that the log gives back stands whole in its chunk. */
void CheckLog(const spyscall::Log& log) {
  std::vector<uint8_t> chunk;
  for (size_t n = 0; n < log.chunks(); n++) {
    chunk.resize(log.ChunkBytes(n));
    Require(log.Read(n, chunk.data(), chunk.size()));
    for (size_t at = 0; at < chunk.size();) {
      spy_header header;
      Require(chunk.size() - at >= sizeof(header));
      memcpy(&header, chunk.data() + at, sizeof(header));
      Require(header.size >= sizeof(header) && header.size <= chunk.size() - at && header.session == kStamp);
      at += header.size;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 8) return 0;
  size_t bytes = (size < kRingBytes ? size : kRingBytes) & ~size_t{7};
  std::unique_ptr<spyscall::Ring> ring = spyscall::Ring::Map(RingOf(Stamped(data, bytes).data(), bytes), kRingBytes);
  Require(ring != nullptr);
  spyscall::Log log(1 << 20, data[kChoice] % 16 == 1 ? "/nonexistent" : "/tmp");
  spyscall::Intake intake(&log, kStamp);
  uint64_t bytes_taken = 0;
  std::vector<std::vector<uint8_t>> samples;
  ring->Consume(0, [&](const uint8_t* sample, uint32_t length) { samples.emplace_back(sample, sample + length); });
  /* Some so often that the log goes over to its file, which some do not have. */
  size_t total = 0;
  for (const std::vector<uint8_t>& sample : samples) total += sample.size();
  size_t times = data[kChoice] % 16 < 3 && total > 0 ? 1 + kSpilledBytes / total : 1;
  for (size_t n = 0; n < times; n++) {
    for (const std::vector<uint8_t>& sample : samples) {
      bytes_taken += sample.size();
      intake.Take(sample.data(), sample.size());
    }
  }
  uint64_t kept = log.lost_bytes();
  Require(kept == 0 || data[kChoice] % 16 == 1);
  for (size_t n = 0; n < log.chunks(); n++) kept += log.ChunkBytes(n);
  Require(kept <= bytes_taken);
  CheckLog(log);
  return 0;
}
