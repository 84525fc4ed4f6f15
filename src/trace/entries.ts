// SPDX-License-Identifier: MIT
import type { EventKind } from './event.ts'
import type { Place } from './log.ts'

/** Kinds of event by number; 0 is an entry that another one replaced. */
export const entryKinds: readonly (EventKind | null)[] = [
  null,
  'fork',
  'thread',
  'exec',
  'exit',
  'chdir',
  'open',
  'connect',
  'send',
  'mark',
]

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
} as const

/** What is kept of every event until it is decoded: 25 bytes each, in columns. */
export class EntryTable {
  #kinds = new Uint8Array(1024)
  #places = new Float64Array(1024)
  #seqs = new Float64Array(1024)
  #processes = new Uint32Array(1024)
  #texts = new Uint32Array(1024)
  length = 0

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

  /** Of an open: number of its strings in the interner. */
  text(at: number): number {
    return this.#texts[at] as number
  }

  replace(at: number): void {
    this.#kinds[at] = EntryKind.replaced
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
