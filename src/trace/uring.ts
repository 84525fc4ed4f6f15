// SPDX-License-Identifier: MIT
import { countBelow } from './ascending.ts'
import type { Place } from './log.ts'
import { Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'

/** SPY_ROUTE_AIO. */
const routeAio = 3

/** Where an operation was submitted. */
export interface Submission {
  readonly place: Place
  /** Position of the event before. */
  readonly position: number
}

/** An operation whose end has not been seen. */
export interface RingOperation extends Submission {
  readonly process: number
  readonly silent: boolean
  /** Its entry, when its process died first; else null. */
  entry: number | null
}

/** Operations of io_uring: which submission an end belongs to, and what could not be followed. */
export class RingOperations {
  readonly #pending = new Map<number, RingOperation>()
  // Ends, in the order of the log, and the submission of each: there can be millions.
  readonly #ends: Place[] = []
  readonly #places: Place[] = []
  readonly #positions: number[] = []
  readonly #looks = new Set<string>()
  #silent = 0
  /** Operations that are no events and would be as system calls, and files that were opened and not seen. */
  unseen = 0
  /** Reads, writes and syncs by io_submit. */
  submitted = 0

  /** How many operations cannot be followed. Of those that end in silence it is never known whether they succeeded. */
  get unfollowed(): number {
    return this.unseen + this.#silent
  }

  /** A route was taken that is not seen. */
  miss(r: RecordReader): void {
    if (r.u32(Offset.blind.route) === routeAio) this.submitted += r.u32(Offset.blind.detail)
    else this.unseen++
  }

  submit(r: RecordReader, place: Place, process: number, position: number): void {
    const silent = r.u32(Offset.uring.silent) === 1
    if (silent) this.#silent++
    this.#pending.set(r.s64(Offset.uring.id), { place, position, process, silent, entry: null })
  }

  /** Joins an end to its submission; undefined for one whose submission was lost. */
  end(r: RecordReader, place: Place): RingOperation | undefined {
    const id = r.s64(Offset.uringEnd.id)
    const operation = this.#pending.get(id)
    if (operation === undefined) return undefined
    this.#pending.delete(id)
    this.#ends.push(place)
    this.#places.push(operation.place)
    this.#positions.push(operation.position)
    if (operation.silent) this.#silent--
    if (r.u32(Offset.uringEnd.unseen) === 1) this.unseen++
    return operation
  }

  /** The submission of the end at a place; undefined where there is none. */
  submission(end: Place): Submission | undefined {
    const at = countBelow(this.#ends, end)
    const place = this.#places[at]
    const position = this.#positions[at]
    return this.#ends[at] !== end || place === undefined || position === undefined ? undefined : { place, position }
  }

  /** A look is told once for each program that a process runs, as the kernel side does of system calls. */
  isFirstLook(look: string): boolean {
    const isFirst = !this.#looks.has(look)
    this.#looks.add(look)
    return isFirst
  }

  /** What a process had under way, and was not told yet. */
  *leftBy(process: number): Generator<RingOperation> {
    for (const operation of this.#pending.values())
      if (operation.process === process && operation.entry === null) yield operation
  }
}
