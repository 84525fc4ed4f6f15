// SPDX-License-Identifier: MIT
import { EntryKind, type EntryTable } from './entries.ts'
import type { Execs } from './execs.ts'
import type { Place } from './log.ts'
import type { ProcessTable } from './process-table.ts'
import { Flag, Kind, Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'

/** The part of the assembly that finds who there is, what they run and where: forks, threads, execs, changes of the folder. */
export class Lifecycle {
  readonly #entries: EntryTable
  readonly #processes: ProcessTable
  readonly #execs: Execs
  readonly #changed: Set<number>

  constructor(entries: EntryTable, processes: ProcessTable, execs: Execs, changed: Set<number>) {
    this.#entries = entries
    this.#processes = processes
    this.#execs = execs
    this.#changed = changed
  }

  /** Takes in a record, unless it is about something else. */
  take(r: RecordReader, place: Place, startNs: bigint): void {
    switch (r.kind) {
      case Kind.fork:
        return this.#takeFork(r, place, startNs)
      case Kind.thread:
        return void this.#add(EntryKind.thread, r, place)
      case Kind.exec:
        return this.#takeExec(r, place)
      case Kind.argv:
        return this.#takeExecPart(this.#execs.argvRest, r, place)
      case Kind.environment:
        return this.#takeExecPart(this.#execs.environments, r, place)
      case Kind.execBegun:
        return this.#execs.begin(r, place, this.#processes.of(r))
      case Kind.execFailed:
        return this.#takeExecFailed(r, place)
      case Kind.chdir:
        return this.#takeChdir(r, place)
      case Kind.withheld:
        this.#processes.at(this.#processes.of(r)).withheld = true
        return
      case Kind.process:
        return this.#processes.addRoot(r.u32(Offset.header.process))
    }
  }

  #add(kind: number, r: RecordReader, place: Place): number {
    return this.#entries.add(kind, place, this.#processes.of(r), 0)
  }

  #takeFork(r: RecordReader, place: Place, startNs: bigint): void {
    const { parent, child } = this.#processes.takeFork(r, place, startNs)
    this.#entries.add(EntryKind.fork, place, parent, child)
  }

  #takeExec(r: RecordReader, place: Place): void {
    const entry = this.#add(EntryKind.exec, r, place)
    const process = this.#processes.at(this.#entries.process(entry))
    process.execEntries.push(entry)
    process.cwdAt = { place, string: 3 }
    this.#execs.succeed(r, entry)
  }

  /** Where the memory that held the path is gone (a failure beyond the point of no return), the entry's record has it. */
  #takeExecFailed(r: RecordReader, place: Place): void {
    if (r.flags & Flag.restarted) return // it is entered again, or dies
    const replacedNothing = r.s64(Offset.execFailed.result) === 0 && !(r.flags & Flag.blocked)
    this.#execs.fail(r, replacedNothing ? null : this.#add(EntryKind.exec, r, place))
  }

  #takeExecPart(parts: Map<number, Place[]>, r: RecordReader, place: Place): void {
    const entry = this.#execs.takePart(parts, r, place)
    if (entry !== undefined) this.#changed.add(entry)
  }

  #takeChdir(r: RecordReader, place: Place): void {
    const entry = this.#add(EntryKind.chdir, r, place)
    if (r.s64(Offset.chdir.result) === 0 && !(r.flags & Flag.blocked))
      this.#processes.at(this.#entries.process(entry)).cwdAt = { place, string: 2 }
  }
}
