// SPDX-License-Identifier: MIT
// Which of the tests in test/kernel a guest runs. Its processor is emulated, some ten times slower than this machine's.

type Selection = Readonly<Record<string, readonly string[]>>

/** Of each group of events the test that makes all of them, and compares with what its fixture says: titles by file. */
export const short: { readonly root: Selection; readonly nobody: Selection } = {
  root: {
    exec: ['A program that is executed has its file, arguments, folder and inode'],
    files: ['Every form of opening is recorded as it was made \\(forms\\)'],
    settled: ['N15: of 7 connects whose address'],
    process: [
      'P7: an exec by a thread that is not the leader is one exec of the same process',
      'P8: a process whose leader has ended goes on until its last thread ends',
    ],
    changes: ['every form of change is recorded as it was made \\(changes\\)'],
    io: ['every call that moves bytes is added up \\(transfers\\)'],
    probes: ['every form of looking is told, once \\(probes\\)'],
    network: ['N1, N2: a TCP connection has how the call returned, and how it really ended'],
    dns: ['N10: dns-ask: each question is an event, with its answer if it was read \\(network\\)'],
    mount: ['every call is told with its paths as they were \\(mount-calls\\)'],
    credentials: ['every call is told with what they are afterwards \\(credentials\\)'],
    syscalls: ['have name, arguments, result and ABI'],
    'uring-network': ['N12, N14: sockets of a ring are the events of system calls \\(plain\\)'],
  },
  nobody: { exec: ['E-c: a search along'] },
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

/** What needs something that a guest has not: why, by the beginning of the title. */
export const notHere: Readonly<Record<string, string>> = {
  'F4: files on bind mounts, overlays and detached mounts': 'overlayfs is a module, and a guest has none',
}

/** What is not to be expected where programs are preempted, likewise. */
export const notPreempted: Readonly<Record<string, string>> = {
  'Every open of a storm by 24 threads': 'more threads are in the middle of a program than others stand in for it',
  'P13: thousands of processes that live at the same time': 'as above, of processes that are made and end',
}
