// SPDX-License-Identifier: MIT
#include "intake.h"

#include <cstring>

namespace spyscall {

void Intake::Take(const uint8_t* sample, uint32_t bytes) {
  spy_header header;
  if (bytes < sizeof(header)) return;
  memcpy(&header, sample, sizeof(header));
  if (header.session != stamp_) return;
  if (header.size < sizeof(header) || header.size > bytes || header.size % 8 != 0 || header.size > Log::kRecordMost)
    return;
  uint64_t before = taken_++;
  if (header.kind == SPY_RECORD_MARK && header.size >= sizeof(spy_record_mark)) {
    spy_record_mark mark;
    memcpy(&mark, sample, sizeof(mark));
    TakeMark(mark, before);
    if (!(mark.number & kUserMark)) {
      barrier_seen = mark.number;
      return;
    }
  }
  if (header.kind == SPY_RECORD_SYSCALL_COUNT) counts++;
  log_->Append(sample, header.size);
}

/* What was put into the ring before the mark has come by, or something took it from us. */
void Intake::TakeMark(const spy_record_mark& mark, uint64_t before) {
  delivered = mark.delivered;
  memcpy(lost, mark.lost, sizeof(lost));
  pending = mark.pending;
  if (before < mark.delivered && vanished < mark.delivered - before) vanished = mark.delivered - before;
}

}  // namespace spyscall
