/* SPDX-License-Identifier: MIT */
/* A session's records, in order, in chunks that records never straddle. Memory is bounded; what exceeds it goes to a file without a name. */
#ifndef SPY_ADDON_LOG_H
#define SPY_ADDON_LOG_H

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace spyscall {

class Log {
 public:
  static constexpr uint32_t kChunkBytes = 1 << 20;
  static constexpr uint32_t kRecordMost = kChunkBytes;

  Log(uint64_t memory_bytes, std::string spill_folder)
      : memory_bytes_(memory_bytes), spill_folder_(std::move(spill_folder)) {}
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /* Of at most kRecordMost bytes. */
  void Append(const uint8_t* record, uint32_t bytes);

  size_t chunks() const;
  uint32_t ChunkBytes(size_t chunk) const;
  /* Copies the first `bytes` of a chunk; false when they could not be read back. */
  bool Read(size_t chunk, uint8_t* out, uint32_t bytes) const;
  /* Bytes that could be kept neither in memory nor in the file. */
  uint64_t lost_bytes() const;

 private:
  struct Chunk {
    std::unique_ptr<uint8_t[]> memory; /* null once spilled, or lost */
    uint32_t bytes = 0;
    int64_t file_offset = -1;
  };

  void SpillOldest();
  int OpenSpillFile();

  mutable std::mutex mutex_;
  std::vector<Chunk> chunks_;
  uint64_t memory_bytes_;
  uint64_t memory_used_ = 0;
  size_t oldest_in_memory_ = 0;
  std::string spill_folder_;
  int spill_fd_ = -1;
  int64_t spill_bytes_ = 0;
  uint64_t lost_bytes_ = 0;
};

}  // namespace spyscall

#endif
