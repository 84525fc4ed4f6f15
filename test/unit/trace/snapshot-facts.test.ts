// SPDX-License-Identifier: MIT
// What a snapshot shows of what a process did, by its options.
import { expect, test } from 'vitest'
import type { EventKind } from '../../../src/trace/event.ts'
import { snapshotText, type TraceSnapshotOptions } from '../../../src/trace/snapshot.ts'
import { snapshotEvents } from '../../../src/trace/snapshot-events.ts'
import { failed, inet, type ProcessBuilder, projectRoot, TraceBuilder, unix } from '../../helpers/trace-builder.ts'

const ok = { ok: true, value: 0 }

/** A builder whose processes can do anything: `call(process, kind, facts)`. */
function recording() {
  const builder = new TraceBuilder({ groups: ['process', 'file', 'network', 'probe', 'sync'] })
  const call = (process: ProcessBuilder, kind: EventKind, facts: object): void => {
    const path = 'path' in facts && typeof facts.path === 'string' ? facts.path : ''
    const own = path.startsWith('/') || path === '' ? path : `${projectRoot}/${path}`
    const whole = { kind, call: kind, result: ok, blocked: false, died: false, chrooted: false, flags: [], asked: path }
    builder.add<never>(process.state as never, { ...whole, ...facts, path: own } as never)
  }
  return { builder, call }
}

test('names that were made, changed and removed', () => {
  const { builder, call } = recording()
  const tool = builder.root.spawn('/bin/tool', ['tool'])
  call(tool, 'mkdir', { path: 'out' })
  call(tool, 'mkdir', { path: 'out', result: { ok: false, errno: 'EEXIST' } })
  call(tool, 'rename', { path: 'a.tmp', to: `${projectRoot}/a` })
  call(tool, 'rename', { path: 'x', to: `${projectRoot}/y`, flags: ['RENAME_EXCHANGE'] })
  call(tool, 'unlink', { path: '/tmp/scratch.o' })
  call(tool, 'unlink', { path: '/tmp/scratch.o' })
  call(tool, 'rmdir', { path: 'old' })
  call(tool, 'link', { path: 'a', to: `${projectRoot}/b` })
  call(tool, 'symlink', { path: 'l', target: '../elsewhere' })
  call(tool, 'mknod', { path: 'pipe', fileType: 'fifo' })
  call(tool, 'mkdir', { path: '/inside', chrooted: true })
  for (const kind of ['chmod', 'chown', 'truncate', 'utimes', 'xattr'] as const) call(tool, kind, { path: 'a' })
  tool.exit()
  expect(snapshotText(builder.trace())).toMatchInlineSnapshot(`
    "$ tool -> exit 0
      creates fifo <project>/pipe
      creates folder /inside (in a chroot)
      creates folder <project>/out
      creates link <project>/l to ../elsewhere
      deletes <project>/old
      deletes <tmp:1>.o
      exchanges <project>/x with <project>/y
      links <project>/b to <project>/a
      renames <project>/a.tmp to <project>/a"
  `)
})

test('names that were made up, told by what is done with them', () => {
  const builder = new TraceBuilder()
  const tool = builder.root.spawn('/bin/tool', ['tool', `${projectRoot}/sedAbCdEf`, '-o', 'out/stqK9jv9.o'])
  const renames: [string, string][] = [
    ['package.json.3024151930', 'package.json'],
    ['.data.x1Y2z3', 'data'],
    ['db.tmp-1732187048-ab12', 'db'],
    ['a.tmp', 'a'],
    ['draft', 'final'],
  ]
  for (const [from, to] of renames)
    tool.create(`${projectRoot}/${from}`).rename(`${projectRoot}/${from}`, `${projectRoot}/${to}`)
  const mkstemp = { mode: 'write', created: true, permissions: 0o600, flags: ['O_RDWR', 'O_CREAT', 'O_EXCL'] } as const
  for (const name of ['sedAbCdEf', 'out/stqK9jv9.o', 'tmpab_1c2d3', 'kept6Letters'])
    tool.open(`${projectRoot}/${name}`, mkstemp)
  tool.rename(`${projectRoot}/sedAbCdEf`, `${projectRoot}/f`)
  tool.mkdir(`${projectRoot}/workAbCdEf`, { permissions: 0o700 }).create(`${projectRoot}/workAbCdEf/in`)
  for (const name of ['out/stqK9jv9.o', 'tmpab_1c2d3', 'workAbCdEf/in']) tool.unlink(`${projectRoot}/${name}`)
  tool.rmdir(`${projectRoot}/workAbCdEf`)
  // not those: made for others, too; there before; renamed in vain
  tool.create(`${projectRoot}/lockfile`).unlink(`${projectRoot}/lockfile`)
  tool.mkdir(`${projectRoot}/folder`, { permissions: 0o755 }).rmdir(`${projectRoot}/folder`)
  tool.open(`${projectRoot}/gAb12Cd`, mkstemp).rename(`${projectRoot}/gAb12Cd`, `${projectRoot}/g`, failed('EACCES'))
  tool.exit()
  expect(snapshotText(builder.trace())).toMatchInlineSnapshot(`
    "$ tool <project>/sed<random:1> -o out/st<random:2>.o -> exit 0
      creates <project>/.data.<random:3>
      creates <project>/a.tmp
      creates <project>/db.tmp-<random:4>
      creates <project>/draft
      creates <project>/gAb12Cd
      creates <project>/kept6Letters
      creates <project>/lockfile
      creates <project>/out/st<random:2>.o
      creates <project>/package.json.<random:5>
      creates <project>/sed<random:1>
      creates <project>/tmp<random:6>
      creates <project>/work<random:7>/in
      creates folder <project>/folder
      creates folder <project>/work<random:7>
      deletes <project>/folder
      deletes <project>/lockfile
      deletes <project>/out/st<random:2>.o
      deletes <project>/tmp<random:6>
      deletes <project>/work<random:7>
      deletes <project>/work<random:7>/in
      renames <project>/.data.<random:3> to <project>/data
      renames <project>/a.tmp to <project>/a
      renames <project>/db.tmp-<random:4> to <project>/db
      renames <project>/draft to <project>/final
      renames <project>/package.json.<random:5> to <project>/package.json
      renames <project>/sed<random:1> to <project>/f"
  `)
})

const work = (options: TraceSnapshotOptions) => {
  const { builder, call } = recording()
  const tool = builder.root.spawn('/bin/tool', ['tool'])
  tool.open(`${projectRoot}/src/a.c`).open('/usr/include/stdio.h').openFailed(`${projectRoot}/missing.h`, 'ENOENT')
  tool.open('/proc/self/maps').open(projectRoot, { fileType: 'directory' }).open('/etc/passwd', { mode: 'path' })
  tool.open(`${projectRoot}/log`, { mode: 'readwrite' }).create(`${projectRoot}/src/a.o`).write('/var/log/tool')
  call(tool, 'stat', { path: 'src/b.c', result: { ok: false, errno: 'ENOENT' } })
  call(tool, 'stat', { path: 'src/a.c' })
  call(tool, 'sync', { path: 'src/a.o', call: 'fsync' })
  call(tool, 'rename', { path: 'old/a.o', to: `${projectRoot}/src/a2.o` })
  call(tool, 'chmod', { path: 'src/a.o', permissions: 0o755 })
  tool.connect(inet('10.0.0.1', 443)).connect(unix('/run/nscd/socket'), { outcome: 'failed' })
  tool.exit()
  return snapshotText(builder.trace(), options).split('\n').slice(1)
}

test('`events` says what is shown, and nothing else is', () => {
  expect(work({ events: [] })).toEqual([])
  expect(work({ events: ['read'] })).toEqual([
    '  reads /usr/include/stdio.h',
    '  reads <project>/log',
    '  reads <project>/src/a.c',
  ])
  expect(work({ events: ['probe', 'sync', 'connect'] })).toEqual([
    '  connects tcp 10.0.0.1:443 -> established',
    '  stat <project>/src/a.c',
    '  stat <project>/src/b.c -> ENOENT',
    '  sync fsync <project>/src/a.o',
  ])
  expect(work({ events: ['open'] })).toContain('  open read <project>/missing.h -> ENOENT')
  expect(work({ events: ['chmod'] }).join()).toBe('  chmod 755 <project>/src/a.o')
  expect(work({})).toEqual(work({ events: ['connect', 'change', 'write'] }))
})

test('`paths` says of which files', () => {
  const options = { events: ['read', 'write', 'change', 'stat', 'connect'] } as const
  expect(work({ ...options, paths: 'src/**' })).toEqual([
    '  connects tcp 10.0.0.1:443 -> established',
    '  creates <project>/src/a.o',
    '  reads <project>/src/a.c',
    '  renames <project>/old/a.o to <project>/src/a2.o',
    '  stat <project>/src/a.c',
    '  stat <project>/src/b.c -> ENOENT',
  ])
  expect(work({ ...options, paths: ['./**', '!*.c', '!src/*.o'] })).toEqual([
    '  connects tcp 10.0.0.1:443 -> established',
    '  reads <project>/log',
    '  renames <project>/old/a.o to <project>/src/a2.o',
    '  writes <project>/log',
  ])
  expect(work({ events: ['write'], paths: '!./**' })).toEqual(['  writes /var/log/tool'])
  expect(work({ events: ['write'], paths: /\.o$/ })).toEqual(['  creates <project>/src/a.o'])
})

test('a path that could not be read is shown', () => {
  const builder = new TraceBuilder()
  builder.root.spawn('/bin/tool', ['tool']).create({ status: 'unreadable' }).exit()
  expect(snapshotText(builder.trace(), { paths: 'src/**' })).toBe('$ tool -> exit 0\n  creates <unreadable>')
})

test('groups that were not recorded are told, as far as they would be shown', () => {
  const builder = new TraceBuilder({ groups: ['process'] })
  builder.root.spawn('/bin/tool', ['tool']).exit()
  const head = '(file events were not recorded)\n(network events were not recorded)\n'
  expect(snapshotText(builder.trace())).toBe(`${head}$ tool -> exit 0`)
  expect(snapshotText(builder.trace(), { events: [] })).toBe('$ tool -> exit 0')
})

test('every word can be asked for', () => {
  const groups = [
    'process',
    'file',
    'network',
    'probe',
    'sync',
    'signal',
    'namespace',
    'credentials',
    'system',
    'syscall',
  ]
  const builder = new TraceBuilder({ groups })
  builder.root.spawn('/bin/tool', ['tool']).exit()
  for (const word of snapshotEvents) expect(snapshotText(builder.trace(), { events: [word] })).toBe('$ tool -> exit 0')
})
