// SPDX-License-Identifier: MIT
// System calls that were asked for by name.
import type { Decode } from './decode-context.ts'
import type { EventKind, Result, SyscallEvent } from './event.ts'
import { Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'

const mostErrno = 4095

const syscall: Decode = (r, entry, context): SyscallEvent => {
  const call = context.call(r, entry, Offset.syscall.result, Offset.syscall.nr)
  const durationNs = r.u64(Offset.syscall.duration_ns)
  return {
    kind: 'syscall',
    ...context.base(r, entry, r.u16(Offset.syscall.endless) === 1 ? 'sys_enter' : 'sys_exit'),
    ...call,
    result: plainResult(r, call.result),
    arguments: Object.freeze(
      [0, 1, 2, 3, 4, 5].map((n) => r.u64(Offset.syscall.arguments + 8 * n)),
    ) as SyscallEvent['arguments'],
    durationNs: durationNs === 0n ? null : durationNs,
  }
}

/** A negative number below those of errnos is a result like any other, such as a position in /dev/mem. */
function plainResult(r: RecordReader, result: Result): Result {
  const value = r.s64(Offset.syscall.result)
  return value < -mostErrno ? { ok: true, value } : result
}

export const syscallDecoders: Readonly<Partial<Record<EventKind, Decode>>> = { syscall }
