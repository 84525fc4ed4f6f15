// SPDX-License-Identifier: MIT
// Events of the groups `signal`, `namespace`, `credentials`, `system` and `syscall`.
import type { Abi, EventBase, SystemCall, Text } from './event-base.ts'
import type { Process } from './process.ts'

/**
 * A signal was sent, or could not be. `process` is who sent it, where that is a process in the scope or the test; else (the kernel by itself, or somebody outside)
 * who it was sent to. One event for each target of a group. Signal 0, which only asks, is none. Source: signal_generate; failures: sys_exit.
 */
export interface SignalEvent extends EventBase {
  readonly kind: 'signal'
  /** `'SIGTERM'` …; of realtime signals `'SIGRT0'` to `'SIGRT32'`: glibc's SIGRTMIN is SIGRT2. */
  readonly signal: string
  /**
   * `'process'`: by a call that sends signals. `'kernel'`: a fault, a child's end, a broken pipe, a timer, a terminal, also where a program's call of another kind was the
   * cause (writing on a closed pipe).
   */
  readonly from: 'process' | 'kernel'
  /** `'kill' 'tkill' 'tgkill' 'rt_sigqueueinfo' 'rt_tgsigqueueinfo' 'pidfd_send_signal'`; null from the kernel. */
  readonly call: string | null
  /** How that call was made. */
  readonly abi: Abi
  /** `si_code` as the target sees it: SI_USER is 0, SI_TKILL -6, a kernel's fault or child's end above 0; null of a failure. */
  readonly code: number | null
  /** Who sent it; null for the kernel and for somebody outside the scope. */
  readonly sender: Process | null
  /** Pid of who sent it, initial pid namespace; null for the kernel. */
  readonly senderPid: number | null
  /** The target, where it is in the scope or is the test; else null, as of a failure. */
  readonly to: Process | null
  /**
   * Pid of the target, initial pid namespace. Of a failure as given: a number of the caller's namespace, below 0 for a group; null where none was given (`tkill`, a
   * descriptor that stands for no process).
   */
  readonly toPid: number | null
  /** Thread meant, or null for the whole process. */
  readonly toTid: number | null
  /** Kernel's short name of the target, for display; '' of a failure. */
  readonly toName: string
  /** What became of it: `ignored` by the target (or it was ending already), already `pending` (and sent once only), or not sent for `errno`. */
  readonly delivery: 'delivered' | 'ignored' | 'pending' | 'failed'
  /** Of a failure, for example `'ESRCH'`; null when it is `blocked` without one, and of what was sent. */
  readonly errno: string | null
  /** A seccomp filter or tracer answered instead of the kernel: nothing was sent. */
  readonly blocked: boolean
}

export type NamespaceType = 'mnt' | 'uts' | 'ipc' | 'pid' | 'net' | 'cgroup' | 'time' | 'user'

/**
 * New namespaces were made or entered, or could not be. What clone made is told before the child runs. Source: task_newtask (clone that succeeded), sys_exit (its failures,
 * unshare, setns).
 */
export interface NamespaceEvent extends SystemCall {
  readonly kind: 'namespace'
  readonly call: 'clone' | 'clone3' | 'unshare' | 'setns'
  /** Which, by the flags of the call (of setns without any, the kind of namespace that the descriptor stands for); of unshare without namespace flags none. */
  readonly types: readonly NamespaceType[]
  /** Names of all flags, CLONE_NEWNS … */
  readonly flags: readonly string[]
  /**
   * Inode numbers as /proc/PID/ns shows them, after the call: of the calling thread, or of clone's child. `pid` and `time` are those that children get (`pid_for_children`,
   * `time_for_children`).
   */
  readonly ids: Readonly<Record<NamespaceType, number>>
  /** Depth of the user namespace; 0 is the initial one. */
  readonly userLevel: number
  /** Uid that made the user namespace, as the initial one has it. */
  readonly userOwner: number
  /** Of a clone that succeeded: who is in them (of a thread its process); else null. */
  readonly child: Process | null
}

/** A call about mounts or roots. Paths are what they were before the call. Source: sys_enter (folders), sys_exit. */
interface MountCall extends SystemCall {
  /** The mount point or the root as given; absent where the call names none. */
  readonly asked: Text
  /** Made absolute, links not resolved. */
  readonly path: Text
  /** The caller's root was another than that of the test: `path` is not the test's. */
  readonly chrooted: boolean
}

/** What is mounted where was changed, or could not be. */
export interface MountEvent extends MountCall {
  readonly kind: 'mount'
  readonly call:
    | 'mount'
    | 'move_mount'
    | 'mount_setattr'
    | 'open_tree'
    | 'open_tree_attr'
    | 'fsopen'
    | 'fsconfig'
    | 'fsmount'
    | 'fspick'
  /** Device, folder or name as given; of fsconfig the value of `source` (other values can be secrets, and are not told). */
  readonly from: Text
  /** `from` made absolute where it names a folder or file that is mounted again or moved; else absent. */
  readonly fromPath: Text
  /** Of mount and fsopen as given, of fsmount that of the new mount; else absent. */
  readonly fileSystem: Text
  /** Name of the option that fsconfig sets; else absent. */
  readonly option: Text
  /** Names of the call's flags: MS_*, MOVE_MOUNT_*, OPEN_TREE_*, AT_* …; of mount_setattr also the propagation (MS_PRIVATE …), of fsconfig the command. */
  readonly flags: readonly string[]
  /** Names of the MOUNT_ATTR_* that fsmount, mount_setattr and open_tree_attr set. */
  readonly attributes: readonly string[]
  /** Names of those that they clear; `MOUNT_ATTR__ATIME` is all about access times. */
  readonly cleared: readonly string[]
}

export interface UmountEvent extends MountCall {
  readonly kind: 'umount'
  /** Names of the MNT_* and UMOUNT_* flags. */
  readonly flags: readonly string[]
}

/** The root was changed: `path` is the new one, as seen from the old one. */
export interface ChrootEvent extends MountCall {
  readonly kind: 'chroot'
}

export interface PivotRootEvent extends MountCall {
  readonly kind: 'pivotRoot'
  /** Where the old root goes, as given. */
  readonly oldRoot: Text
}

/** Credentials were set, or could not be, or an exec changed them (then right after the `exec`). Source: sys_exit; sched_process_exec. */
export interface CredentialsEvent extends SystemCall {
  readonly kind: 'credentials'
  /** `'setuid' 'setresuid' 'setgid' 'setgroups' 'capset'` …, on i386 also `'setuid32'` …; `'execve'` or `'execveat'` of an exec. */
  readonly call: string
  /** Ids asked for, in the order of the arguments, in the numbers of the caller's user namespace; null is -1: left as it is. Empty where the call names none. */
  readonly asked: readonly (number | null)[]
  /** As they are after the call, of the calling thread, in the initial user namespace's numbers. */
  readonly uid: number
  readonly euid: number
  readonly suid: number
  readonly fsuid: number
  readonly gid: number
  readonly egid: number
  readonly sgid: number
  readonly fsgid: number
  /** How many supplementary groups. */
  readonly groups: number
  /** Names such as `'CAP_NET_ADMIN'`, of the effective set. */
  readonly capabilities: readonly string[]
  readonly permitted: readonly string[]
  readonly inheritable: readonly string[]
}

/** ptrace or process_vm_*. Source: sys_exit. */
export interface PtraceEvent extends SystemCall {
  readonly kind: 'ptrace'
  /** `'PTRACE_ATTACH'` …; of process_vm_readv and process_vm_writev the call's name. */
  readonly request: string
  /** As given: a number of the caller's pid namespace. */
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

/**
 * A system call that the session was asked to record by name. One that the kernel restarted is one event. Source: sys_exit; of calls that do not return (exit, exit_group)
 * sys_enter: their result is `{ ok: true, value: 0 }`, as that of rt_sigreturn is, which gives none of its own.
 */
export interface SyscallEvent extends SystemCall {
  readonly kind: 'syscall'
  /** As they were at entry, in registers. Of calls through the i386 socket multiplexer those of the call that it stands for, as they were in memory at the return. */
  readonly arguments: readonly [bigint, bigint, bigint, bigint, bigint, bigint]
  /** Nanoseconds from entry to return; null where the entry was not seen (`blocked`, `partial`) and of calls that do not return. */
  readonly durationNs: bigint | null
}
