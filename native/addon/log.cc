// SPDX-License-Identifier: MIT
#include "log.h"
#include "retry.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace spyscall {
namespace {

bool WriteAll(int fd, const uint8_t* data, size_t bytes, int64_t offset) {
  while (bytes > 0) {
    ssize_t written = Retry([&] { return pwrite(fd, data, bytes, offset); });
    if (written <= 0) return false;
    data += written;
    bytes -= written;
    offset += written;
  }
  return true;
}

bool ReadAll(int fd, uint8_t* out, size_t bytes, int64_t offset) {
  while (bytes > 0) {
    ssize_t length = Retry([&] { return pread(fd, out, bytes, offset); });
    if (length <= 0) return false;
    out += length;
    bytes -= length;
    offset += length;
  }
  return true;
}

}  // namespace

Log::~Log() {
  if (spill_fd_ >= 0) close(spill_fd_);
}

void Log::Append(const uint8_t* record, uint32_t bytes) {
  std::lock_guard lock(mutex_);
  if (chunks_.empty() || chunks_.back().bytes + bytes > kChunkBytes) {
    while (memory_used_ + kChunkBytes > memory_bytes_ && oldest_in_memory_ < chunks_.size()) SpillOldest();
    Chunk chunk;
    chunk.memory.reset(new uint8_t[kChunkBytes]);
    chunks_.push_back(std::move(chunk));
    memory_used_ += kChunkBytes;
  }
  Chunk& last = chunks_.back();
  memcpy(last.memory.get() + last.bytes, record, bytes);
  last.bytes += bytes;
}

void Log::SpillOldest() {
  Chunk& chunk = chunks_[oldest_in_memory_++];
  if (spill_fd_ < 0) spill_fd_ = OpenSpillFile();
  if (spill_fd_ >= 0 && WriteAll(spill_fd_, chunk.memory.get(), chunk.bytes, spill_bytes_)) {
    chunk.file_offset = spill_bytes_;
    spill_bytes_ += chunk.bytes;
  } else {
    lost_bytes_ += chunk.bytes;
    chunk.bytes = 0;
  }
  chunk.memory.reset();
  memory_used_ -= kChunkBytes;
}

int Log::OpenSpillFile() {
  int fd = open(spill_folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0) return fd;
  std::string name = spill_folder_ + "/spyscall-XXXXXX";
  fd = mkostemp(name.data(), O_CLOEXEC);
  if (fd >= 0) unlink(name.c_str());
  return fd;
}

size_t Log::chunks() const {
  std::lock_guard lock(mutex_);
  return chunks_.size();
}

uint32_t Log::ChunkBytes(size_t chunk) const {
  std::lock_guard lock(mutex_);
  return chunk < chunks_.size() ? chunks_[chunk].bytes : 0;
}

bool Log::Read(size_t index, uint8_t* out, uint32_t bytes) const {
  std::lock_guard lock(mutex_);
  if (index >= chunks_.size()) return false;
  const Chunk& chunk = chunks_[index];
  if (bytes > chunk.bytes) return false;
  if (chunk.memory) {
    memcpy(out, chunk.memory.get(), bytes);
    return true;
  }
  return bytes == 0 || (chunk.file_offset >= 0 && ReadAll(spill_fd_, out, bytes, chunk.file_offset));
}

uint64_t Log::lost_bytes() const {
  std::lock_guard lock(mutex_);
  return lost_bytes_;
}

}  // namespace spyscall
