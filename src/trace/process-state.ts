// SPDX-License-Identifier: MIT
import type { Place } from './log.ts'

/** What the first pass finds out about one process. */
export class ProcessState {
  /** tgid, initial pid namespace. */
  pid: number
  readonly nsPid: number
  readonly parent: ProcessState | null
  readonly childStates: ProcessState[] = []
  readonly execEntries: number[] = []
  startNs: bigint | null = null
  exitEntry: number | null = null
  /** Had more rights than the test for a time. */
  withheld = false
  forkPlace: Place | null = null
  /** Which string of which record last told its working folder. */
  cwdAt: { readonly place: Place; readonly string: number } | null = null

  constructor(pid: number, nsPid: number, parent: ProcessState | null) {
    this.pid = pid
    this.nsPid = nsPid
    this.parent = parent
  }
}
