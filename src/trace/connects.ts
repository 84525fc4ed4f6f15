// SPDX-License-Identifier: MIT
import type { EntryTable } from './entries.ts'
import type { StringInterner } from './interner.ts'
import type { Place } from './log.ts'
import { Flag, Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'

/** What later records said about a connection attempt that TCP's SYN began. */
export interface ConnectParts {
  /** Return of connect(2). */
  returned: Place | null
  /** How the attempt ended: 0 established, positive errno, -1 given up; null while it is open. */
  end: number | null
  readonly tid: number
}

/** What is joined to the class of an attempt. */
const Joined = { returned: 0x100, ended: 0x101 } as const

/** Connection attempts that several records tell: TCP's SYN, connect(2)'s return, how it ended. Of one that connect(2)'s return alone tells nothing is kept here. */
export class Connects {
  readonly #byEntry = new Map<number, ConnectParts>()
  readonly #byCookie = new Map<bigint, number>()
  readonly #entries: EntryTable
  readonly #strings: StringInterner
  readonly #changed: Set<number>

  constructor(entries: EntryTable, strings: StringInterner, changed: Set<number>) {
    this.#entries = entries
    this.#strings = strings
    this.#changed = changed
  }

  /** Undefined of an attempt that is one record. */
  partsOf(entry: number): ConnectParts | undefined {
    return this.#byEntry.get(entry)
  }

  /** Takes in connect(2)'s return, where the attempt is known by its SYN: gives the entry, else null. */
  takeReturn(r: RecordReader, place: Place, text: number): number | null {
    const cookie = r.u64(Offset.connect.cookie)
    const begun = cookie === 0n ? undefined : this.#byCookie.get(cookie)
    const parts = begun === undefined ? undefined : this.#byEntry.get(begun)
    if (begun === undefined || parts === undefined || parts.returned !== null) return null
    // Through a ring, another thread of the process may have begun it.
    if (parts.tid !== r.u32(Offset.header.tid) && !(r.flags & Flag.uring)) return null
    parts.returned = place
    this.#join(begun, Joined.returned, text)
    return begun
  }

  /** Takes in a SYN, of which the entry was made. */
  begin(r: RecordReader, entry: number): void {
    this.#byEntry.set(entry, { returned: null, end: null, tid: r.u32(Offset.header.tid) })
    this.#byCookie.set(r.u64(Offset.connect.cookie), entry)
  }

  /** connect(2) is to return again. False of an attempt that its return alone tells. */
  retract(entry: number): boolean {
    const parts = this.#byEntry.get(entry)
    if (parts === undefined) return false
    parts.returned = null
    return true
  }

  takeEnd(r: RecordReader): void {
    const entry = this.#byCookie.get(r.u64(Offset.connectEnd.cookie))
    const parts = entry === undefined ? undefined : this.#byEntry.get(entry)
    if (entry === undefined || parts === undefined) return
    parts.end = r.s32(Offset.connectEnd.error)
    this.#join(entry, Joined.ended, parts.end)
  }

  /** The class tells all that was ever joined: it may be finer than it has to be, never coarser. */
  #join(entry: number, what: number, word: number): void {
    const text = this.#strings.join(what, this.#entries.text(entry), word)
    this.#entries.reclass(entry, text)
    this.#changed.add(entry)
  }
}
