// SPDX-License-Identifier: MIT
import type { EventKind } from './event.ts'
import { chunkOfPlace, offsetOfPlace, type Place, placeOf } from './log.ts'

/** Number of each kind of event; 0 is an entry that another one replaced. */
export const EntryKind = {
  replaced: 0,
  fork: 1,
  thread: 2,
  exec: 3,
  exit: 4,
  chdir: 5,
  open: 6,
  connect: 7,
  send: 8,
  mark: 9,
  io: 10,
  rename: 11,
  unlink: 12,
  rmdir: 13,
  mkdir: 14,
  link: 15,
  symlink: 16,
  mknod: 17,
  chmod: 18,
  chown: 19,
  truncate: 20,
  utimes: 21,
  xattr: 22,
  stat: 23,
  access: 24,
  readlink: 25,
  list: 26,
  sync: 27,
  socket: 28,
  bind: 29,
  listen: 30,
  accept: 31,
  dns: 32,
  signal: 33,
  namespace: 34,
  mount: 35,
  umount: 36,
  chroot: 37,
  pivotRoot: 38,
  credentials: 39,
  ptrace: 40,
  bpf: 41,
  module: 42,
  ioUring: 43,
  syscall: 44,
} as const satisfies Record<EventKind | 'replaced', number>

/** Kinds of event by number. */
export const entryKinds: readonly (EventKind | null)[] = Object.keys(EntryKind).map((name) =>
  name === 'replaced' ? null : (name as EventKind),
)

const pageBits = 16
const pageEntries = 1 << pageBits
const pageMask = pageEntries - 1

/** A place within a chunk in units of 8 bytes: 16 bits of it, and one more that stands above the number of the group. */
const offsetLimit = 1 << 17
const offsetBit = 1 << 16
const groupBits = 31
const groupMask = 2 ** groupBits - 1

/**
 * What is kept of every event until it is decoded, 6 bytes each: ten million events have to fit beside a bounded log. Kind, process and class are told by the group that the event
 * belongs to, of which there are few; the place by its offset, and by which events are a chunk's first.
 */
export class EntryTable {
  readonly #groups: Uint32Array[] = []
  readonly #offsets: Uint16Array[] = []
  readonly #table = new GroupTable()
  /** Index of the first event of each chunk. */
  readonly #firsts: number[] = []
  /** Of events that were not added in the order of their places, and of those far out in a large chunk. */
  readonly #oddPlaces = new Map<number, Place>()
  #chunk = 0
  #replaced = 0
  length = 0

  /** How many there are that no other one replaced. */
  get count(): number {
    return this.length - this.#replaced
  }

  add(kind: number, place: Place, process: number, text: number): number {
    const at = this.length++
    const page = at >>> pageBits
    if (page === this.#groups.length) {
      this.#groups.push(new Uint32Array(pageEntries))
      this.#offsets.push(new Uint16Array(pageEntries))
    }
    const chunk = chunkOfPlace(place)
    while (this.#firsts.length <= chunk) this.#firsts.push(at)
    const offset = offsetOfPlace(place) / 8
    if (chunk < this.#firsts.length - 1 || offset >= offsetLimit) this.#oddPlaces.set(at, place)
    const group = this.#table.groupOf(kind, process, text)
    ;(this.#groups[page] as Uint32Array)[at & pageMask] = offset & offsetBit ? group + 2 ** groupBits : group
    ;(this.#offsets[page] as Uint16Array)[at & pageMask] = offset
    return at
  }

  kind(at: number): number {
    return this.#table.kinds[this.#group(at)] as number
  }

  place(at: number): Place {
    if (this.#oddPlaces.size > 0) {
      const odd = this.#oddPlaces.get(at)
      if (odd !== undefined) return odd
    }
    const high = (this.#groups[at >>> pageBits] as Uint32Array)[at & pageMask] as number
    const low = (this.#offsets[at >>> pageBits] as Uint16Array)[at & pageMask] as number
    return placeOf(this.#chunkOf(at), (low + (high > groupMask ? offsetBit : 0)) * 8)
  }

  /** Index of the process in the process table. */
  process(at: number): number {
    return this.#table.processes[this.#group(at)] as number
  }

  /** Number of its class in the interner, 0 without one; of a fork the index of the child. */
  text(at: number): number {
    return this.#table.texts[this.#group(at)] as number
  }

  replace(at: number): void {
    this.#regroup(at, this.#table.groupOf(EntryKind.replaced, 0, 0))
    this.#replaced++
  }

  /** Gives it another class. */
  reclass(at: number, text: number): void {
    this.#regroup(at, this.#table.groupOf(this.kind(at), this.process(at), text))
  }

  #regroup(at: number, group: number): void {
    const page = this.#groups[at >>> pageBits] as Uint32Array
    const high = (page[at & pageMask] as number) > groupMask
    page[at & pageMask] = high ? group + 2 ** groupBits : group
  }

  #group(at: number): number {
    return ((this.#groups[at >>> pageBits] as Uint32Array)[at & pageMask] as number) & groupMask
  }

  /** The chunk of an event: that of the one asked for last, mostly. */
  #chunkOf(at: number): number {
    const firsts = this.#firsts
    const known = this.#chunk
    if ((firsts[known] as number) <= at && at < (firsts[known + 1] ?? Number.POSITIVE_INFINITY)) return known
    let low = 0
    let high = firsts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((firsts[middle] as number) <= at) low = middle
      else high = middle - 1
    }
    this.#chunk = low
    return low
  }
}

/** Events of one kind, by one process, of one class. */
class GroupTable {
  kinds = new Uint8Array(1024)
  processes = new Uint32Array(1024)
  texts = new Uint32Array(1024)
  readonly #numbers = new Map<number | string, number>()
  /** The group found last, by class: most events are of the same process as the one before of their class. */
  #recent = new Uint32Array(1024)
  #length = 0

  groupOf(kind: number, process: number, text: number): number {
    if (text < this.#recent.length) {
      const recent = this.#recent[text] as number
      if (recent < this.#length && this.kinds[recent] === kind && this.processes[recent] === process)
        if (this.texts[recent] === text) return recent
    }
    const key = keyOf(kind, process, text)
    let group = this.#numbers.get(key)
    if (group === undefined) {
      group = this.#add(kind, process, text)
      this.#numbers.set(key, group)
    }
    while (text >= this.#recent.length) this.#recent = grown(this.#recent, new Uint32Array(this.#recent.length * 2))
    this.#recent[text] = group
    return group
  }

  #add(kind: number, process: number, text: number): number {
    const at = this.#length++
    if (at === this.kinds.length) {
      this.kinds = grown(this.kinds, new Uint8Array(at * 2))
      this.processes = grown(this.processes, new Uint32Array(at * 2))
      this.texts = grown(this.texts, new Uint32Array(at * 2))
    }
    this.kinds[at] = kind
    this.processes[at] = process
    this.texts[at] = text
    return at
  }
}

/** A number while all three fit into one. */
function keyOf(kind: number, process: number, text: number): number | string {
  return process < 2 ** 21 && text < 2 ** 26 ? process * 2 ** 32 + text * 64 + kind : `${process} ${text} ${kind}`
}

function grown<A extends { set(from: A): void }>(from: A, to: A): A {
  to.set(from)
  return to
}
