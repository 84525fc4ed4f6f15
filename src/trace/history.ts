// SPDX-License-Identifier: MIT
import type { ExecEvent } from './event.ts'
import type { Program } from './names.ts'
import type { Process } from './process.ts'
import type { TraceView } from './view.ts'

/** A program, and for which events of its process it is the one just before: `from < seq <= until`. */
export interface Span {
  readonly program: Program
  readonly from: number
  readonly until: number
}

/** What ran when: a process changes its program with each exec, and a forked one begins with its parent's. */
export interface History {
  /** The program of a process just before `seq`. */
  programAt(process: Process, seq: number): Program
  /** The same, and how long it stays true. */
  spanAt(process: Process, seq: number): Span
  /** Executions of a process before `seq`, in order. */
  execsBefore(process: Process, seq: number): readonly ExecEvent[]
  /** `seq` of the fork that made the process; 0 where that was not recorded. */
  bornAt(process: Process): number
}

export function historyOf(trace: TraceView): History {
  let births: Map<Process, number> | undefined
  const bornAt = (process: Process): number => {
    births ??= new Map(trace.ofKind('fork').map((fork) => [fork.child, fork.seq]))
    return births.get(process) ?? 0
  }
  const known = new Map<Process, readonly ExecEvent[]>() // a process of a Trace makes the list anew each time it is asked
  const execsOf = (process: Process): readonly ExecEvent[] => {
    let execs = known.get(process)
    if (execs === undefined) {
      execs = process.execs
      known.set(process, execs)
    }
    return execs
  }
  const inherited = new Map<Process, Program>()
  /** What a process runs before its first exec: its parent's program when it was born. */
  const inheritedBy = (process: Process): Program => {
    let program = inherited.get(process)
    if (program === undefined) {
      const { parent } = process
      program =
        parent === null
          ? { kind: 'root', isTest: process.isRoot, exe: process.exe, argv: process.argv }
          : (lastBefore(execsOf(parent), bornAt(process)) ?? inheritedBy(parent))
      inherited.set(process, program)
    }
    return program
  }
  const spanAt = (process: Process, seq: number): Span => {
    const execs = execsOf(process)
    const last = lastBefore(execs, seq)
    const until = execs.find((exec) => exec.seq >= seq)?.seq ?? Number.POSITIVE_INFINITY
    return { program: last ?? inheritedBy(process), from: last?.seq ?? Number.NEGATIVE_INFINITY, until }
  }
  return {
    bornAt,
    spanAt,
    execsBefore: (process, seq) => execsOf(process).filter((exec) => exec.seq < seq),
    programAt: (process, seq) => spanAt(process, seq).program,
  }
}

function lastBefore(execs: readonly ExecEvent[], seq: number): ExecEvent | undefined {
  return execs.findLast((exec) => exec.seq < seq)
}
