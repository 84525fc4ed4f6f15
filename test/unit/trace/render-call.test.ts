// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { renderEvent } from '../../../src/trace/render.ts'
import { failed, inet, type ProcessBuilder, TraceBuilder, unix } from '../../helpers/trace-builder.ts'

const absent = { status: 'absent' } as const

/** Lines of what a process does, without those of how it came to be. */
function linesOf(act: (process: ProcessBuilder, other: ProcessBuilder) => unknown): string[] {
  const builder = new TraceBuilder()
  const process = builder.root.spawn('/bin/tool', ['tool'])
  const other = builder.root.spawn('/usr/bin/server', ['server'])
  const before = builder.trace().events.length
  act(process, other)
  return builder.trace().events.slice(before).map(renderEvent)
}

test('every kind of event is one line', () => {
  const lines = linesOf((process, other) => {
    process
      .io('/a', { read: 4096, mapped: 8192 })
      .io('/a', { written: 1 })
      .io('/a', { writable: 10 })
      .io(absent, { read: 0 })
    process
      .rename('/a', '/b')
      .rename('/a', '/b', { flags: ['RENAME_EXCHANGE'] })
      .unlink('/a')
      .rmdir('/d')
      .mkdir('/d')
    process.link('/a', '/b').symlink('/l', '../a').mknod('/p').mknod('/dev/x', 'blockDevice', { device: '8:1' })
    process.chmod('/a', 0o644).chmod('/a', 0o7).chown('/a', 0, 100).chown('/a', null, 100)
    process.truncate('/a').truncate('/a', 1).utimes('/a').xattr('/a', 'user.mime')
    process.stat('/a').access('/a', ['read', 'write']).readlink('/l', '../a').readlink('/a', absent, failed('EINVAL'))
    process.list('/d').sync('/a').sync(absent, 'sync')
    process
      .socket('inet6')
      .bind(inet('127.0.0.1', 80))
      .listen(unix('/run/x.sock'))
      .accept(inet('10.0.0.1', 5), inet('::', 80))
    process.dns('a.example', ['10.0.0.1', { name: 'b.example', type: 'CNAME', ttl: 1, data: 'c.example' }])
    process.dns('b.example', [], { type: 'AAAA', status: 'NXDOMAIN' }).dns('c.example', [], { status: null })
    process.dns('d.example', ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4', '1.1.1.5', '1.1.1.6'])
    process.signal('SIGTERM', other).signal('SIGHUP', other, { delivery: 'ignored' }).signal('SIGKILL', null)
    process.signal('SIGUSR1', null, { delivery: 'failed', errno: 'ESRCH' }).kernelSignal('SIGSEGV')
    process.signal('SIGINT', other, { sender: null, senderPid: 1 }).signal('SIGINT', other.fork())
    process.namespace('unshare', ['net', 'user']).namespace('unshare', [])
    process.mount('/dev/sda1', '/mnt', 'ext4', { flags: ['MS_RDONLY'] }).umount('/mnt', { flags: ['MNT_DETACH'] })
    process.mount(absent, absent, 'tmpfs', { call: 'fsopen' }).chroot('/new').pivotRoot('/new', 'old')
    process.credentials('setuid', 1000).ptrace('PTRACE_ATTACH', 7).bpf('BPF_PROG_LOAD')
    process
      .module('finit_module', '/lib/x.ko')
      .module('init_module', absent)
      .ioUring(8, { flags: ['IORING_SETUP_SQPOLL'] })
    process.syscall('getrandom').syscall('madvise', [], failed('EINVAL'))
  })
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "io /a (read 4096 bytes in 1 call, mapped 8192 bytes)
    io /a (wrote 1 byte in 1 call)
    io /a (mapped 10 bytes to write)
    io <absent> (read 0 bytes in 1 call)
    rename /a to /b
    rename /a to /b (RENAME_EXCHANGE)
    unlink /a
    rmdir /d
    mkdir /d
    link /a as /b
    symlink /l to ../a
    mknod fifo /p
    mknod blockDevice /dev/x (8:1)
    chmod 644 /a
    chmod 007 /a
    chown 0:100 /a
    chown -:100 /a
    truncate /a to 0 bytes
    truncate /a to 1 byte
    utimes /a
    xattr user.mime of /a (setxattr)
    stat /a
    access /a (read, write)
    readlink /l (to ../a)
    readlink /a -> EINVAL
    list /d
    sync fsync /a
    sync
    socket inet6 stream
    bind tcp 127.0.0.1:80
    listen unix:/run/x.sock
    accept tcp 10.0.0.1:5 on [::]:80
    dns A a.example -> 10.0.0.1, CNAME c.example
    dns AAAA b.example -> NXDOMAIN
    dns A c.example -> no answer
    dns A d.example -> 1.1.1.1, 1.1.1.2, 1.1.1.3, 1.1.1.4, … 2 more
    signal SIGTERM to server
    signal SIGHUP to server -> ignored
    signal SIGKILL to a process outside the scope
    signal SIGUSR1 -> ESRCH
    signal SIGSEGV to tool (from the kernel)
    signal SIGINT to server (from outside the scope)
    fork
    signal SIGINT to server (forked)
    namespace unshare net, user
    namespace unshare of none
    mount /dev/sda1 on /mnt (ext4, MS_RDONLY)
    umount /mnt (MNT_DETACH)
    mount fsopen (tmpfs)
    chroot /new
    pivotRoot /new (the old root at old)
    credentials setuid (uid 1000, gid 1000)
    ptrace PTRACE_ATTACH
    bpf BPF_PROG_LOAD
    module finit_module /lib/x.ko
    module init_module
    ioUring of 8 entries (IORING_SETUP_SQPOLL)
    syscall getrandom
    syscall madvise -> EINVAL"
  `)
})

test('a call that failed, was blocked, or in which the process died', () => {
  expect(
    linesOf((process) => {
      process.unlink('/a', failed('EPERM'))
      process.unlink('/a', { ...failed('EPERM'), blocked: true })
      process.unlink('/a', { result: { ok: false, errno: null }, died: true })
    }),
  ).toEqual(['unlink /a -> EPERM', 'unlink /a -> blocked (EPERM)', 'unlink /a -> died in the call'])
})

test('whatever comes from a process is escaped', () => {
  const bad = '\x1b[2J\u202e\n'
  const lines = linesOf((process) => {
    process.io(bad, { read: 1 }).rename(bad, bad).link(bad, bad).symlink(bad, bad).mknod(bad).xattr(bad, bad)
    process
      .stat(bad)
      .readlink(bad, bad)
      .list(bad)
      .sync(bad)
      .bind(unix(bad))
      .listen(unix(bad))
      .accept(unix(bad), unix(bad))
    process
      .dns(bad, [bad], { type: bad, status: 'NOERROR' })
      .dns(bad, [], { status: bad })
      .signal(bad, null, { errno: bad })
    process
      .mount(bad, bad, bad, { flags: [bad] })
      .umount(bad)
      .chroot(bad)
      .pivotRoot(bad, bad)
      .credentials(bad, 0)
    process.ptrace(bad, 0).bpf(bad).module('delete_module', bad).syscall(bad).socket(bad).truncate(bad).chmod(bad, 0)
  })
  for (const line of lines) expect(line).not.toMatch(/[\x00-\x1f\u202e]/)
  for (const line of lines) expect(line).toMatch(/\\x1b\[2J\\u202e\\n/)
})
