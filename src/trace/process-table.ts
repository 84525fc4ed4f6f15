// SPDX-License-Identifier: MIT
import type { Place } from './log.ts'
import { ProcessState } from './process-state.ts'
import { Flag, Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'

/** The processes of a trace, by index: the test is the first. Records name them by the number of their thread group. */
export class ProcessTable {
  readonly states: ProcessState[] = []
  readonly #byNumber = new Map<number, number>()
  #rootTgid = 0

  constructor(root: ProcessState) {
    this.states.push(root)
  }

  at(index: number): ProcessState {
    return this.states[index] as ProcessState
  }

  /** The test, as its own mark names it. */
  setRoot(tgid: number): void {
    this.#rootTgid = tgid
    this.at(0).pid = tgid
  }

  /** A number that stands for the test, too. */
  addRoot(number: number): void {
    this.#byNumber.set(number, 0)
  }

  /** Takes in a fork: gives the indexes of both. */
  takeFork(r: RecordReader, place: Place, startNs: bigint): { readonly parent: number; readonly child: number } {
    const parent = this.of(r)
    const child = new ProcessState(r.u32(Offset.fork.child_tgid), r.u32(Offset.fork.child_ns_pid), this.at(parent))
    child.startNs = r.u64(Offset.header.time_ns) - startNs
    child.forkPlace = place
    child.cwdAt = { place, string: 0 }
    this.at(parent).childStates.push(child)
    return { parent, child: this.#add(r.u32(Offset.fork.child_process), child) }
  }

  /** Index of the process that a record is of. One whose fork was lost is there without a creator. */
  of(r: RecordReader): number {
    return this.indexOf(r.u32(Offset.header.process), r.u32(Offset.header.tgid))
  }

  indexOf(number: number, tgid: number): number {
    const known = this.#byNumber.get(number)
    if (known !== undefined) return known
    if (number === 0 || tgid === this.#rootTgid) return 0
    return this.#add(number, new ProcessState(tgid, tgid, null))
  }

  /** Whether a record is of a process outside the scope. */
  isOutside(r: RecordReader): boolean {
    return r.u32(Offset.header.process) === 0 && r.u32(Offset.header.tgid) !== this.#rootTgid
  }

  /** Index of the process that a signal was sent to; null for one outside the scope, and of a failure. */
  targetOf(r: RecordReader): number | null {
    if ((r.flags & Flag.blocked) !== 0 || r.s64(Offset.signal.result) < 0) return null
    const number = r.u32(Offset.signal.target_process)
    const tgid = r.u32(Offset.signal.target_tgid)
    return number !== 0 || tgid === this.#rootTgid ? this.indexOf(number, tgid) : null
  }

  /** Index of the process that a clone made with namespaces of its own; null of any other call. */
  childOf(r: RecordReader): number | null {
    const tgid = r.u32(Offset.namespace.child_tgid)
    return tgid === 0 ? null : this.indexOf(r.u32(Offset.namespace.child_process), tgid)
  }

  #add(number: number, state: ProcessState): number {
    const index = this.states.push(state) - 1
    this.#byNumber.set(number, index)
    return index
  }
}
