// SPDX-License-Identifier: MIT
import type { EventKind } from './event.ts'
import type { Place } from './log.ts'

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

/** What is kept of every event until it is decoded: 25 bytes each, in columns. */
export class EntryTable {
  #kinds = new Uint8Array(1024)
  #places = new Float64Array(1024)
  #seqs = new Float64Array(1024)
  #processes = new Uint32Array(1024)
  #texts = new Uint32Array(1024)
  #replaced = 0
  length = 0

  /** How many there are that no other one replaced. */
  get count(): number {
    return this.length - this.#replaced
  }

  add(kind: number, place: Place, seq: number, process: number, text: number): number {
    if (this.length === this.#kinds.length) this.#grow()
    const at = this.length++
    this.#kinds[at] = kind
    this.#places[at] = place
    this.#seqs[at] = seq
    this.#processes[at] = process
    this.#texts[at] = text
    return at
  }

  kind(at: number): number {
    return this.#kinds[at] as number
  }

  place(at: number): Place {
    return this.#places[at] as number
  }

  /** Number of the record in the session's order. */
  seq(at: number): number {
    return this.#seqs[at] as number
  }

  /** Index of the process in the process table. */
  process(at: number): number {
    return this.#processes[at] as number
  }

  /**
   * Number of its class in the interner, 0 without one; of a fork the index of the child; of a signal the index of its target, and of a namespace that of the child, plus
   * one.
   */
  text(at: number): number {
    return this.#texts[at] as number
  }

  replace(at: number): void {
    this.#kinds[at] = EntryKind.replaced
    this.#replaced++
  }

  #grow(): void {
    const size = this.#kinds.length * 2
    this.#kinds = grown(this.#kinds, new Uint8Array(size))
    this.#places = grown(this.#places, new Float64Array(size))
    this.#seqs = grown(this.#seqs, new Float64Array(size))
    this.#processes = grown(this.#processes, new Uint32Array(size))
    this.#texts = grown(this.#texts, new Uint32Array(size))
  }
}

function grown<A extends { set(from: A): void }>(from: A, to: A): A {
  to.set(from)
  return to
}
