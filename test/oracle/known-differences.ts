// SPDX-License-Identifier: MIT
// What strace and spyscall tell differently, each by name and with its reason. docs/limits.md has the same list.

export interface KnownDifference {
  readonly name: string
  /** Sentences for docs/limits.md. */
  readonly reason: string
}

/** Facts that are not compared, since only one of the two knows them. */
export const knownDifferences: readonly KnownDifference[] = [
  {
    name: 'launcher',
    reason:
      'Between its fork and its first exec the command is a copy of who starts it: of strace in one run, of Node in the other. What it does there (Node opens /dev/null for ignored streams and changes to `cwd`) is the launcher’s, and is not compared.',
  },
  {
    name: 'script-argv0',
    reason:
      'When a script is executed, the kernel replaces argv[0] by the interpreter. strace shows the argument list as the caller wrote it, spyscall as the new program sees it: the caller’s argv[0] of a script is known to strace only.',
  },
  {
    name: 'failed-exec-argv',
    reason:
      'Of an exec that failed spyscall records path and errno, not the arguments: there is no new program that has them. strace shows them.',
  },
  {
    name: 'handle-path',
    reason:
      'strace shows no path for the descriptor that open_by_handle_at returns; spyscall does, as for every file that was opened. The fixtures check it.',
  },
  {
    name: 'terminal-ends',
    reason:
      'Of the ioctl that opens the other end of a terminal (TIOCGPTPEER) strace shows a number, spyscall an open. The fixtures check it.',
  },
  {
    name: 'removed-folder',
    reason:
      'A relative path that was not found in a folder that was removed is joined to the folder’s last name; the ` (deleted)` that /proc and strace put behind that name is no part of it.',
  },
  {
    name: 'msync-file',
    reason: 'Of msync strace shows an address, spyscall the file that is mapped there.',
  },
  {
    name: 'made-up-files',
    reason:
      'What is read from files of /proc and /sys is made up at each read: that they are read is compared, the number of bytes is not.',
  },
  {
    name: 'commands',
    reason:
      'Of commands of ioctl that write zeros or share content (XFS_IOC_ZERO_RANGE, FICLONE and the like) strace does not show how many bytes that is. That the files were read or written is compared.',
  },
  {
    name: 'newer-calls',
    reason:
      'Calls that are newer than the strace of Debian 12 (fchmodat2, setxattrat, removexattrat, open_tree_attr) have numbers there, and no arguments. The fixtures check them.',
  },
  {
    name: 'unsigned-length',
    reason: 'strace shows the length that a 32-bit program gives to truncate without its sign.',
  },
  {
    name: 'accepted-peer',
    reason:
      'strace shows who connected only where the program asks for it; spyscall always does. That a connection was taken is compared.',
  },
  {
    name: 'rings',
    reason: 'strace sees that an io_uring is made, and nothing of what is done through it.',
  },
  {
    name: 'exec-credentials',
    reason: 'That an exec changes credentials (setuid files) is no call of its own, and strace does not tell it.',
  },
  {
    name: 'children-ended',
    reason:
      'SIGCHLD is told by spyscall for each child that ends, and by strace as often as it is handled: several can become one. Other signals that came are compared by name and code; SIGKILL is no signal that comes, and is compared as the end.',
  },
  {
    name: 'ignored-type',
    reason:
      'Of a mount whose flags make the kernel ignore the type of file system (MS_BIND, MS_REMOUNT and the like) strace shows the address of that argument, spyscall its text.',
  },
  {
    name: 'tracers',
    reason: 'A process has one tracer: programs that use ptrace do not work under strace.',
  },
]

/** Flags of mount(2) with which there is no type of file system: `ignored-type`. */
export const typeless: ReadonlySet<string> = new Set([
  'MS_REMOUNT',
  'MS_BIND',
  'MS_MOVE',
  'MS_SHARED',
  'MS_PRIVATE',
  'MS_SLAVE',
  'MS_UNBINDABLE',
])
