// SPDX-License-Identifier: MIT
// Events of the group `process`.
import type { Abi, EventBase, Result, SystemCall, Text } from './event-base.ts'
import type { Process } from './process.ts'

/** A process was made. Source: task_newtask, in the creator, before the child runs. */
export interface ForkEvent extends EventBase {
  readonly kind: 'fork'
  /** The new process. `process` is its creator, which is its parent in the tree whatever `getppid` says later. */
  readonly child: Process
  /** Names of the CLONE_* flags. */
  readonly flags: readonly string[]
}

/** A thread was made. Source: task_newtask. */
export interface ThreadEvent extends EventBase {
  readonly kind: 'thread'
  readonly threadTid: number
  readonly flags: readonly string[]
  /** The kernel's own helper thread (io_uring), not one that the program made. */
  readonly userWorker: boolean
}

/** A program was executed, or could not be. Source: sched_process_exec; failed ones: sys_exit. */
export interface ExecEvent extends EventBase {
  readonly kind: 'exec'
  /** `{ ok: true, value: 0 }`, or the errno of a failed attempt. */
  readonly result: Result
  /** The path as the caller gave it; of `execveat` with a descriptor as the kernel spells it (`/dev/fd/3`). */
  readonly asked: Text
  /**
   * The file that runs, links resolved, as the process sees it. Of a script it is the interpreter's. Of a failed exec:
   * `asked` made absolute, links not resolved.
   */
  readonly path: Text
  /** The script, made absolute, links not resolved; null when the program is not a script. */
  readonly script: Text | null
  /** The interpreter as the script named it; null when the program is not a script. */
  readonly interpreter: Text | null
  /** Complete argument list as the new program sees it (of a script: the rewritten one). Empty for a failed exec: it is not read. */
  readonly argv: readonly Text[]
  /**
   * The environment as the program gets it. Null where the session does not record it (option `env`), and of a failed exec. Source: the new memory, before the
   * program runs.
   */
  readonly env: Environment | null
  /** Working folder at the time; of a failed exec absent where its path was absolute or relative to a descriptor. */
  readonly cwd: Text
  /** Kernel's short name (comm), up to 15 bytes; for display only, programs can change it. '' of a failed exec. */
  readonly comm: string
  /** The program has no file of its own that could be found by name (memfd, deleted). */
  readonly fileless: boolean
  /** Its root is another than that of the test (chroot, pivot_root): paths are not the test's. */
  readonly chrooted: boolean
  /** tid of the calling thread, which was not the leader, or null. */
  readonly fromThread: number | null
  readonly device: string
  readonly inode: bigint
  readonly blocked: boolean
  readonly died: boolean
  readonly abi: Abi
}

/**
 * Names to values, in the order of the names; of equal names the first, as getenv(3) has it. Null is a value that the session does not show: of a name that looks secret, or that was
 * not asked for. An entry without `=` has an absent one.
 */
export interface Environment extends ReadonlyMap<string, Text | null> {
  /** All of it was read: what is not in it was not set. */
  readonly complete: boolean
}

/** A process ended: its last thread is gone. Source: sched_process_exit. */
export interface ExitEvent extends EventBase {
  readonly kind: 'exit'
  /** Exit status 0..255; null when a signal ended it. */
  readonly code: number | null
  /** Name such as `'SIGSEGV'`; null when it exited by itself. */
  readonly signal: string | null
  readonly coreDumped: boolean
  /** Life of the process, nanoseconds. */
  readonly durationNs: bigint
  /** User and system time of all its threads, nanoseconds. */
  readonly cpuNs: bigint
  /** Largest resident set, bytes. */
  readonly peakMemoryBytes: number
}

/** The working folder was changed, or could not be. Source: sys_exit. */
export interface ChdirEvent extends SystemCall {
  readonly kind: 'chdir'
  readonly call: 'chdir' | 'fchdir'
  /** As given; absent for fchdir. */
  readonly asked: Text
  /** The new working folder (resolved); of a failed chdir `asked` made absolute. */
  readonly path: Text
}

/** `session.mark(label)`. Source: prctl control. Its process is the test's own. */
export interface MarkEvent extends EventBase {
  readonly kind: 'mark'
  readonly label: string
}
