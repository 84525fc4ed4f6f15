// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import { suggestPolicy } from '../../../src/trace/hermetic/suggest.ts'
import { did, isHermetic, told } from '../../helpers/hermetic-told.ts'
import { failed, HermeticTrace, own } from '../../helpers/hermetic-trace.ts'
import { errorOf } from '../../helpers/message-of.ts'
import type { ProcessBuilder } from '../../helpers/trace-builder.ts'

describe('paths', () => {
  test('a name is one of the project root, not of any folder', () => {
    const trace = did((process) => process.open(own('Makefile')).open(own('sub/Makefile')))
    expect(told(trace, { inputs: ['Makefile'] })).toEqual(['Read, not an input (1):', '  sub/Makefile'])
    isHermetic(trace, { inputs: ['**/Makefile'] })
  })

  test('an error that is told behind the look tells that the path is there', () => {
    const looked = did((process, all) => {
      for (const errno of ['EFAULT', 'ENAMETOOLONG']) all.missing(process, `/etc/${errno}`, errno)
      process.execFailed('/home/me/x', 'EFAULT')
    })
    expect(told(looked, { absent: true })).toEqual([
      'Looked at, not an input (3):',
      '  /etc/EFAULT -> EFAULT',
      '  /etc/ENAMETOOLONG -> ENAMETOOLONG',
      '  /home/me/x -> EFAULT',
    ])
    const unread = did((process, all) => {
      all
        .missing(process, { status: 'unreadable' }, 'EFAULT')
        .missing(process, { status: 'truncated', prefix: '/a' }, 'ENAMETOOLONG')
      all.missing(process, own('x'), 'EBADF')
    })
    isHermetic(unread, {})
  })

  test('what /dev/fd leads to is no device', () => {
    const through = did((process, all) => all.stat(process, '/dev/fd/3/etc/passwd'))
    expect(errorOf(() => isHermetic(through, {}))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
    const changed = did((process, all) => all.chmod(process, '/dev/stdin'))
    expect(errorOf(() => isHermetic(changed, {}))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
    const itself = did((process, all) =>
      all.stat(process, '/dev/fd/3').stat(process, '/dev/fd').stat(process, '/dev/stdin'),
    )
    isHermetic(itself, {})
  })

  test('what /proc leads to elsewhere cannot be told', () => {
    const paths = ['/proc/self/exe', '/proc/self/root', '/proc/1001/cwd', '/proc/thread-self/fd/3']
    for (const path of paths) {
      const changed = did((process, all) => all.chmod(process, path))
      expect(errorOf(() => isHermetic(changed, {}))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
      isHermetic(
        did((process, all) => all.stat(process, path)),
        {},
      )
    }
    const root = did((process, all) => all.stat(process, '/proc/1001/root/usr/bin'))
    expect(errorOf(() => isHermetic(root, {}))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
    isHermetic(
      did((process, all) => all.stat(process, '/proc/self/root/usr/bin')),
      {},
    )
  })

  test('what /proc says of the network is the machine’s', () => {
    const trace = did((process, all) => {
      process.open('/proc/1001/net/route').open('/proc/1001/status')
      all.stat(process, '/proc/self/net/tcp')
    })
    expect(told(trace, {})).toEqual([
      'Read, not an input (1):',
      '  /proc/net/route (asked for as /proc/1001/net/route)',
      'Looked at, not an input (1):',
      '  /proc/net/tcp (asked for as /proc/self/net/tcp)',
    ])
    isHermetic(trace, { inputs: ['/proc/net/*'] })
  })

  test('a folder whose name begins alike is another one', () => {
    const trace = did((process) => process.open('/home/me/project2/x').open(own('src2/x')))
    expect(told(trace, { inputs: ['src/**'] })).toEqual([
      'Read, not an input (2):',
      '  src2/x',
      '  /home/me/project2/x',
    ])
  })

  test('a folder is itself, and all that is in it with `/**`', () => {
    const trace = did((process, all) => all.list(process, own('src')) && process.open(own('src/.hidden/new\nline')))
    expect(told(trace, { inputs: ['src'] })).toEqual(['Read, not an input (1):', '  src/.hidden/new\\nline'])
    isHermetic(trace, { inputs: ['src/**'] })
  })

  test('folders on the way to something may be looked at, and found to be absent', () => {
    const trace = did((process, all) => {
      for (const path of ['/', '/home', '/home/me', own('src'), own('src/deep')]) all.stat(process, path)
      all.missing(process, own('out'))
      process.open(own('src/deep/x.c')).create(own('out/x.o'))
    })
    isHermetic(trace, { inputs: ['src/deep/*.c'], outputs: ['out/x.o'] })
    const listed = did((process, all) => all.list(process, own('src')) && process.open(own('src/x.c')))
    expect(told(listed, { inputs: ['src/x.c'] })).toEqual(['Listed, not an input (1):', '  src'])
  })

  test('folders on the way to an output may be made and removed', () => {
    const trace = did((process) => {
      process.mkdir(own('out')).mkdir(own('out/sub')).create(own('out/sub/x')).unlink(own('out/sub/x'))
      process.rmdir(own('out/sub')).rmdir(own('out')).mkdir('/home', failed('EEXIST'))
    })
    isHermetic(trace, { outputs: ['out/sub/x'] })
    expect(
      told(
        did((process) => process.rmdir(own('src'))),
        { inputs: ['src/**'] },
      ),
    ).toEqual(['Removed, not an output (1):', '  src'])
  })

  test('an absent path is declared where a file would be', () => {
    const trace = did((process, all) => {
      all
        .missing(process, own('src/x.h'))
        .missing(process, own('other/x.h'))
        .missing(process, own('src/a.c/b'), 'ENOTDIR')
      process
        .openFailed(own('.rc'), 'ENOENT')
        .execFailed('/home/me/bin/make', 'ENOENT')
        .unlink(own('old'), failed('ENOENT'))
    })
    expect(told(trace, { inputs: ['src/**'] })).toEqual([
      'Found absent, where nothing is declared (4):',
      '  /home/me/bin/make',
      '  .rc',
      '  old',
      '  other/x.h',
    ])
    isHermetic(trace, { inputs: ['src/**'], absent: ['.rc', 'o*/**', 'old', '/home/me/bin/*'] })
    isHermetic(trace, { absent: true })
  })

  test('an absent path is no more than that', () => {
    const trace = did((process) => process.open(own('.rc')))
    expect(told(trace, { absent: true })).toEqual(['Read, not an input (1):', '  .rc'])
  })

  test('a failed rename is one of both names', () => {
    const trace = did((process) => process.rename(own('out/a'), '/srv/b', failed('ENOENT')))
    expect(told(trace, { outputs: ['out/**'] })).toEqual(['Found absent, where nothing is declared (1):', '  /srv/b'])
  })

  test('each change of a file needs an output', () => {
    const trace = did((process, all) => {
      process
        .write(own('a'))
        .open(own('b'), { flags: ['O_RDONLY', 'O_TRUNC'] })
        .io(own('c'), { written: 1 })
      process
        .io(own('d'), { writable: 1 })
        .truncate(own('e'))
        .symlink(own('f'), 'x')
        .mknod(own('g'))
        .link(own('a'), own('h'))
      process.openFailed(own('i'), 'EACCES', { mode: 'readwrite' })
      all.chmod(process, own('j'))
    })
    expect(told(trace, { inputs: ['*'] })).toEqual([
      'Written, not an output (7):',
      '  a',
      '  b',
      '  c',
      '  d',
      '  e (truncate)',
      '  i -> EACCES',
      '  j (chmod)',
      'Created, not an output (3):',
      '  f',
      '  g',
      `  h (linked from ${own('a')})`,
    ])
    isHermetic(trace, { outputs: ['*'] })
  })

  test('data that went through an inherited descriptor was used, opened or not', () => {
    const trace = did((process) => process.io('/home/me/notes', { read: 5 }).io('/home/me/log', { mapped: 5 }))
    expect(told(trace, {})).toEqual(['Read, not an input (2):', '  /home/me/log', '  /home/me/notes'])
  })

  test('data of a file that was opened is no second access', () => {
    const trace = did((process) =>
      process
        .open('/home/me/x')
        .io('/home/me/x', { read: 5 })
        .write('/home/me/y')
        .io('/home/me/y', { read: 1, written: 5 }),
    )
    expect(told(trace, {})).toEqual([
      'Read, not an input (1):',
      '  /home/me/x',
      'Written, not an output (1):',
      '  /home/me/y',
    ])
  })

  test('what has no name is nobody’s', () => {
    const trace = did((process) => {
      process.open('/tmp/#77', {
        flags: ['O_RDWR', 'O_TMPFILE'],
        mode: 'readwrite',
        created: true,
        deleted: true,
        inode: 77n,
      })
      process.io('/tmp/#77', { written: 5 }, { inode: 77n }).open('pipe:[5]', { fileType: 'fifo', disconnected: true })
      process.open('/memfd:x', { deleted: true, mode: 'write' }).io('/memfd:x', { written: 1 })
    })
    isHermetic(trace, {})
    const real = did((process) => process.io('/tmp/#77', { written: 5 }, { inode: 78n }))
    expect(told(real, {})).toEqual(['Written, not an output (1):', '  /tmp/#77'])
  })

  test('what a process looks up of itself, and of its tree, does not count', () => {
    const trace = did((process) =>
      process.open('/proc/1001/status').open('/proc/self/maps').open('/proc/1001/task/1001/comm'),
    )
    isHermetic(trace, {})
    const others = did((process) => process.open('/proc/1000/environ').open('/proc/77/environ').open('/proc/1/environ'))
    expect(told(others, {})).toEqual([
      'Read, not an input (3):',
      '  /proc/1/environ',
      '  /proc/1000/environ',
      '  /proc/77/environ',
    ])
  })

  test('a way through one’s own /proc hides nothing', () => {
    const through = did((_, all) => all.stat(_, '/proc/self/root/etc/shadow'))
    expect(told(through, {})).toEqual([
      'Looked at, not an input (1):',
      '  /etc/shadow (asked for as /proc/self/root/etc/shadow)',
    ])
    const unknown = did((process, all) => all.chmod(process, '/proc/self/fd/3'))
    expect(errorOf(() => expect(unknown).toBeHermetic({ toolchain: true }))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
  })

  test('a mode that the C library changes by the descriptor that it has just opened', () => {
    const opened = { mode: 'path', flags: ['O_RDONLY', 'O_PATH'], result: { ok: true, value: 3 } } as const
    const changed = (between: (process: ProcessBuilder, all: HermeticTrace) => unknown, fd = 3) =>
      did((process, all) => {
        process.open(own('out/x'), opened)
        between(process, all)
        all.chmod(process, `/proc/self/fd/${fd}`, { followed: true })
      })
    const plain = changed(() => {})
    expect(told(plain, {})).toEqual(['Written, not an output (1):', '  out/x (chmod), also looked at  ×2'])
    isHermetic(plain, { outputs: ['out/*'] })
    expect({ ...suggestPolicy(plain) }).toEqual({ outputs: ['out/x'], toolchain: true, executables: ['tool'] })
    for (const other of [
      changed((process) => process.open('/usr/lib/y')),
      changed((process, all) => all.stat(process, '/usr/lib')),
      changed(() => {}, 4),
    ])
      expect(errorOf(() => expect(other).toBeHermetic({ toolchain: true, outputs: ['out/*'] }))).toMatchObject({
        code: 'INCOMPLETE_TRACE',
      })
  })

  test('`ignore` is in place of the default', () => {
    const trace = did((process) => process.open('/dev/null').open('/sys/class/net'))
    expect(told(trace, {})).toEqual(['Read, not an input (1):', '  /sys/class/net'])
    expect(told(trace, { ignore: ['/sys/**'] })).toEqual(['Read, not an input (1):', '  /dev/null'])
    isHermetic(trace, { ignore: ['/sys/**', '/dev/null'] })
  })

  test('what belongs to the machine may be looked at, not changed', () => {
    const trace = did((process, all) => {
      process.open('/sys/devices/system/cpu/online').write('/sys/devices/system/cpu/cpu1/online')
      process.write('/dev/null').write('/proc/self/oom_score_adj').mkdir('/sys/fs/cgroup/x')
      all.stat(process, '/proc/filesystems')
    })
    expect(told(trace, {})).toEqual([
      'Written, not an output (1):',
      '  /sys/devices/system/cpu/cpu1/online',
      'Created, not an output (1):',
      '  /sys/fs/cgroup/x',
    ])
    isHermetic(trace, { outputs: ['/sys/**'] })
    isHermetic(trace, { ignore: ['/sys/devices/**', '/sys/fs/**', '/dev/*', '/proc/**'] })
  })

  test('what exists already was looked at, what was refused was tried', () => {
    const trace = did((process) => {
      process
        .mkdir('/home', failed('EEXIST'))
        .mkdir(own('src'), failed('EEXIST'))
        .mkdir('/home/other', failed('EACCES'))
      process.link(own('src/a'), own('src/b'), failed('EEXIST')).rename(own('src/a'), own('c'), failed('EACCES'))
    })
    expect(told(trace, { inputs: ['src/**'] })).toEqual([
      'Created, not an output (1):',
      '  /home/other -> EACCES',
      'Renamed, not an output (2):',
      `  c (renamed from ${own('src/a')}) -> EACCES`,
      `  src/a (renamed to ${own('c')}) -> EACCES`,
    ])
  })

  test('a file that is linked by its descriptor is read', () => {
    const trace = did((process) =>
      process.link('/home/me/x', own('out/x'), { resolved: 'kernel' }).link('/home/me/#7', own('out/y')),
    )
    expect(told(trace, { outputs: ['out/*'] })).toEqual([
      'Read, not an input (2):',
      `  /home/me/#7 (linked to ${own('out/y')})`,
      `  /home/me/x (linked to ${own('out/x')})`,
    ])
  })

  test('a file gets the first name that it ever had', () => {
    const trace = did((process) => {
      process
        .link('/tmp/#77', own('out/x'), { resolved: 'kernel' })
        .link('/proc/self/fd/3', own('out/y'), { followed: true } as object)
    })
    isHermetic(trace, { outputs: ['out/*'] })
  })

  test('a project among the toolchain’s folders is none of it', () => {
    const trace = new HermeticTrace({ projectRoot: '/usr/src/app' })
    trace.root.spawn('/usr/bin/tool', ['tool']).open('/usr/src/app/secret').open('/usr/src/other')
    expect(told(trace.ended(), {})).toEqual(['Read, not an input (1):', '  secret'])
  })

  test('in another root paths are others', () => {
    const trace = did((process, all) => {
      process.open(own('src/x.c'), { chrooted: true }).open('/usr/lib/x', { disconnected: true })
      all.stat(process, '/bin/sh', { chrooted: true })
    })
    expect(told(trace, { inputs: ['src/**'], toolchain: true })).toEqual([
      'Used in another root (chroot), where paths are not those of the test (3):',
      '  /bin/sh (probe)',
      '  src/x.c (read)',
      '  /usr/lib/x (read)',
    ])
    isHermetic(trace, { chrooted: ['/bin/*', '/usr/**', '/home/**'] })
  })

  test('what is mounted on is declared', () => {
    const trace = did((process, all) => all.mount(process, own('out/m')).mount(process, '/x', failed('EPERM')))
    expect(told(trace, { outputs: ['out/**'] })).toEqual(['Mounted on, not in `mounts` (1):', '  out/m'])
    isHermetic(trace, { mounts: ['out/*'] })
  })
})
