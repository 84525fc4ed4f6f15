// SPDX-License-Identifier: MIT
// Linux's own numbers by name, so that a trace reads the same on any system. Source: asm-generic and x86 uapi headers.

const errnos =
  'EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP - ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT - EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ERFKILL EHWPOISON'.split(
    ' ',
  )

/** Name of a positive errno; `'E<number>'` for one without a name. */
export function errnoName(errno: number): string {
  const name = errnos[errno - 1]
  return name === undefined || name === '-' ? `E${errno}` : name
}

/** Every errno name that a result can have. */
export const errnoNames: ReadonlySet<string> = new Set(errnos.filter((name) => name !== '-'))

const signals =
  'SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM SIGTERM SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO SIGPWR SIGSYS'.split(
    ' ',
  )

const realtimeFirst = 32
const realtimeLast = 64

/** Name of a signal; of a realtime signal `'SIGRT<n>'` by its distance from the kernel's first one, 32 (glibc's SIGRTMIN is SIGRT2); `'signal <n>'` of what is none. */
export function signalName(signal: number): string {
  if (signal >= realtimeFirst && signal <= realtimeLast) return `SIGRT${signal - realtimeFirst}`
  return signals[signal - 1] ?? `signal ${signal}`
}

export const signalNames: ReadonlySet<string> = new Set([
  ...signals,
  ...Array.from({ length: realtimeLast - realtimeFirst + 1 }, (_, n) => `SIGRT${n}`),
])

const cloneFlags: readonly (readonly [bigint, string])[] = [
  [0x80n, 'CLONE_NEWTIME'],
  [0x100n, 'CLONE_VM'],
  [0x200n, 'CLONE_FS'],
  [0x400n, 'CLONE_FILES'],
  [0x800n, 'CLONE_SIGHAND'],
  [0x1000n, 'CLONE_PIDFD'],
  [0x2000n, 'CLONE_PTRACE'],
  [0x4000n, 'CLONE_VFORK'],
  [0x8000n, 'CLONE_PARENT'],
  [0x10000n, 'CLONE_THREAD'],
  [0x20000n, 'CLONE_NEWNS'],
  [0x40000n, 'CLONE_SYSVSEM'],
  [0x80000n, 'CLONE_SETTLS'],
  [0x100000n, 'CLONE_PARENT_SETTID'],
  [0x200000n, 'CLONE_CHILD_CLEARTID'],
  [0x400000n, 'CLONE_DETACHED'],
  [0x800000n, 'CLONE_UNTRACED'],
  [0x1000000n, 'CLONE_CHILD_SETTID'],
  [0x2000000n, 'CLONE_NEWCGROUP'],
  [0x4000000n, 'CLONE_NEWUTS'],
  [0x8000000n, 'CLONE_NEWIPC'],
  [0x10000000n, 'CLONE_NEWUSER'],
  [0x20000000n, 'CLONE_NEWPID'],
  [0x40000000n, 'CLONE_NEWNET'],
  [0x80000000n, 'CLONE_IO'],
  [0x100000000n, 'CLONE_CLEAR_SIGHAND'],
  [0x200000000n, 'CLONE_INTO_CGROUP'],
]

/** Names of the flags of a clone, unshare or setns; bits without a name as one hexadecimal number. (The kernel has taken the signal of the child's end out of those of the legacy call.) */
export function cloneFlagNames(flags: bigint): readonly string[] {
  const found = cloneFlags.filter(([bit]) => (flags & bit) !== 0n)
  const rest = found.reduce((left, [bit]) => left & ~bit, flags)
  const names = found.map(([, name]) => name)
  return rest === 0n ? names : [...names, `0x${rest.toString(16)}`]
}

const resolveFlags = [
  'RESOLVE_NO_XDEV',
  'RESOLVE_NO_MAGICLINKS',
  'RESOLVE_NO_SYMLINKS',
  'RESOLVE_BENEATH',
  'RESOLVE_IN_ROOT',
  'RESOLVE_CACHED',
]

const noNames: readonly string[] = Object.freeze([])

export function resolveFlagNames(flags: number): readonly string[] {
  if (flags === 0) return noNames
  return resolveFlags.filter((_, bit) => (flags & (1 << bit)) !== 0)
}

const renameFlags = ['RENAME_NOREPLACE', 'RENAME_EXCHANGE', 'RENAME_WHITEOUT']

export function renameFlagNames(flags: number): readonly string[] {
  if (flags === 0) return noNames
  return renameFlags.filter((_, bit) => (flags & (1 << bit)) !== 0)
}

const syncFlags: Readonly<Record<string, readonly string[]>> = {
  fsync: ['IORING_FSYNC_DATASYNC'],
  msync: ['MS_ASYNC', 'MS_INVALIDATE', 'MS_SYNC'],
  sync_file_range: ['SYNC_FILE_RANGE_WAIT_BEFORE', 'SYNC_FILE_RANGE_WRITE', 'SYNC_FILE_RANGE_WAIT_AFTER'],
}

/** Of a system call, or of what stands for it in a ring. */
export function syncFlagNames(call: string, flags: number): readonly string[] {
  if (flags === 0) return noNames
  const names = syncFlags[call.replace(/^(?:io_uring:|arm_)/, '')] ?? noNames
  return names.filter((_, bit) => (flags & (1 << bit)) !== 0)
}

const families = new Map([
  [0, 'unspec'],
  [1, 'unix'],
  [2, 'inet'],
  [3, 'ax25'],
  [4, 'ipx'],
  [5, 'appletalk'],
  [9, 'x25'],
  [10, 'inet6'],
  [15, 'key'],
  [16, 'netlink'],
  [17, 'packet'],
  [21, 'rds'],
  [26, 'llc'],
  [27, 'infiniband'],
  [28, 'mpls'],
  [29, 'can'],
  [30, 'tipc'],
  [31, 'bluetooth'],
  [33, 'rxrpc'],
  [37, 'caif'],
  [38, 'alg'],
  [39, 'nfc'],
  [40, 'vsock'],
  [41, 'kcm'],
  [42, 'qipcrtr'],
  [43, 'smc'],
  [44, 'xdp'],
  [45, 'mctp'],
])

/** By AF_*; `'family <number>'` for one without a name. */
export function familyName(family: number): string {
  return families.get(family) ?? `family ${family}`
}
