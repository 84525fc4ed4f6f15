// SPDX-License-Identifier: MIT
// Linux's numbers by name, of mounts, capabilities, ptrace, bpf and io_uring. Source: uapi headers of Linux 6.18 (linux/mount.h, capability.h, ptrace.h, bpf.h, io_uring.h).
import type { Architecture } from './architecture.ts'

/** Names of single bits, the lowest first; '-' has none. */
type BitNames = readonly string[]

/** Names of the bits of a mask, the lowest first; bits without a name as one hexadecimal number. */
export function bitNames(mask: bigint, names: BitNames): readonly string[] {
  const found: string[] = []
  let rest = mask
  names.forEach((name, bit) => {
    const flag = 1n << BigInt(bit)
    if (name === '-' || (mask & flag) === 0n) return
    found.push(name)
    rest &= ~flag
  })
  if (rest !== 0n) found.push(`0x${rest.toString(16)}`)
  return found
}

const mountFlags =
  'MS_RDONLY MS_NOSUID MS_NODEV MS_NOEXEC MS_SYNCHRONOUS MS_REMOUNT MS_MANDLOCK MS_DIRSYNC MS_NOSYMFOLLOW - MS_NOATIME MS_NODIRATIME MS_BIND MS_MOVE MS_REC MS_SILENT MS_POSIXACL MS_UNBINDABLE MS_PRIVATE MS_SLAVE MS_SHARED MS_RELATIME MS_KERNMOUNT MS_I_VERSION MS_STRICTATIME MS_LAZYTIME'.split(
    ' ',
  )

const umountFlags = ['MNT_FORCE', 'MNT_DETACH', 'MNT_EXPIRE', 'UMOUNT_NOFOLLOW']

const moveMountFlags =
  'MOVE_MOUNT_F_SYMLINKS MOVE_MOUNT_F_AUTOMOUNTS MOVE_MOUNT_F_EMPTY_PATH - MOVE_MOUNT_T_SYMLINKS MOVE_MOUNT_T_AUTOMOUNTS MOVE_MOUNT_T_EMPTY_PATH - MOVE_MOUNT_SET_GROUP MOVE_MOUNT_BENEATH'.split(
    ' ',
  )

const openTreeFlags =
  'OPEN_TREE_CLONE - - - - - - - AT_SYMLINK_NOFOLLOW - - AT_NO_AUTOMOUNT AT_EMPTY_PATH - - AT_RECURSIVE - - - OPEN_TREE_CLOEXEC'.split(
    ' ',
  )

const pickFlags = ['FSPICK_CLOEXEC', 'FSPICK_SYMLINK_NOFOLLOW', 'FSPICK_NO_AUTOMOUNT', 'FSPICK_EMPTY_PATH']

const configCommands =
  'FSCONFIG_SET_FLAG FSCONFIG_SET_STRING FSCONFIG_SET_BINARY FSCONFIG_SET_PATH FSCONFIG_SET_PATH_EMPTY FSCONFIG_SET_FD FSCONFIG_CMD_CREATE FSCONFIG_CMD_RECONFIGURE FSCONFIG_CMD_CREATE_EXCL'.split(
    ' ',
  )

const attributes =
  'MOUNT_ATTR_RDONLY MOUNT_ATTR_NOSUID MOUNT_ATTR_NODEV MOUNT_ATTR_NOEXEC MOUNT_ATTR_NOATIME MOUNT_ATTR_STRICTATIME - MOUNT_ATTR_NODIRATIME - - - - - - - - - - - - MOUNT_ATTR_IDMAP MOUNT_ATTR_NOSYMFOLLOW'.split(
    ' ',
  )

/** All three bits of the access times: in a set of attributes to clear, "whatever it is". */
const attributeTimes = 0x70n

/** In place of flags that programs before Linux 2.4 did not know. */
const magicMask = 0xffff0000n
const magic = 0xc0ed0000n

const tableOfCall: Readonly<Record<string, BitNames>> = {
  mount: mountFlags,
  umount: umountFlags,
  umount2: umountFlags,
  move_mount: moveMountFlags,
  open_tree: openTreeFlags,
  open_tree_attr: openTreeFlags,
  mount_setattr: openTreeFlags,
  fsopen: ['FSOPEN_CLOEXEC'],
  fsmount: ['FSMOUNT_CLOEXEC'],
  fspick: pickFlags,
}

/** Names of the flags of a call about mounts; of fsconfig the command's. The high half of `flags` is the propagation that mount_setattr asks for. */
export function mountFlagNames(call: string, flags: bigint): readonly string[] {
  if (call === 'fsconfig') return [configCommands[Number(flags)] ?? `0x${flags.toString(16)}`]
  const table = tableOfCall[call] ?? []
  if (call === 'mount') return bitNames((flags & magicMask) === magic ? flags & ~magicMask : flags, table)
  return [...bitNames(flags & 0xffffffffn, table), ...bitNames(flags >> 32n, mountFlags)]
}

export function attributeNames(mask: bigint): readonly string[] {
  if ((mask & attributeTimes) !== attributeTimes) return bitNames(mask, attributes)
  return ['MOUNT_ATTR__ATIME', ...bitNames(mask & ~attributeTimes, attributes)]
}

const capabilities =
  'CAP_CHOWN CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_FOWNER CAP_FSETID CAP_KILL CAP_SETGID CAP_SETUID CAP_SETPCAP CAP_LINUX_IMMUTABLE CAP_NET_BIND_SERVICE CAP_NET_BROADCAST CAP_NET_ADMIN CAP_NET_RAW CAP_IPC_LOCK CAP_IPC_OWNER CAP_SYS_MODULE CAP_SYS_RAWIO CAP_SYS_CHROOT CAP_SYS_PTRACE CAP_SYS_PACCT CAP_SYS_ADMIN CAP_SYS_BOOT CAP_SYS_NICE CAP_SYS_RESOURCE CAP_SYS_TIME CAP_SYS_TTY_CONFIG CAP_MKNOD CAP_LEASE CAP_AUDIT_WRITE CAP_AUDIT_CONTROL CAP_SETFCAP CAP_MAC_OVERRIDE CAP_MAC_ADMIN CAP_SYSLOG CAP_WAKE_ALARM CAP_BLOCK_SUSPEND CAP_AUDIT_READ CAP_PERFMON CAP_BPF CAP_CHECKPOINT_RESTORE'.split(
    ' ',
  )

export function capabilityNames(mask: bigint): readonly string[] {
  return bitNames(mask, capabilities)
}

/** PTRACE_* up to 33 of x86; where they differ, those of arm64 and of its 32-bit programs. Source: uapi/linux/ptrace.h and asm/ptrace.h of each. */
const firstRequests =
  'PTRACE_TRACEME PTRACE_PEEKTEXT PTRACE_PEEKDATA PTRACE_PEEKUSER PTRACE_POKETEXT PTRACE_POKEDATA PTRACE_POKEUSER PTRACE_CONT PTRACE_KILL PTRACE_SINGLESTEP - - PTRACE_GETREGS PTRACE_SETREGS PTRACE_GETFPREGS PTRACE_SETFPREGS PTRACE_ATTACH PTRACE_DETACH PTRACE_GETFPXREGS PTRACE_SETFPXREGS - PTRACE_OLDSETOPTIONS - - PTRACE_SYSCALL PTRACE_GET_THREAD_AREA PTRACE_SET_THREAD_AREA - - - PTRACE_ARCH_PRCTL PTRACE_SYSEMU PTRACE_SYSEMU_SINGLESTEP PTRACE_SINGLEBLOCK'.split(
    ' ',
  )
const firstRequestsOfArm64 =
  'PTRACE_TRACEME PTRACE_PEEKTEXT PTRACE_PEEKDATA PTRACE_PEEKUSER PTRACE_POKETEXT PTRACE_POKEDATA PTRACE_POKEUSER PTRACE_CONT PTRACE_KILL PTRACE_SINGLESTEP - - PTRACE_GETREGS PTRACE_SETREGS PTRACE_GETFPREGS PTRACE_SETFPREGS PTRACE_ATTACH PTRACE_DETACH PTRACE_GETWMMXREGS PTRACE_SETWMMXREGS - PTRACE_OLDSETOPTIONS PTRACE_GET_THREAD_AREA PTRACE_SET_SYSCALL PTRACE_SYSCALL PTRACE_GETCRUNCHREGS PTRACE_SETCRUNCHREGS PTRACE_GETVFPREGS PTRACE_SETVFPREGS PTRACE_GETHBPREGS PTRACE_SETHBPREGS PTRACE_SYSEMU PTRACE_SYSEMU_SINGLESTEP PTRACE_PEEKMTETAGS PTRACE_POKEMTETAGS'.split(
    ' ',
  )
const laterRequestsFrom = 0x4200
const laterRequests =
  'PTRACE_SETOPTIONS PTRACE_GETEVENTMSG PTRACE_GETSIGINFO PTRACE_SETSIGINFO PTRACE_GETREGSET PTRACE_SETREGSET PTRACE_SEIZE PTRACE_INTERRUPT PTRACE_LISTEN PTRACE_PEEKSIGINFO PTRACE_GETSIGMASK PTRACE_SETSIGMASK PTRACE_SECCOMP_GET_FILTER PTRACE_SECCOMP_GET_METADATA PTRACE_GET_SYSCALL_INFO PTRACE_GET_RSEQ_CONFIGURATION PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG PTRACE_SET_SYSCALL_INFO'.split(
    ' ',
  )

/** Name of a request of ptrace(2); `'0x<hex>'` for one without a name. */
export function ptraceRequestName(request: number, architecture: Architecture): string {
  const first = architecture === 'x64' ? firstRequests : firstRequestsOfArm64
  const name = request >= laterRequestsFrom ? laterRequests[request - laterRequestsFrom] : first[request]
  return name === undefined || name === '-' ? `0x${request.toString(16)}` : name
}

const bpfCommands =
  'BPF_MAP_CREATE BPF_MAP_LOOKUP_ELEM BPF_MAP_UPDATE_ELEM BPF_MAP_DELETE_ELEM BPF_MAP_GET_NEXT_KEY BPF_PROG_LOAD BPF_OBJ_PIN BPF_OBJ_GET BPF_PROG_ATTACH BPF_PROG_DETACH BPF_PROG_TEST_RUN BPF_PROG_GET_NEXT_ID BPF_MAP_GET_NEXT_ID BPF_PROG_GET_FD_BY_ID BPF_MAP_GET_FD_BY_ID BPF_OBJ_GET_INFO_BY_FD BPF_PROG_QUERY BPF_RAW_TRACEPOINT_OPEN BPF_BTF_LOAD BPF_BTF_GET_FD_BY_ID BPF_TASK_FD_QUERY BPF_MAP_LOOKUP_AND_DELETE_ELEM BPF_MAP_FREEZE BPF_BTF_GET_NEXT_ID BPF_MAP_LOOKUP_BATCH BPF_MAP_LOOKUP_AND_DELETE_BATCH BPF_MAP_UPDATE_BATCH BPF_MAP_DELETE_BATCH BPF_LINK_CREATE BPF_LINK_UPDATE BPF_LINK_GET_FD_BY_ID BPF_LINK_GET_NEXT_ID BPF_ENABLE_STATS BPF_ITER_CREATE BPF_LINK_DETACH BPF_PROG_BIND_MAP BPF_TOKEN_CREATE BPF_PROG_STREAM_READ_BY_FD'.split(
    ' ',
  )

/** Name of a command of bpf(2); `'0x<hex>'` for one without a name. */
export function bpfCommandName(command: number): string {
  return bpfCommands[command] ?? `0x${command.toString(16)}`
}

const ringFlags =
  'IORING_SETUP_IOPOLL IORING_SETUP_SQPOLL IORING_SETUP_SQ_AFF IORING_SETUP_CQSIZE IORING_SETUP_CLAMP IORING_SETUP_ATTACH_WQ IORING_SETUP_R_DISABLED IORING_SETUP_SUBMIT_ALL IORING_SETUP_COOP_TASKRUN IORING_SETUP_TASKRUN_FLAG IORING_SETUP_SQE128 IORING_SETUP_CQE32 IORING_SETUP_SINGLE_ISSUER IORING_SETUP_DEFER_TASKRUN IORING_SETUP_NO_MMAP IORING_SETUP_REGISTERED_FD_ONLY IORING_SETUP_NO_SQARRAY IORING_SETUP_HYBRID_IOPOLL IORING_SETUP_CQE_MIXED'.split(
    ' ',
  )

export function ringFlagNames(mask: bigint): readonly string[] {
  return bitNames(mask, ringFlags)
}
