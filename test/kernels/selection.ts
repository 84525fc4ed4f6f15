// SPDX-License-Identifier: MIT
// Which of the tests in test/kernel a guest runs. Its processor is emulated, some ten times slower than this machine's.

/** Of each group of events the test that makes all of them, and compares with what its fixture says. By title. */
export const short = {
  root: [
    'A program that is executed has its file, arguments, folder and inode',
    'E-j: 47 arguments of 3000017 bytes are complete',
    'P7: an exec by a thread that is not the leader is one exec of the same process',
    'P8: a process whose leader has ended goes on until its last thread ends',
    'Every form of opening is recorded as it was made \\(forms\\)',
    'every form of change is recorded as it was made \\(changes\\)',
    'every call that moves bytes is added up \\(transfers\\)',
    'every form of looking is told, once \\(probes\\)',
    'N1, N2: a TCP connection has how the call returned, and how it really ended',
    'N10: dns-ask: each question is an event, with its answer if it was read \\(network\\)',
    'each is told with its number, made or entered \\(namespaces\\)',
    'every call is told with its paths as they were \\(mount-calls\\)',
    'every call is told with what they are afterwards \\(credentials\\)',
    'N15: of 7 connects whose address',
    'have name, arguments, result and ABI',
    'N12, N14: sockets of a ring are the events of system calls \\(plain\\)',
    'matchers find what went through a ring, and trust what they do not find',
  ],
  nobody: ['F10: the longest path is whole', 'E-c: a search along'],
}

export const files = [
  'session',
  'exec',
  'files',
  'settled',
  'hooks',
  'process',
  'changes',
  'io',
  'probes',
  'sync',
  'network',
  'sockets',
  'dns',
  'uring',
  'uring-files',
  'uring-network',
  'uring-order',
  'signal',
  'namespace',
  'mount',
  'credentials',
  'system',
  'syscalls',
  'blocked',
  'followed',
  'odd',
]

/** What needs something that a guest has not, by title. */
export const notHere = [
  // overlayfs is a module, and a guest has none
  'F4: files on bind mounts, overlays and detached mounts',
]
