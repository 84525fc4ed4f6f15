// SPDX-License-Identifier: MIT
// Calls about sockets, namespaces, mounts, credentials and signals, as strace 6.1 writes them.
import { expect, test } from 'vitest'
import { image } from './strace-image.ts'

test.each([
  [
    'socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP) = 3<socket:[7]>',
    { kind: 'socket', family: 'inet', socketType: 'stream', protocol: 6 },
  ],
  ['socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) = 3', { family: 'netlink', socketType: 'raw', protocol: 0 }],
  ['socket(AF_UNIX, SOCK_RAW, 0) = 3', { family: 'unix', socketType: 'datagram' }],
  ['socket(AF_INET, SOCK_PACKET, htons(ETH_P_ALL)) = 3', { family: 'packet', socketType: 'other', protocol: null }],
  ['socketpair(AF_UNIX, SOCK_DGRAM, 0, [3, 4]) = 0', { family: 'unix', socketType: 'datagram', protocol: 0 }],
  [
    'bind(3<socket:[7]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
    { kind: 'bind', address: 'inet 127.0.0.1:80' },
  ],
  ['listen(3<socket:[7]>, 128) = 0', { kind: 'listen', backlog: 128 }],
  ['accept4(3<socket:[7]>, NULL, NULL, SOCK_CLOEXEC) = 4<socket:[8]>', { kind: 'accept' }],
  [
    'sendto(3<socket:[7]>, "x", 1, 0, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("127.0.0.1")}, 16) = 1',
    { kind: 'send', address: 'inet 127.0.0.1:9' },
  ],
  [
    'sendmsg(3<socket:[7]>, {msg_name={sa_family=AF_UNIX, sun_path="a"}, msg_namelen=4, msg_iov=[{iov_base="x", iov_len=1}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, 0) = 1',
    { kind: 'send', address: 'unix a' },
  ],
  ['unshare(CLONE_NEWNS|CLONE_NEWNET) = 0', { kind: 'namespace', flags: ['CLONE_NEWNET', 'CLONE_NEWNS'] }],
  ['setns(3<net:[4026531840]>, CLONE_NEWNET) = 0', { kind: 'namespace' }],
  [
    'mount("from", "to", "tmpfs", MS_NOSUID|MS_NODEV, NULL) = 0',
    {
      kind: 'mount',
      from: 'from',
      asked: 'to',
      path: '/project/to',
      fileSystem: 'tmpfs',
      flags: ['MS_NODEV', 'MS_NOSUID'],
    },
  ],
  ['mount("from", "to", 0x55d0, MS_BIND|MS_REC, NULL) = 0', { from: 'from', path: '/project/to', fileSystem: null }],
  ['mount(NULL, "/", "none", MS_REMOUNT, NULL) = 0', { from: null, path: '/', fileSystem: null }],
  ['umount2("to", MNT_DETACH) = 0', { kind: 'umount', path: '/project/to', flags: ['MNT_DETACH'] }],
  ['chroot("/jail") = 0', { kind: 'chroot', asked: '/jail', path: '/jail' }],
  ['pivot_root(".", "old") = 0', { kind: 'pivotRoot', asked: '.', path: '/project', oldRoot: 'old' }],
  ['fsopen("tmpfs", FSOPEN_CLOEXEC) = 3', { kind: 'mount' }],
  ['setresuid(-1, 1000, 0) = 0', { kind: 'credentials', asked: ['null', '1000', '0'] }],
  ['setgroups(2, [1, 2]) = 0', { kind: 'credentials', asked: [] }],
  ['bpf(BPF_PROG_LOAD, {prog_type=BPF_PROG_TYPE_SOCKET_FILTER}, 144) = 3', { kind: 'bpf', command: 'BPF_PROG_LOAD' }],
  ['delete_module("m", O_NONBLOCK) = 0', { kind: 'module' }],
  ['io_uring_setup(8, {flags=0}) = 3', { kind: 'ioUring', entries: 8 }],
])('an act: %s', (line, facts) => {
  const [act, ...more] = image(line).acts
  expect(more).toEqual([])
  expect(act).toMatchObject({ kind: 'call', call: line.slice(0, line.indexOf('(')), facts, outcome: 'ok' })
})

test('a message without an address of its own is no act', () => {
  const message =
    '{msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base="x", iov_len=1}], msg_iovlen=1, msg_controllen=0, msg_flags=0}'
  const { acts } = image(
    'sendto(3<socket:[7]>, "x", 1, MSG_NOSIGNAL, NULL, 0) = 1',
    `sendmsg(3<socket:[7]>, ${message}, 0) = 1`,
    `sendmmsg(3<socket:[7]>, [{msg_hdr=${message}, msg_len=1}], 1, 0) = 1`,
  )
  expect(acts).toEqual([])
})

test('each message that was sent to an address of its own is an act', () => {
  const to = (port: number) =>
    `{msg_hdr={msg_name={sa_family=AF_INET, sin_port=htons(${port}), sin_addr=inet_addr("127.0.0.1")}, msg_namelen=16, msg_iov=[{iov_base="x", iov_len=1}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, msg_len=1}`
  const call = (result: string) => `sendmmsg(3<socket:[7]>, [${to(1)}, ${to(2)}, ${to(3)}], 3, 0) = ${result}`
  expect(image(call('2')).acts).toMatchObject([
    { facts: { address: 'inet 127.0.0.1:1' } },
    { facts: { address: 'inet 127.0.0.1:2' }, outcome: 'ok' },
    { facts: { address: 'inet 127.0.0.1:3' }, outcome: 'no answer' },
  ])
  expect(image(call('3')).acts).toHaveLength(3)
  expect(image(call('-1 EPERM (Operation not permitted)')).acts).toMatchObject([
    { facts: { address: 'inet 127.0.0.1:1' }, outcome: 'EPERM' },
  ])
})

test('data with a SYN connects', () => {
  const { acts } = image(
    'sendto(3<socket:[7]>, "x", 1, MSG_FASTOPEN, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("127.0.0.1")}, 16) = 1',
  )
  expect(acts).toEqual([{ kind: 'connect', address: 'none', outcome: 'ok' }])
})

test('signals that are sent, and that come, are told by name', () => {
  const { looks, acts } = image(
    'kill(7, SIGTERM) = 0',
    'kill(7, 0) = 0',
    'tgkill(7, 7, SIGRT_2) = -1 ESRCH (No such process)',
    '--- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_USER, si_pid=6, si_uid=0} ---',
    '--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=8} ---',
    'kill(7, SIGKILL) = ?',
  )
  expect(acts).toEqual([])
  expect(looks).toMatchObject([
    { call: 'kill', facts: { signal: 'SIGTERM' }, outcome: 'ok' },
    { call: 'tgkill', facts: { signal: 'SIGRT2' }, outcome: 'ESRCH' },
    { call: 'received', facts: { signal: 'SIGUSR1', code: 0 } },
    { call: 'kill', facts: { signal: 'SIGKILL' }, outcome: 'ok' },
  ])
})
