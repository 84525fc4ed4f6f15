// SPDX-License-Identifier: MIT
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

/** How the system call was made. */
export type Abi = 'native' | 'i386' | 'x32'

/** The hook that settled the event's content. */
export type EventSource =
  | 'task_newtask'
  | 'sched_process_exec'
  | 'sched_process_exit'
  | 'sys_enter'
  | 'sys_exit'
  | 'inet_sock_set_state'
  | 'prctl'

export type EventGroup = 'process' | 'file' | 'network'

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

interface SystemCall extends EventBase {
  /** Name of the system call, such as `'openat'`. */
  readonly call: string
  readonly abi: Abi
  readonly result: Result
  /** A seccomp filter or tracer answered instead of the kernel: the call never ran. */
  readonly blocked: boolean
  /** The call was already under way when its thread came into scope. */
  readonly partial: boolean
  /** The task died before the call could finish; `result` is then `{ ok: false, errno: null }`. */
  readonly died: boolean
}

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

/** What an open gives the right to do. `path`: O_PATH, neither read nor written. */
export type OpenMode = 'read' | 'write' | 'readwrite' | 'path'

/** A file was opened, or could not be. Source: sys_exit, and the kernel's file behind the new descriptor. */
export interface OpenEvent extends SystemCall {
  readonly kind: 'open'
  readonly call: 'open' | 'openat' | 'openat2' | 'creat' | 'open_by_handle_at'
  /** The path as the caller gave it, read when the call returned. */
  readonly asked: Text
  /**
   * Success: walked by the kernel from the file that was really opened, links resolved, relative to the task's own root.
   * Failure: `asked` joined to the folder it was relative to; links not resolved.
   */
  readonly path: Text
  /** `'kernel'` for a walked `path`, `'lexical'` for a joined one. */
  readonly resolved: 'kernel' | 'lexical'
  readonly mode: OpenMode
  /** Names of the O_* flags, access mode first. */
  readonly flags: readonly string[]
  /** Names of the RESOLVE_* flags of openat2. */
  readonly resolve: readonly string[]
  /** Permission bits as asked; meaningful with O_CREAT or O_TMPFILE. */
  readonly permissions: number
  /** The call made the file. */
  readonly created: boolean
  /** The file had no name any more (or never had: O_TMPFILE). */
  readonly deleted: boolean
  /** `path` is relative to a root that the process cannot reach (detached mount, outside a chroot). */
  readonly disconnected: boolean
  /** Its root is another than that of the test (chroot, pivot_root): `path` is not the test's. */
  readonly chrooted: boolean
  /** Descriptor of the folder as given (AT_FDCWD is -100). */
  readonly dirfd: number
  /** `'file' 'directory' 'symlink' 'fifo' 'socket' 'characterDevice' 'blockDevice'`; null on failure. */
  readonly fileType: FileType | null
  /** `major:minor`; '' on failure. */
  readonly device: string
  /** 0n on failure. */
  readonly inode: bigint
}

export type FileType = 'file' | 'directory' | 'symlink' | 'fifo' | 'socket' | 'characterDevice' | 'blockDevice'

/** An address of the internet. IPv4-mapped IPv6 is given as IPv4 with `mapped: true`. */
export interface InetAddress {
  readonly family: 'inet' | 'inet6'
  /** Canonical text: `127.0.0.1`, `2001:db8::1`. */
  readonly host: string
  readonly port: number
  /** The socket is AF_INET6, the peer IPv4 (`::ffff:…`). */
  readonly mapped: boolean
  /** Interface of a link-local IPv6 address, else 0. */
  readonly scopeId: number
}

/** A unix socket. Abstract names begin with `@`, as in /proc/net/unix. */
export interface UnixAddress {
  readonly family: 'unix'
  /** As the caller gave it, a leading NUL shown as `@`. */
  readonly asked: Text
  /** Made absolute against the cwd; abstract and unnamed ones as `asked`. */
  readonly path: Text
  readonly abstract: boolean
}

/** A family that is only named. */
export interface OtherAddress {
  readonly family: string
}

export type Address = InetAddress | UnixAddress | OtherAddress

/** How a connection attempt ended. `associated`: a datagram socket got its peer, nothing was sent. */
export type ConnectOutcome =
  | 'established'
  | 'associated'
  | 'refused'
  | 'unreachable'
  | 'timedOut'
  | 'failed'
  | 'abandoned'
  | 'inProgress'

/** A socket was connected, or could not be. Source: inet_sock_set_state and sys_exit. */
export interface ConnectEvent extends EventBase {
  readonly kind: 'connect'
  readonly call: 'connect' | 'sendto' | 'sendmsg' | 'sendmmsg'
  readonly abi: Abi
  /** Of connect(2); a non-blocking one fails with EINPROGRESS and still ends by `outcome`. */
  readonly result: Result
  /** Where it went: the kernel's socket's peer where it has one, else the caller's address. */
  readonly address: Address
  /** The address as the caller wrote it; null when it was not read. Differs from `address` for 0.0.0.0, say. */
  readonly asked: Address | null
  readonly transport: 'tcp' | 'udp' | 'unix' | 'other'
  readonly socketType: 'stream' | 'datagram' | 'seqpacket' | 'raw' | 'other'
  readonly outcome: ConnectOutcome
  /** errno of the outcome, for example `'ECONNREFUSED'`; null when it was reached or is open. */
  readonly errno: string | null
  readonly blocked: boolean
  readonly partial: boolean
  readonly died: boolean
}

/** A datagram went to an address of its own. Source: sys_exit. */
export interface SendEvent extends SystemCall {
  readonly kind: 'send'
  readonly call: 'sendto' | 'sendmsg' | 'sendmmsg'
  readonly address: Address
  readonly transport: 'udp' | 'unix' | 'other'
}

/** `session.mark(label)`. Source: prctl control. Its process is the test's own. */
export interface MarkEvent extends EventBase {
  readonly kind: 'mark'
  readonly label: string
}

export type TraceEvent =
  | ForkEvent
  | ThreadEvent
  | ExecEvent
  | ExitEvent
  | ChdirEvent
  | OpenEvent
  | ConnectEvent
  | SendEvent
  | MarkEvent

export type EventKind = TraceEvent['kind']

export type EventOf<K extends EventKind> = Extract<TraceEvent, { kind: K }>
