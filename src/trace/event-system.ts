// SPDX-License-Identifier: MIT
// Events of the groups `signal`, `namespace`, `credentials`, `system` and `syscall`.
import type { EventBase, SystemCall, Text } from './event-base.ts'
import type { Process } from './process.ts'

/** A signal was sent, or could not be. Source: signal_generate; failures: sys_exit. */
export interface SignalEvent extends EventBase {
  readonly kind: 'signal'
  /** Name such as `'SIGTERM'`. */
  readonly signal: string
  /** `'process'`: a program asked for it (`process` is who). `'kernel'`: a fault, a child's end, a broken pipe, a timer. */
  readonly from: 'process' | 'kernel'
  /** Pid of who sent it, initial pid namespace: it may be outside the scope, then `process` is the test's. */
  readonly senderPid: number
  /** The target, where it is in the scope, or the test; else null. */
  readonly to: Process | null
  /** Pid of the target, initial pid namespace; of a failure as given. */
  readonly toPid: number
  /** Thread meant, or null for the whole process. */
  readonly toTid: number | null
  /** What became of it: `ignored` by the target, already `pending`, or not sent for `errno`. */
  readonly delivery: 'delivered' | 'ignored' | 'pending' | 'failed'
  /** Of a failure, for example `'ESRCH'`; else null. */
  readonly errno: string | null
}

export type NamespaceType = 'mnt' | 'uts' | 'ipc' | 'pid' | 'net' | 'cgroup' | 'time' | 'user'

/** New namespaces were made or entered, or could not be. Source: task_newtask (clone), sys_exit (unshare, setns). */
export interface NamespaceEvent extends SystemCall {
  readonly kind: 'namespace'
  readonly call: 'clone' | 'unshare' | 'setns'
  /** Which, by the flags of the call; of unshare without namespace flags none. */
  readonly types: readonly NamespaceType[]
  /** Names of all flags, CLONE_NEWNS … */
  readonly flags: readonly string[]
  /** Inode numbers as /proc/PID/ns shows them, after the call: of the process, or of clone's child. */
  readonly ids: Readonly<Record<NamespaceType, number>>
  /** Depth of the user namespace; 0 is the initial one. */
  readonly userLevel: number
  /** Uid that made the user namespace, as the initial one has it. */
  readonly userOwner: number
  /** Of clone: who is in them. */
  readonly child: Process | null
}

/** What is mounted where was changed, or could not be. Source: sys_exit. */
export interface MountEvent extends SystemCall {
  readonly kind: 'mount'
  readonly call: 'mount' | 'move_mount' | 'mount_setattr' | 'open_tree' | 'fsopen' | 'fsconfig' | 'fsmount' | 'fspick'
  /** The mount point as given; absent where the call names none. */
  readonly asked: Text
  /** Made absolute, links not resolved. */
  readonly path: Text
  /** Device, folder or name as given. */
  readonly from: Text
  readonly fileSystem: Text
  /** Names of the MS_* flags of mount. */
  readonly flags: readonly string[]
}

export interface UmountEvent extends SystemCall {
  readonly kind: 'umount'
  readonly asked: Text
  readonly path: Text
  /** Names of the MNT_* and UMOUNT_* flags. */
  readonly flags: readonly string[]
}

export interface ChrootEvent extends SystemCall {
  readonly kind: 'chroot'
  readonly asked: Text
  /** The new root, as seen from the old one, links not resolved. */
  readonly path: Text
}

export interface PivotRootEvent extends SystemCall {
  readonly kind: 'pivotRoot'
  readonly asked: Text
  /** The new root, as seen from the old one. */
  readonly path: Text
  /** Where the old root goes, as given. */
  readonly oldRoot: Text
}

/** Credentials were set, or could not be. Source: sys_exit. */
export interface CredentialsEvent extends SystemCall {
  readonly kind: 'credentials'
  /** `'setuid' 'setresuid' 'setgid' 'setgroups' 'capset'` … */
  readonly call: string
  /** As they are after the call, in the initial user namespace's numbers. */
  readonly uid: number
  readonly euid: number
  readonly suid: number
  readonly gid: number
  readonly egid: number
  readonly sgid: number
  /** How many supplementary groups. */
  readonly groups: number
  /** Names such as `'CAP_NET_ADMIN'`, of the effective set. */
  readonly capabilities: readonly string[]
}

/** ptrace or process_vm_*. Source: sys_exit. */
export interface PtraceEvent extends SystemCall {
  readonly kind: 'ptrace'
  /** `'PTRACE_ATTACH'` …; of process_vm_readv and process_vm_writev the call's name. */
  readonly request: string
  readonly pid: number
}

export interface BpfEvent extends SystemCall {
  readonly kind: 'bpf'
  /** `'BPF_PROG_LOAD'` … */
  readonly command: string
}

/** A kernel module was loaded or removed, or could not be. */
export interface ModuleEvent extends SystemCall {
  readonly kind: 'module'
  readonly call: 'init_module' | 'finit_module' | 'delete_module'
  /** Path of the file (finit_module), name (delete_module), absent of init_module. */
  readonly name: Text
}

/** An io_uring was made, or could not be. What is done through it are events of their own, with a `call` such as `'io_uring:openat'`. */
export interface IoUringEvent extends SystemCall {
  readonly kind: 'ioUring'
  readonly call: 'io_uring_setup'
  readonly entries: number
  /** Names of the IORING_SETUP_* flags. */
  readonly flags: readonly string[]
}

/** A system call that the session was asked to record by name. Source: sys_exit. */
export interface SyscallEvent extends SystemCall {
  readonly kind: 'syscall'
  /** As the program's registers had them when it returned. */
  readonly arguments: readonly [bigint, bigint, bigint, bigint, bigint, bigint]
  /** Nanoseconds from entry to return; null where the entry was not seen. */
  readonly durationNs: bigint | null
}
