// SPDX-License-Identifier: MIT
// Calls about files, as strace 6.1 writes them.
import { expect, test } from 'vitest'
import { image } from './strace-image.ts'

test.each([
  [
    'rename("a", "sub/b") = 0',
    { kind: 'rename', asked: 'a', path: '/project/a', askedTo: 'sub/b', to: '/project/sub/b' },
  ],
  ['renameat(3</box>, "a", AT_FDCWD</other>, "b") = 0', { path: '/box/a', to: '/other/b', flags: [] }],
  [
    'renameat2(AT_FDCWD</project>, "a", AT_FDCWD</project>, "b", RENAME_NOREPLACE|RENAME_WHITEOUT) = 0',
    { flags: ['RENAME_NOREPLACE', 'RENAME_WHITEOUT'] },
  ],
  ['unlink("../a") = 0', { kind: 'unlink', asked: '../a', path: '/a', followed: false }],
  ['unlinkat(999, "a", 0) = 0', { kind: 'unlink', asked: 'a', path: null }],
  ['unlinkat(3</box>, "a", AT_REMOVEDIR) = 0', { kind: 'rmdir', path: '/box/a' }],
  ['rmdir(0x8) = 0', { kind: 'rmdir', asked: null, path: null }],
  ['mkdir("a", 01777) = 0', { kind: 'mkdir', permissions: 0o1777 }],
  ['mkdirat(3</box>, "a", 000) = 0', { kind: 'mkdir', path: '/box/a', permissions: 0 }],
  ['link("a", "b") = 0', { kind: 'link', path: '/project/a', to: '/project/b', followed: false }],
  [
    'linkat(3</box/a>, "", 4</box>, "b", AT_EMPTY_PATH) = 0',
    { kind: 'link', asked: null, path: '/box/a', to: '/box/b' },
  ],
  ['linkat(3</box>, "", 4</box>, "b", AT_SYMLINK_FOLLOW) = 0', { asked: '', path: '/box', followed: true }],
  ['symlink("to", "a") = 0', { kind: 'symlink', target: 'to', asked: 'a', path: '/project/a' }],
  ['symlinkat("to", 3</box>, "a") = 0', { target: 'to', path: '/box/a' }],
  [
    'mknod("a", S_IFCHR|0666, makedev(0x1, 0x3)) = 0',
    { kind: 'mknod', permissions: 0o666, fileType: 'characterDevice', device: '1:3' },
  ],
  ['mknodat(3</box>, "a", 0600) = 0', { path: '/box/a', fileType: 'file', device: '' }],
  ['chmod("a", S_IFREG|0644) = 0', { kind: 'chmod', path: '/project/a', permissions: 0o644, followed: true }],
  ['fchmod(3</box/a>(deleted), 06600) = 0', { asked: null, path: '/box/a', permissions: 0o6600 }],
  ['fchmodat(3</box>, "a", 0644) = 0', { path: '/box/a' }],
  ['chown("a", -1, 100) = 0', { kind: 'chown', uid: null, gid: 100, followed: true }],
  ['lchown("a", 1, -1) = 0', { uid: 1, gid: null, followed: false }],
  ['fchownat(AT_FDCWD</other>, "a", 1, 2, AT_SYMLINK_NOFOLLOW) = 0', { path: '/other/a', followed: false }],
  ['truncate("a", 18446744073709551615) = 0', { kind: 'truncate', length: -1 }],
  ['ftruncate(3</a>, 4886718345) = 0', { path: '/a', length: 4886718345 }],
  ['fallocate(3</a>, 0, 100, 11) = 0', { length: 111 }],
  ['utimensat(3</a>, NULL, NULL, 0) = 0', { kind: 'utimes', asked: null, path: '/a' }],
  ['utimensat(AT_FDCWD</project>, "a", NULL, AT_SYMLINK_NOFOLLOW) = 0', { path: '/project/a', followed: false }],
  ['futimesat(3</box>, "a", NULL) = 0', { path: '/box/a' }],
  [
    'lsetxattr("a", "user.one", "1", 1, 0) = 0',
    { kind: 'xattr', path: '/project/a', name: 'user.one', followed: false },
  ],
  ['fremovexattr(3</a>, "user.one") = 0', { path: '/a', name: 'user.one' }],
  ['fsync(3</a>) = 0', { kind: 'sync', path: '/a' }],
  ['msync(0x7f0000, 4096, MS_SYNC) = 0', { kind: 'sync', path: null }],
])('an act: %s', (line, facts) => {
  const [act, ...more] = image(line).acts
  expect(more).toEqual([])
  expect(act).toMatchObject({ kind: 'call', call: line.slice(0, line.indexOf('(')), facts, outcome: 'ok' })
})

test.each([
  ['stat("a", 0x7f) = 0', { kind: 'stat', asked: 'a', path: '/project/a', followed: true }],
  ['lstat("a", 0x7f) = 0', { kind: 'stat', followed: false }],
  ['newfstatat(3</box>, "a", 0x7f, AT_SYMLINK_NOFOLLOW) = 0', { path: '/box/a', followed: false }],
  ['newfstatat(AT_FDCWD</other>, "", 0x7f, AT_EMPTY_PATH) = 0', { asked: '', path: '/other' }],
  ['statx(AT_FDCWD</project>, "a", AT_STATX_SYNC_AS_STAT, STATX_ALL, 0x7f) = 0', { path: '/project/a' }],
  ['access("a", R_OK|X_OK) = 0', { kind: 'access', mode: ['execute', 'read'] }],
  ['faccessat2(3</box>, "a", F_OK, AT_SYMLINK_NOFOLLOW) = 0', { mode: ['exists'], followed: false }],
  ['readlink("a", "to", 4096) = 2', { kind: 'readlink', target: 'to' }],
  ['readlinkat(3</box/a>, "", "to", 4096) = 2', { asked: null, path: '/box/a', target: 'to' }],
  ['getdents64(3</box>, 0x7f, 32768) = 80', { kind: 'list', path: '/box' }],
])('a look: %s', (line, facts) => {
  expect(image(line).looks).toMatchObject([{ call: line.slice(0, line.indexOf('(')), facts, outcome: 'ok' }])
})

test.each([
  ['newfstatat(3</box>, "", 0x7f, AT_EMPTY_PATH) = 0'],
  ['statx(3</box>, NULL, AT_STATX_SYNC_AS_STAT|AT_EMPTY_PATH, STATX_ALL, 0x7f) = 0'],
  ['faccessat2(3</box>, "", R_OK, AT_EMPTY_PATH) = 0'],
])('no look, since nothing is looked up: %s', (line) => {
  expect(image(line)).toMatchObject({ acts: [], looks: [] })
})

test('the target of a link is known when it was read', () => {
  const { looks } = image('readlink("a", 0x7f, 4096) = -1 EINVAL (Invalid argument)')
  expect(looks).toMatchObject([{ facts: { target: null }, outcome: 'EINVAL' }])
})

test('bytes are added up by file', () => {
  const { transfers, acts } = image(
    'read(3</a>, ""..., 4096) = 100',
    'pread64(3</a>, "", 10, 0) = 10',
    'read(3</a>, "", 10) = 0',
    'read(3</a>, 0x8, 10) = -1 EFAULT (Bad address)',
    'writev(3</a>(deleted), 0x7f, 2) = 7',
    'mmap(NULL, 5000, PROT_READ, MAP_PRIVATE, 3</a>, 0) = 0x7f2e4a2aa000',
    'mmap(NULL, 100, PROT_READ|PROT_WRITE, MAP_SHARED, 3</a>, 0) = 0x7f2e4a2aa000',
    'mmap(NULL, 100, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, 3</a>, 0) = 0x7f2e4a2aa000',
    'mmap(NULL, 100, PROT_READ, MAP_PRIVATE, 3</a>, 1) = -1 EINVAL (Invalid argument)',
    'sendfile(4</b>, 3</a>, NULL, 1000) = 300',
    'splice(4</b>, [0], 5<pipe:[1]>, NULL, 10, 0) = 10',
    'copy_file_range(4</b>, NULL, 3</a>, NULL, 10, 0) = 9',
    'write(1</dev/null>, "", 5) = 5',
    'read(0<socket:[5]>, "", 5) = 5',
  )
  expect(acts).toEqual([])
  const nothing = { writtenCalls: 0, writtenBytes: 0, mappedCalls: 0, mappedBytes: 0, mappedWritable: 0 }
  expect(Object.fromEntries(transfers)).toEqual({
    '/a': {
      ...{ readCalls: 4, readBytes: 410, writtenCalls: 2, writtenBytes: 16 },
      ...{ mappedCalls: 2, mappedBytes: 5100, mappedWritable: 100 },
    },
    '/b': { ...nothing, readCalls: 2, readBytes: 19, writtenCalls: 1, writtenBytes: 300 },
  })
})

test('what is moved through a fifo that the run made is no content of a file', () => {
  const { transfers } = image(
    'mknodat(AT_FDCWD</project>, "fifo", S_IFIFO|0600) = 0',
    'mknodat(AT_FDCWD</project>, "there", S_IFIFO|0600) = -1 EEXIST (File exists)',
    'mknodat(AT_FDCWD</project>, "plain", S_IFREG|0600) = 0',
    'read(3</project/fifo>, "", 10) = 10',
    'read(3</project/there>, "", 10) = 10',
    'read(3</project/plain>, "", 10) = 10',
  )
  expect([...transfers.keys()]).toEqual(['/project/there', '/project/plain'])
})

test('what a command moves is not measured', () => {
  const { unmeasured } = image(
    'ioctl(3</a>, _IOC(_IOC_WRITE, 0x58, 0x39, 0x30), 0x7ffc) = 0',
    'ioctl(3</b>, _IOC(_IOC_WRITE, 0x58, 0x39, 0x30), 0x7ffc) = -1 EOPNOTSUPP (Operation not supported)',
    'ioctl(3</c>, BTRFS_IOC_CLONE or FICLONE, 4) = 0',
    'ioctl(1</e>, TCGETS, {c_iflag=ICRNL|IXON, ...}) = 0',
  )
  expect([...unmeasured]).toEqual(['/a', '/c'])
})

test('a call that strace has no name for is passed over', () => {
  expect(image('syscall_0x1c4(0x3, 0x492a9d, 0x1a0, 0x1000, 0x7ffcfd58f3d7, 0xa0) = 0')).toMatchObject({
    acts: [],
    looks: [],
  })
})
