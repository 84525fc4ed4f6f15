// SPDX-License-Identifier: MIT
// What all events share.
import type { Process } from './process.ts'

/**
 * Text from the kernel: a string where the bytes were read whole, else why they were not.
 *
 * Bytes that are not UTF-8 are kept as lone surrogates U+DC80..U+DCFF (one each), so that two different
 * names never become equal; `bytesOf` in `text.ts` gives the bytes back.
 */
export type Text = string | UnreadText

/** Text that is not known in full. It never equals anything and matches no pattern. */
export type UnreadText =
  | { readonly status: 'unreadable' }
  | { readonly status: 'truncated'; readonly prefix: string }
  | { readonly status: 'absent' }

/** What a system call gave back. `errno` is a name such as `'ENOENT'`; null when the call was stopped before the kernel could answer. */
export type Result =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly errno: string | null }

/** How the system call was made: `'i386'` and `'arm'` are those of 32-bit programs on x86-64 and arm64. */
export type Abi = 'native' | 'i386' | 'x32' | 'arm'

/** The hook that settled the event's content. */
export type EventSource =
  | 'task_newtask'
  | 'sched_process_exec'
  | 'sched_process_exit'
  | 'sys_enter'
  | 'sys_exit'
  | 'inet_sock_set_state'
  | 'security_file_open'
  | 'security_socket_connect'
  | 'signal_generate'
  | 'io_uring_complete'
  | 'prctl'

export interface EventBase {
  /** Position in the session's one order; unique, growing, not dense. Source: order of the ring. */
  readonly seq: number
  /** Nanoseconds since the session opened (CLOCK_BOOTTIME). For display: the order is `seq`. */
  readonly timeNs: bigint
  /** The thread group that did it. */
  readonly process: Process
  /** Thread that did it, initial pid namespace. */
  readonly tid: number
  readonly source: EventSource
}

export interface SystemCall extends EventBase {
  /** Name of the system call, such as `'openat'`; of an operation through io_uring `'io_uring:openat'`. */
  readonly call: string
  readonly abi: Abi
  readonly result: Result
  /** A seccomp filter or tracer answered instead of the kernel: the call never ran. */
  readonly blocked: boolean
  /** The call was already under way when its thread came into scope. */
  readonly partial: boolean
  /** The task died before the call could finish; `result` is then `{ ok: false, errno: null }`. */
  readonly died: boolean
  /** Of an operation of io_uring, which stands where it was over: the position after which it was submitted, 0 where that is not known. Of a system call null. */
  readonly submitted: number | null
}
