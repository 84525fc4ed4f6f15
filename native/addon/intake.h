/* SPDX-License-Identifier: MIT */
/* What a session takes out of its ring: records into the log, marks into counters. Used by one thread at a time. */
#ifndef SPY_ADDON_INTAKE_H
#define SPY_ADDON_INTAKE_H

#include <cstdint>

#include "log.h"
#include "record.h"

namespace spyscall {

/* Marks of the library's own count up from 1; marks of the user carry this bit, and are kept in the log. */
constexpr uint64_t kUserMark = uint64_t{1} << 63;

class Intake {
 public:
  /* `stamp`: of this session's records; others are of a program that was under way when the ring's last session closed. */
  Intake(Log* log, uint16_t stamp) : log_(log), stamp_(stamp) {}

  /* One sample of the ring. What cannot be a record counts as vanished. */
  void Take(const uint8_t* sample, uint32_t bytes);

  uint64_t barrier_seen = 0; /* number of the last mark of the library's own */
  uint64_t delivered = 0;    /* by the last mark, as the next two */
  uint64_t lost[SPY_LOST_REASONS] = {};
  int64_t pending = 0;   /* open files whose transfers were not told */
  uint64_t vanished = 0; /* records that were delivered and did not come by */
  uint64_t counts = 0;   /* records of counts of system calls that came by */

 private:
  void TakeMark(const spy_record_mark& mark, uint64_t before);

  Log* log_;
  uint16_t stamp_;
  uint64_t taken_ = 0; /* records of this session that came by */
};

}  // namespace spyscall

#endif
