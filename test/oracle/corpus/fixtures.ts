// SPDX-License-Identifier: MIT
// Fixtures of test/workloads, which show one thing each.
import { join } from 'node:path'
import { type Entry, environment, root } from './entry.ts'

export const fixtures: readonly Entry[] = [
  ...[
    { fixture: 'vfork-exec', args: [] },
    { fixture: 'clone-parent', args: [], status: 1 },
    { fixture: 'subreaper', args: [] },
    { fixture: 'daemon', args: ['/etc/passwd'], status: 4 },
    { fixture: 'thread-exec', args: [] },
    { fixture: 'leader-exit', args: ['/etc/passwd'], status: 7 },
    { fixture: 'pid-namespace', args: ['/etc/passwd'], status: 10, root: true },
    { fixture: 'thread-storm', args: ['101', '7', '/etc/passwd'] },
    { fixture: 'clone-child', args: [] },
    { fixture: 'end', args: ['signal', '15'] },
    { fixture: 'exec-try', args: ['/etc/passwd', '/nonexistent', '/', '/bin/true'] },
    { fixture: 'memfd-exec', args: ['fexecve'] },
    { fixture: 'execveat-dirfd', args: [] },
    { fixture: 'big-args', args: ['3001', '1900007'] },
    { fixture: 'empty-args', args: ['none'] },
    { fixture: 'empty-args', args: ['empty'] },
    { fixture: 'odd-args', args: [] },
    { fixture: 'forms', args: ['.'], root: true },
    { fixture: 'relative', args: ['.'] },
    { fixture: 'aliases', args: ['.'] },
    { fixture: 'beneath', args: ['.'] },
    { fixture: 'nameless', args: ['.'] },
    { fixture: 'odd-names', args: ['.'] },
    { fixture: 'mounts', args: ['.'], root: true },
    { fixture: 'seccomp', args: ['errno', '/etc/passwd'] },
    { fixture: 'changes', args: ['.'] },
    { fixture: 'attributes', args: ['.'] },
    { fixture: 'follow-links', args: ['.'], root: true },
    ...['calls', 'changed', 'processes', 'threads'].map((how) => ({ fixture: 'probes', args: ['.', how] })),
    ...['calls', 'ioctls', 'many', 'threads'].map((how) => ({ fixture: 'transfers', args: ['.', how] })),
    ...['duplicated', 'inherited', 'executed', 'range', 'elsewhere', 'unseen', 'renamed', 'killed'].map((how) => ({
      fixture: 'descriptors',
      args: ['.', how],
    })),
    ...['calls', 'order', 'threads'].map((how) => ({ fixture: 'syncs', args: ['.', how] })),
    { fixture: 'udp', args: [] },
    { fixture: 'listeners', args: ['inet'] },
    { fixture: 'tcp-connect', args: [] },
    { fixture: 'inet-forms', args: [] },
    { fixture: 'self-connect', args: [] },
    { fixture: 'tcp-fastopen', args: [] },
    { fixture: 'mount-calls', args: ['FOLDER'], root: true },
    { fixture: 'roots', args: ['pivot', '.'], root: true },
    ...['made', 'failed', 'nested'].map((how) => ({ fixture: 'namespaces', args: [how], root: true })),
    ...['calls', 'failed', 'namespace', 'exec'].map((how) => ({
      fixture: 'credentials',
      args: [how, '.'],
      root: true,
    })),
    ...['group', 'failures'].map((how) => ({ fixture: 'signals', args: [how] })),
    { fixture: 'blocked-calls', args: ['errno', '.'], root: true },
    { fixture: 'seccomp-sockets', args: ['errno'] },
    { fixture: 'uring-files', args: ['plain', '.'] },
    { fixture: 'uring-net', args: ['plain', '.'] },
    { fixture: 'environment', args: ['odd'] },
    { fixture: 'exec-busy', args: ['.'] },
    { fixture: 'cold-path', args: ['.'] },
    { fixture: 'rename-self', args: ['/etc/passwd'] },
    { fixture: 'accept-blocked', args: [] },
    { fixture: 'exec-check', args: ['/bin/true'] },
    ...['kill', 'restart', 'interrupt'].map((how) => ({ fixture: 'fifo', args: [how, 'fifo'] })),
    { fixture: 'listeners', args: ['unix', 'FOLDER'] },
    { fixture: 'mptcp', args: [] },
    { fixture: 'raw-calls', args: ['calls'], status: 23 },
    { fixture: 'raw-calls', args: ['exec'] },
    { fixture: 'send-refused', args: ['9'] },
    { fixture: 'sockets', args: [] },
    { fixture: 'unix-connect', args: ['.'] },
    ...['restart', 'interrupt', 'kill'].map((how) => ({ fixture: 'stopped-calls', args: [how] })),
    { fixture: 'storm', args: ['101', '3', '/etc/passwd'] },
    ...['print', 'none', 'late'].map((how) => ({ fixture: 'environment', args: [how] })),
    { fixture: 'environment', args: ['big', '20011', '1'] },
    { fixture: 'pid-reuse', args: ['7'], root: true },
    { fixture: 'end', args: ['core'] },
    { fixture: 'end', args: ['exit', '300'] },
    { fixture: 'system-calls', args: ['/etc/passwd', 'untraced'], root: true },
    ...['connect', 'sendto'].flatMap((call) =>
      ['restart', 'interrupt'].map((how) => ({ fixture: 'restart-calls', args: [call, how, 'socket'] })),
    ),
    { fixture: 'dns-lab', args: [fixturePath('dns-ask')], root: true },
    {
      fixture: 'dns-lab',
      args: [fixturePath('resolve-dynamic'), 'a.test', 'alias.test', 'v4', 'gone.test', 'v6', 'a.test'],
      root: true,
    },
    {
      fixture: 'dns-lab',
      args: ['/usr/bin/python3', '-I', '-c', 'import socket; print(socket.getaddrinfo("alias.test", 80))'],
      root: true,
    },
    { fixture: 'dns-lab', args: [fixturePath('dns-ask-tcp')], root: true },
    { fixture: 'dns-lab', args: [fixturePath('dns-refuse'), 'questions'], root: true },
    { fixture: 'dns-lab', args: [fixturePath('dns-refuse'), 'others'], root: true },
    ...(process.arch === 'x64'
      ? [
          { fixture: 'forms32', args: ['.'], root: true },
          { fixture: 'changes32', args: ['.'] },
          { fixture: 'attributes32', args: ['.'] },
          { fixture: 'probes32', args: ['.', 'calls'] },
          { fixture: 'transfers32', args: ['.', 'calls'] },
          { fixture: 'syncs32', args: ['.', 'calls'] },
          { fixture: 'socketcall', args: [] },
          { fixture: 'sockets32', args: [] },
          { fixture: 'sockets32', args: ['multiplexed'] },
          { fixture: 'credentials32', args: ['calls', '.'], root: true },
          { fixture: 'signals32', args: ['group'] },
          { fixture: 'raw-calls32', args: ['calls'], status: 23 },
          { fixture: 'follow-links32', args: ['.'], root: true },
          { fixture: 'uring-files32', args: ['plain', '.'] },
          { fixture: 'dns-lab', args: [fixturePath('dns-ask32')], root: true },
          { fixture: 'dns-lab', args: [fixturePath('dns-ask-tcp32')], root: true },
          { fixture: 'int80', args: ['.'] },
          { fixture: 'mount-calls32', args: ['FOLDER'], root: true },
          { fixture: 'system-calls32', args: ['/etc/passwd', 'untraced'], root: true },
          { fixture: 'namespaces32', args: ['made'], root: true },
          { fixture: 'exec-chain', args: [fixturePath('exec-chain32'), fixturePath('exec-chain')] },
        ]
      : []),
  ].map(
    ({
      fixture,
      args,
      status = 0,
      root: asRoot = false,
    }: {
      fixture: string
      args: string[]
      status?: number
      root?: boolean
    }): Entry => ({
      name: `the fixture ${fixture} ${args.join(' ')}`.replaceAll(`${root}/`, '').trim(),
      status,
      root: asRoot,
      least: { processes: 1, acts: 1, looks: 0, transfers: 0 },
      prepare(folder) {
        const given = args.map((argument) => (argument === 'FOLDER' ? folder : argument))
        return { program: fixturePath(fixture), args: given, env: environment(folder), cwd: folder }
      },
    }),
  ),
]

function fixturePath(name: string): string {
  return join(root, 'build/workloads', name)
}
