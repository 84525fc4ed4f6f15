// SPDX-License-Identifier: MIT
// SKETCH of the public surface while the decoder is written; signatures are binding.
import type { EventKind, EventOf, TraceEvent } from './event.ts'
import type { Process } from './process.ts'

/** Records that are missing, by reason. All zero (and no `blind` route, and `helper` alive) is what `complete` means. */
export interface Lost {
  /** Records that found no room in the ring: file and network accesses. */
  readonly ring: number
  /** As above, of fork, thread, exec and exit: the tree itself has holes. */
  readonly lifecycle: number
  readonly scratch: number
  /** Tasks whose membership could not be stored: a subtree is missing. */
  readonly member: number
  /** Strings whose memory could not be read. The record is there, and says so. */
  readonly unreadable: number
  /** Strings cut short. The record is there, and says so. */
  readonly truncated: number
  readonly socket: number
  /** Runs of our programs that the kernel skipped (recursion). */
  readonly missed: number
  /** Bytes that could not be kept (spill file full). */
  readonly spill: number
}

/** A reason why the absence of an event proves nothing. `text` is a sentence for people. */
export interface Gap {
  readonly reason: string
  readonly count: number
  readonly text: string
}

export interface TraceInfo {
  readonly scope: 'descendants' | 'self' | 'run'
  readonly groups: readonly string[]
  /** Folder that relative patterns are relative to. */
  readonly projectRoot: string
  readonly capabilities: readonly string[]
}

export declare class Trace {
  /** Everything recorded so far, in order. Reading it drains first when the session is open. Frozen; decoded on first use of each. */
  get events(): readonly TraceEvent[]
  get processes(): readonly Process[]
  /** The test process: the root of the tree. Its children are what the test started. */
  get tree(): Process
  /** Descendants that still run (live: now; stopped: at the stop). */
  get running(): readonly Process[]
  /** Descendants of the test that were there before the session and are therefore not recorded. */
  get preexisting(): readonly { readonly pid: number; readonly comm: string; readonly exe: string }[]
  get lost(): Lost
  /** No record lost, no route used that the session cannot see. */
  get complete(): boolean
  /** Why `complete` is false, one entry a reason; empty when it is true. */
  get gaps(): readonly Gap[]
  get info(): TraceInfo
  /** Events of one kind, in order; cheaper than filtering `events`. */
  ofKind<K extends EventKind>(kind: K): readonly EventOf<K>[]
  filter(predicate: (event: TraceEvent) => boolean): TraceEvent[]
  find(predicate: (event: TraceEvent) => boolean): TraceEvent | undefined
  /** The process tree as text for a terminal, escaped: argv, exit, main accesses. */
  print(): string
  save(path: string): void
  static load(path: string): Trace
  /** True for a Trace of any copy of this module (branded by Symbol.for('spyscall.trace')). */
  static isTrace(value: unknown): value is Trace
}
