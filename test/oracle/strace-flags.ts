// SPDX-License-Identifier: MIT
// What strace is asked for. Every call that it shows must be understood by strace-model.ts.

/** Calls that tell who is who, and what became of others. */
const processCalls = [
  ...['execve', 'execveat', 'chdir', 'fchdir', 'clone', 'clone3', 'fork', 'vfork'],
  ...['exit', 'exit_group', 'rt_sigreturn', 'sigreturn', 'restart_syscall'],
]
const openCalls = ['open', 'openat', 'openat2', 'creat', 'open_by_handle_at']
const changeCalls = [
  ...['rename', 'renameat', 'renameat2', 'unlink', 'unlinkat', 'rmdir', 'mkdir', 'mkdirat', 'link', 'linkat'],
  ...['symlink', 'symlinkat', 'mknod', 'mknodat', 'chmod', 'fchmod', 'fchmodat', 'chown', 'lchown', 'fchown'],
  ...['fchownat', 'chown32', 'lchown32', 'fchown32', 'truncate', 'ftruncate', 'truncate64', 'ftruncate64'],
  ...['fallocate', 'utime', 'utimes', 'futimesat', 'utimensat', 'utimensat_time64', 'setxattr', 'lsetxattr'],
  ...['fsetxattr', 'removexattr', 'lremovexattr', 'fremovexattr'],
]
const transferCalls = [
  ...['read', 'write', 'pread64', 'pwrite64', 'readv', 'writev', 'preadv', 'pwritev', 'preadv2', 'pwritev2'],
  ...['sendfile', 'sendfile64', 'splice', 'copy_file_range', 'ioctl', 'mmap', 'mmap2', 'old_mmap'],
]
const lookCalls = [
  ...['stat', 'lstat', 'stat64', 'lstat64', 'oldstat', 'oldlstat', 'newfstatat', 'fstatat64', 'statx'],
  ...['access', 'faccessat', 'faccessat2', 'readlink', 'readlinkat', 'getdents', 'getdents64'],
]
const syncCalls = ['fsync', 'fdatasync', 'syncfs', 'sync_file_range', 'msync', 'sync']
const networkCalls = [
  ...['socket', 'socketpair', 'connect', 'bind', 'listen', 'accept', 'accept4', 'sendto', 'sendmsg', 'sendmmsg'],
  ...['send', 'recv', 'recvfrom', 'recvmsg', 'recvmmsg', 'recvmmsg_time64'],
]
const systemCalls = [
  ...['unshare', 'setns', 'mount', 'umount', 'umount2', 'chroot', 'pivot_root', 'fsopen', 'fsconfig', 'fsmount'],
  ...['fspick', 'open_tree', 'move_mount', 'mount_setattr', 'bpf', 'init_module', 'finit_module', 'delete_module'],
  ...['setuid', 'setgid', 'setfsuid', 'setfsgid', 'setreuid', 'setregid', 'setresuid', 'setresgid', 'setgroups'],
  ...['setuid32', 'setgid32', 'setfsuid32', 'setfsgid32', 'setreuid32', 'setregid32', 'setresuid32', 'setresgid32'],
  ...['setgroups32', 'capset', 'io_uring_setup', 'kill', 'tkill', 'tgkill', 'rt_sigqueueinfo', 'rt_tgsigqueueinfo'],
  'pidfd_send_signal',
]

/** What these write to memory is of no interest, and long. */
const written = [
  'capset',
  'stat',
  'lstat',
  'stat64',
  'lstat64',
  'oldstat',
  'oldlstat',
  'newfstatat',
  'fstatat64',
  'statx',
  'getdents',
  'getdents64',
  'preadv',
  'pwritev',
  'utime',
  'utimes',
  'futimesat',
  'utimensat',
  'utimensat_time64',
]

export const straceFlags: readonly string[] = [
  '-f', // all descendants
  '-y', // paths of descriptors
  '-xx', // strings as bytes
  '-v', // whole argument lists
  '--decode-pids=pidns', // numbers of a pid namespace as we see them
  '-s', // whole strings: paths, and the longest argument of the corpus
  '16384',
  '-e',
  // `?`: not every architecture has them all
  `trace=${[
    ...processCalls,
    ...openCalls,
    ...changeCalls,
    ...transferCalls,
    ...lookCalls,
    ...syncCalls,
    ...networkCalls,
    ...systemCalls,
  ]
    .map((name) => `?${name}`)
    .join(',')}`,
  '-e',
  `verbose=!${written.map((name) => `?${name}`).join(',')}`,
]
