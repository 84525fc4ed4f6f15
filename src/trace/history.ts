// SPDX-License-Identifier: MIT
import type { ExecEvent } from './event.ts'
import type { Program } from './names.ts'
import type { Process } from './process.ts'
import type { TraceView } from './view.ts'

/** What ran when: a process changes its program with each exec, and a forked one begins with its parent's. */
export interface History {
  /** The program of a process just before `seq`. */
  programAt(process: Process, seq: number): Program
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
  return {
    bornAt,
    execsBefore: (process, seq) => execsOf(process).filter((exec) => exec.seq < seq),
    programAt(process, seq) {
      let current: Process = process
      let moment = seq
      for (;;) {
        const exec = lastBefore(execsOf(current), moment)
        if (exec !== undefined) return exec
        if (current.parent === null)
          return { kind: 'root', isTest: current.isRoot, exe: current.exe, argv: current.argv }
        moment = bornAt(current)
        current = current.parent
      }
    },
  }
}

function lastBefore(execs: readonly ExecEvent[], seq: number): ExecEvent | undefined {
  return execs.findLast((exec) => exec.seq < seq)
}
