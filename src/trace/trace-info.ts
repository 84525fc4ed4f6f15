// SPDX-License-Identifier: MIT
// What is known of a trace beside its events.
import type { Architecture } from './architecture.ts'
import type { EnvironmentOption } from './environment-policy.ts'
import type { LogSource } from './log.ts'
import type { RootDescription } from './process-view.ts'

/** Records that are missing, by reason. */
export interface Lost {
  /** Records that found no room in the ring: file and network accesses. */
  readonly ring: number
  /** As above, of fork, thread, exec and exit: the tree itself has holes. */
  readonly lifecycle: number
  /** Records for which no build space was free on the CPU. */
  readonly scratch: number
  /** Tasks whose membership could not be stored: a subtree is missing. */
  readonly member: number
  /** Strings whose memory could not be read. The record is there, and says so. */
  readonly unreadable: number
  /** Strings cut short. The record is there, and says so. */
  readonly truncated: number
  /** Sockets whose owner could not be stored: how their connection ended is missing. */
  readonly socket: number
  /** Operations of io_uring that could not be followed: how they ended is missing. */
  readonly uring: number
  /** Runs of our programs that the kernel skipped. */
  readonly missed: number
  /** Bytes of the log that could not be kept (spill file full). */
  readonly spill: number
}

/** A reason why the absence of an event proves nothing. `text` is a sentence for people. */
export interface Gap {
  readonly reason: string
  readonly count: number
  readonly text: string
}

export interface TraceInfo {
  /** Of the machine that it was recorded on. */
  readonly architecture: Architecture
  readonly scope: 'descendants' | 'self' | 'run'
  readonly groups: readonly string[]
  /** Folder that relative patterns are relative to. */
  readonly projectRoot: string
  /** Home folder of who recorded, and where they put temporary files; each as it is spelled, and without links where that is another path. Snapshots have placeholders for them. */
  readonly home: readonly string[]
  readonly temporary: readonly string[]
  /** System calls whose events were asked for, by name: others are in no event of the kind `syscall`. Of the group `syscall` alone, without names, empty. */
  readonly syscalls: readonly string[] | 'all'
  /** Variables of environments whose values were asked for: option `env` of the session. */
  readonly env: EnvironmentOption
  readonly capabilities: readonly string[]
}

/** What is known of a trace beside its records: how far they go, and what is missing. */
export interface TraceState {
  readonly lost: Lost
  /** The helper ended before the session did. */
  readonly helperLost: boolean
  /** A record was begun and never finished. */
  readonly stuck: boolean
  /** Records that were delivered into the ring and never came out of it. */
  readonly vanished: number
  /** The scope is `'run'`, and nothing was run: the trace can only be empty. */
  readonly neverRan: boolean
}

/** Where a trace comes from: a live session, or a file. */
export interface TraceOrigin {
  readonly info: TraceInfo
  readonly root: RootDescription
  readonly log: LogSource
  /** Labels of the marks, in order. */
  readonly labels: readonly string[]
  /** Brings the log up to now, for a live session; says what is missing. `missed`: that count, too, which costs a question to the helper. */
  refresh(missed: boolean): TraceState
}
