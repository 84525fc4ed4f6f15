// SPDX-License-Identifier: MIT
import type { Place } from './log.ts'
import { Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'

/** An exec that has begun, and of which the end has not been seen. */
interface Begun {
  readonly place: Place
  readonly process: number
}

/** What several records say together of execs: their entry, the exec itself, more of its arguments and of its environment. */
export class Execs {
  /** Of failed execs: the record of their entry. */
  readonly entryRecords = new Map<number, Place>()
  readonly argvRest = new Map<number, Place[]>()
  readonly environments = new Map<number, Place[]>()
  readonly #byId = new Map<number, number>()
  readonly #begun = new Map<number, Begun>()

  begin(r: RecordReader, place: Place, process: number): void {
    this.#begun.set(r.u32(Offset.header.tid), { place, process })
  }

  /** The thread that called it gets the group's number. */
  succeed(r: RecordReader, entry: number): void {
    this.#begun.delete(r.u32(Offset.exec.old_tid))
    this.#byId.set(r.s64(Offset.exec.exec_id), entry)
  }

  /** `entry`: of the failure; null where it is no event. */
  fail(r: RecordReader, entry: number | null): void {
    const tid = r.u32(Offset.header.tid)
    const begun = this.#begun.get(tid)
    if (entry !== null && begun !== undefined) this.entryRecords.set(entry, begun.place)
    this.#begun.delete(tid)
  }

  /** Takes in more of an exec: of its arguments, or of its environment. Gives its entry; undefined where that was lost. */
  takePart(parts: Map<number, Place[]>, r: RecordReader, place: Place): number | undefined {
    const entry = this.#byId.get(r.s64(Offset.argv.exec_id))
    if (entry === undefined) return undefined
    const known = parts.get(entry)
    if (known === undefined) parts.set(entry, [place])
    else known.push(place)
    return entry
  }

  /** Places of the entries of what a process had begun when it ended. */
  *leftBy(process: number): Generator<Place> {
    for (const [tid, begun] of this.#begun) {
      if (begun.process !== process) continue
      this.#begun.delete(tid)
      yield begun.place
    }
  }
}
