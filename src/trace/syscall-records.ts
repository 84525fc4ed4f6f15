// SPDX-License-Identifier: MIT
import type { EntryTable } from './entries.ts'
import type { Place } from './log.ts'
import { Flag, Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'

/** What several records say together of system calls that are told one by one, and the last count of each. */
export class SyscallRecords {
  /** By number and ABI: the record that came last. */
  readonly counts = new Map<number, Place>()
  readonly #pendingByTid = new Map<number, number>()

  /** Entry of a call that had returned to be restarted, and of which a record says now how it ended: that entry is no event any more. */
  takeBefore(r: RecordReader): number | undefined {
    if (r.u16(Offset.syscall.again) === 0) return undefined
    const tid = r.u32(Offset.header.tid)
    const before = this.#pendingByTid.get(tid)
    this.#pendingByTid.delete(tid)
    return before
  }

  /** Whether the call of an entry is to be restarted: another record will say how it ended, unless its task dies. */
  isPending(r: RecordReader, entry: number): boolean {
    if (!(r.flags & Flag.restarted)) return false
    this.#pendingByTid.set(r.u32(Offset.header.tid), entry)
    return true
  }

  /** Entries of a process that has ended whose calls did not. */
  diedWith(process: number, entries: EntryTable): number[] {
    const died: number[] = []
    for (const [tid, entry] of this.#pendingByTid) {
      if (entries.process(entry) !== process) continue
      this.#pendingByTid.delete(tid)
      died.push(entry)
    }
    return died
  }

  takeCount(r: RecordReader, place: Place): void {
    this.counts.set(r.s32(Offset.syscallCount.nr) * 16 + r.u32(Offset.syscallCount.abi), place)
  }
}
