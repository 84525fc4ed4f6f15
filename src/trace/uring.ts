// SPDX-License-Identifier: MIT
import type { Place } from './log.ts'
import { Offset, type RecordReader } from './record.ts'

/** An operation whose end has not been seen. */
export interface RingOperation {
  readonly place: Place
  readonly process: number
  readonly silent: boolean
  /** Its entry, when its process died first; else null. */
  entry: number | null
}

/** Operations of io_uring: which submission an end belongs to, and what could not be followed. */
export class RingOperations {
  readonly #pending = new Map<number, RingOperation>()
  readonly #submissions = new Map<Place, Place>()
  #silent = 0
  /** Operations that are no events and would be as system calls, and files that were opened and not seen. */
  unseen = 0

  /** How many operations cannot be followed. Of those that end in silence it is never known whether they succeeded. */
  get unfollowed(): number {
    return this.unseen + this.#silent
  }

  submit(r: RecordReader, place: Place, process: number): void {
    const silent = r.u32(Offset.uring.silent) === 1
    if (silent) this.#silent++
    this.#pending.set(r.s64(Offset.uring.id), { place, process, silent, entry: null })
  }

  /** Joins an end to its submission; undefined for one whose submission was lost. */
  end(r: RecordReader, place: Place): RingOperation | undefined {
    const id = r.s64(Offset.uringEnd.id)
    const operation = this.#pending.get(id)
    if (operation === undefined) return undefined
    this.#pending.delete(id)
    this.#submissions.set(place, operation.place)
    if (operation.silent) this.#silent--
    if (r.u32(Offset.uringEnd.unseen) === 1) this.unseen++
    return operation
  }

  /** Place of the submission of the end at a place. */
  submission(end: Place): Place | undefined {
    return this.#submissions.get(end)
  }

  /** What a process had under way, and was not told yet. */
  *leftBy(process: number): Generator<RingOperation> {
    for (const operation of this.#pending.values())
      if (operation.process === process && operation.entry === null) yield operation
  }
}
