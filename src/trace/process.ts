// SPDX-License-Identifier: MIT
import type { ExecEvent, ExitEvent, Text } from './event.ts'

/**
 * One thread group (what `ps` calls a process), from its fork to the end of its last thread.
 * A number that the kernel gives out again is another `Process`.
 */
export interface Process {
  /** tgid in the initial pid namespace. Source: task_newtask. */
  readonly pid: number
  /** Its pid as it sees itself, in its own pid namespace. */
  readonly nsPid: number
  /** Its creator; null for the root (the test itself) and for what has no creator in the scope. */
  readonly parent: Process | null
  readonly children: readonly Process[]
  /** Successful executions, in order. Failed ones are in the trace's events. */
  readonly execs: readonly ExecEvent[]
  /** Resolved file of the last execution; before the first the one inherited from its parent. */
  readonly exe: Text
  /** Arguments of the last execution; before the first those of its parent, empty where unknown. */
  readonly argv: readonly Text[]
  /** Working folder now (at the end, of a process that is gone). */
  readonly cwd: Text
  /** Kernel's short name, for display. */
  readonly comm: string
  /** Nanoseconds since the session opened; null for the root. */
  readonly startNs: bigint | null
  /** How it ended; null while it runs (or when the trace stopped first). */
  readonly exit: ExitEvent | null
  /**
   * It had more rights than the test, for a time at least: a setuid program, above all. That it ran, what it was started as, which processes it made and how it ended is all that is told of that time.
   * Never for a test that may trace every process of the machine, as root may. Source: sched_process_exec.
   */
  readonly withheld: boolean
  /** The test process itself. Its own calls are in the trace under scope `self` only. */
  readonly isRoot: boolean
}
