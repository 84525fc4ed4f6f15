// SPDX-License-Identifier: MIT
import { homedir, tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { normalizer, type Places, renameMarks } from '../../../src/trace/normalize.ts'
import { eventSnapshotText, processSnapshotText, snapshotText } from '../../../src/trace/snapshot.ts'
import {
  buildOfHello,
  inet,
  type ProcessBuilder,
  projectRoot,
  TraceBuilder,
  unix,
} from '../../helpers/trace-builder.ts'

const places: Places = {
  projectRoot: '/home/me/project',
  homes: ['/home/me', '/data/homes/me'],
  tmpRoots: ['/tmp', '/home/me/project/tmp'],
  node: '/opt/node/bin/node',
  pids: new Set(['4711', '17']),
  madeUp: new Map([['sedAbCdEf', { before: 'sed', random: 'AbCdEf', after: '' }]]),
}
const normalize = normalizer(places)
const shown = (text: string) => renameMarks(normalize(text), (label, name) => `<${label}:${name}>`)

describe('normalizer', () => {
  test('a home, a project and a temporary folder that are one', () => {
    const of = (here: Partial<Places>) => {
      const own = normalizer({ ...places, ...here })
      return ['/tmp', '/tmp/x'].map((path) => renameMarks(own(path), (label) => `<${label}>`))
    }
    expect(of({ homes: ['/tmp'] })).toEqual(['<home>', '<tmp>'])
    expect(of({ homes: ['/tmp'], projectRoot: '/tmp' })).toEqual(['<project>', '<project>/x'])
    expect(of({ homes: ['/'], projectRoot: '/' })).toEqual(['/tmp', '<tmp>'])
  })

  test.each([
    ['/home/me/project/src/a.c', '<project>/src/a.c'],
    ['/home/me/project', '<project>'],
    ['/home/me/project-2/a', '<home>/project-2/a'],
    ['/home/me/.npmrc', '<home>/.npmrc'],
    ['/home/mel', '/home/mel'],
    ['/data/homes/me/x', '<home>/x'],
    ['-I/home/me/project/include', '-I<project>/include'],
    ['--out=/home/me/project/x:/home/me/y', '--out=<project>/x:<home>/y'],
    ["'/home/me/project/a b'", "'<project>/a b'"],
    ['file:///home/me/project/x', 'file://<project>/x'],
    ["'cc 2>/home/me/project/log </home/me/x|sort'", "'cc 2><project>/log <<home>/x|sort'"],
    ["'{/home/me/project/a,b}'", "'{<project>/a,b}'"],
    ["'a >/tmp/x&&b|tee /tmp/y|c'", "'a ><tmp:x>&&b|tee <tmp:y>|c'"],
    ['/home/me/project/home/me/x', '<project>/home/me/x'],
    ['/mnt/home/me/project', '/mnt/home/me/project'],
    ['/tmp/ccAbCdEf.s', '<tmp:ccAbCdEf>.s'],
    ['/tmp/ccAbCdEf.ltrans0.o', '<tmp:ccAbCdEf.ltrans0>.o'],
    ['/tmp/test-x8Yz/out/a.c', '<tmp:test-x8Yz>/out/a.c'],
    ['/tmp/tmp.AbCdEfGhIj', '<tmp:tmp.AbCdEfGhIj>'],
    ['/tmp', '/tmp'],
    ['/x/tmp/y', '/x/tmp/y'],
    ['/home/me/project/tmp/a1b2.o', '<tmp:a1b2>.o'],
    ['-o/tmp/cc1.s', '-o<tmp:cc1>.s'],
    ['/home/me/project/.git/objects/ab/tmp_obj_x1Y2z3', '<project>/.git/objects/<xx>/tmp_obj_<random:x1Y2z3>'],
    [`.git/objects/0f/${'ab'.repeat(19)}`, `.git/objects/<xx>/<hash:${'ab'.repeat(19)}>`],
    [`.git/objects/0f/${'ab'.repeat(18)}`, `.git/objects/0f/${'ab'.repeat(18)}`],
    ['objects/0f/a.c', 'objects/0f/a.c'],
    ['/x/.git/objects/0f', '/x/.git/objects/<xx>'],
    ['mkdir /x/lib.git/objects/0f -> EEXIST', 'mkdir /x/lib.git/objects/<xx> -> EEXIST'],
    ['/x/objects/0f', '/x/objects/0f'],
    [`.git/objects/pack/pack-${'ab'.repeat(20)}.idx`, `.git/objects/pack/pack-<hash:${'ab'.repeat(20)}>.idx`],
    ['/home/me/project/.git/tBFrTz4', '<project>/.git/t<random:BFrTz4>'],
    ['/home/me/project/sedAbCdEf', '<project>/sed<random:sedAbCdEf>'],
    ['/home/me/project/sedAbCdEg', '<project>/sedAbCdEg'],
    ['--out=./sedAbCdEf/x', '--out=./sed<random:sedAbCdEf>/x'],
    ['/tmp/sedAbCdEf/sedAbCdEf', '<tmp:sedAbCdEf>/sed<random:sedAbCdEf>'],
    [
      '/x/_cacache/index-v5/94/f8/307989a0e855a92d3a0bb5e0ae104095c81c413a8399ef0e768aef0ecf28',
      '/x/_cacache/index-v5/<xx>/<xx>/<hash:307989a0e855a92d3a0bb5e0ae104095c81c413a8399ef0e768aef0ecf28>',
    ],
    ['/x/_cacache/content-v2/sha512/1d/58', '/x/_cacache/content-v2/sha512/<xx>/<xx>'],
    ['/x/_cacache/index-v5/94', '/x/_cacache/index-v5/<xx>'],
    ['/x/_cacache/tmp/94', '/x/_cacache/tmp/94'],
    ['/x/5f888e05-43f0-494e-9c62-1a64e4771b53.json', '/x/<random:5f888e05-43f0-494e-9c62-1a64e4771b53>.json'],
    ['/tmp/a.5f888e05-43f0-494e-9c62-1a64e4771b53/x', '<tmp:a.5f888e05-43f0-494e-9c62-1a64e4771b53>/x'],
    ['/x/5f888e05-43f0-494e-9c62-1a64e4771b5', '/x/5f888e05-43f0-494e-9c62-1a64e4771b5'],
    ['_logs/2026-11-21T11_04_08_482Z-debug-0.log', '_logs/<time>-debug-0.log'],
    ['/x/2026-11-21T11:04:08Z', '/x/<time>'],
    ['/x/2026-11-21', '/x/2026-11-21'],
    ['/run/user/1000/bus', '<runtime>/bus'],
    ['/run/user/1000', '<runtime>'],
    ['/mnt/run/user/1000/x', '/mnt/run/user/1000/x'],
    ['tcp 127.0.0.1:43567', 'tcp 127.0.0.1:<port:43567>'],
    ['http://localhost:43567/x', 'http://localhost:<port:43567>/x'],
    ['[::1]:60999', '[::1]:<port:60999>'],
    ['127.0.0.1:8080', '127.0.0.1:8080'],
    ['127.0.0.1:20000', '127.0.0.1:20000'],
    ['10.0.0.1:43567', '10.0.0.1:43567'],
    ['/opt/node/bin/node', '<node>'],
    ['/opt/node/bin/nodejs', '/opt/node/bin/nodejs'],
    ['4711', '<pid>'],
    ['--pid=4711', '--pid=<pid>'],
    ['/proc/4711/fd', '/proc/<pid>/fd'],
    ['-j17', '-j17'],
    ['17', '17'],
    ['47110', '47110'],
    ['v4711', 'v4711'],
    ['/tmp/4711', '<tmp:4711>'],
  ])('%s becomes %s', (text, expected) => {
    expect(shown(text)).toBe(expected)
  })

  test('takes marks in the input for what they are', () => {
    expect(shown('\u{f0000}tmp:x\u{f0001}')).toBe('\\u{f0000}tmp:x\\u{f0000}')
  })

  test('does without a home or a project', () => {
    const bare = normalizer({ ...places, projectRoot: '/', homes: ['/'], node: null })
    expect(bare('/etc/passwd')).toBe('/etc/passwd')
  })
})

test('a build', () => {
  expect(snapshotText(buildOfHello().trace())).toMatchInlineSnapshot(`
    "$ make -j4 -> exit 0
      $ gcc -c hello.c -o hello.o -> exit 0
        creates <tmp:1>.s
        $ as -o hello.o <tmp:1>.s -> exit 0
          creates <project>/hello.o
        $ cc1 hello.c -o <tmp:1>.s -> exit 0
          writes <tmp:1>.s"
  `)
})

test('what is not in it', () => {
  const builder = new TraceBuilder()
  const tool = builder.root.spawn('/bin/tool', ['tool'])
  tool.open('/etc/ld.so.cache').open('/usr/lib/libc.so.6').openFailed('/etc/missing', 'ENOENT')
  tool.write('/dev/null', { fileType: 'characterDevice' }).write('/proc/self/oom_score_adj').write('/dev/pts/3')
  tool.write(`${projectRoot}/pipe`, { fileType: 'fifo' })
  tool.connect(unix('/var/run/nscd/socket'), { outcome: 'failed', errno: 'ENOENT' })
  tool.connect(inet('10.0.0.53', 53), { outcome: 'associated', transport: 'udp' })
  tool.openFailed(`${projectRoot}/out`, 'EACCES', { mode: 'write' })
  tool.exit()
  expect(snapshotText(builder.trace())).toBe('$ tool -> exit 0')
})

test('how processes end, change their program and fail', () => {
  const builder = new TraceBuilder()
  const shell = builder.root.spawn('/bin/sh', ['sh', '-c', 'exec "$0"', 'ls'])
  shell.execFailed('/usr/local/bin/ls', 'ENOENT').exec('/bin/ls', ['ls']).exit(2)
  const lost = builder.root.fork()
  for (const folder of ['/usr/bin', '/bin']) lost.execFailed(`${folder}/clang`, 'ENOENT')
  lost.exit(127)
  builder.root.spawn('/bin/crash', ['crash']).exit(null, 'SIGSEGV')
  builder.root.spawn('/bin/server', ['server']).connect(inet('127.0.0.1', 40001)).connect(unix('@bus', true))
  expect(snapshotText(builder.trace())).toMatchInlineSnapshot(`
    "$ crash -> SIGSEGV
    $ server -> running
      connects tcp 127.0.0.1:<port:1> -> established
      connects unix:@bus -> established
    $ sh -c 'exec "$0"' ls
    ⇒ ls -> exit 2
    (fork) -> exit 127
      cannot execute clang: ENOENT"
  `)
})

test('groups that were not recorded are told', () => {
  expect(snapshotText(buildOfHello({ groups: ['process', 'file'] }).trace())).toMatch(
    /^\(network events were not recorded\)\n\$ make/,
  )
})

/** `make -j4` as it comes out one time or another: order of siblings, pids and temporary names are the dice's. */
function build(dice: () => number): string {
  const random = () => Array.from({ length: 6 }, () => 'abcXYZ019'[Math.floor(dice() * 9)]).join('')
  const builder = new TraceBuilder({ firstPid: 1000 + Math.floor(dice() * 30_000) })
  const make = builder.root.spawn('/usr/bin/make', ['make', '-j4'])
  const jobs = ['a', 'b', 'c', 'twin', 'twin'].map((name, index) => () => {
    const [assembly, object] = [`/tmp/cc${random()}.s`, `/tmp/cc${random()}.o`]
    const gcc = make.spawn('/usr/bin/gcc', ['gcc', '-c', `${name}.c`])
    gcc.create(assembly).create(object)
    gcc
      .spawn('/usr/lib/cc1', ['cc1', `${name}.c`, '-o', assembly])
      .write(assembly)
      .exit()
    gcc.spawn('/usr/bin/as', ['as', assembly, '-o', object]).write(object).exit()
    gcc.exit()
    // Which of the twins is linked is the same in each run, though nothing in its own subtree tells it apart.
    if (index === 3) linked = object
  })
  let linked = ''
  shuffle(jobs, dice)
  for (const job of jobs) job()
  make.spawn('/usr/bin/ld', ['ld', linked]).exit()
  make.exit()
  return snapshotText(builder.trace())
}

function shuffle(items: unknown[], dice: () => number): void {
  for (let n = items.length - 1; n > 0; n--) {
    const other = Math.floor(dice() * (n + 1))
    ;[items[n], items[other]] = [items[other], items[n]]
  }
}

function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

test('300 runs that differ in timing and names give one text', () => {
  const texts = new Set(Array.from({ length: 300 }, (_, seed) => build(seeded(seed))))
  expect([...texts]).toHaveLength(1)
  expect([...texts][0]).toMatchInlineSnapshot(`
    "$ make -j4 -> exit 0
      $ gcc -c a.c -> exit 0
        creates <tmp:1>.o
        creates <tmp:2>.s
        $ as <tmp:2>.s -o <tmp:1>.o -> exit 0
          writes <tmp:1>.o
        $ cc1 a.c -o <tmp:2>.s -> exit 0
          writes <tmp:2>.s
      $ gcc -c b.c -> exit 0
        creates <tmp:3>.o
        creates <tmp:4>.s
        $ as <tmp:4>.s -o <tmp:3>.o -> exit 0
          writes <tmp:3>.o
        $ cc1 b.c -o <tmp:4>.s -> exit 0
          writes <tmp:4>.s
      $ gcc -c c.c -> exit 0
        creates <tmp:5>.o
        creates <tmp:6>.s
        $ as <tmp:6>.s -o <tmp:5>.o -> exit 0
          writes <tmp:5>.o
        $ cc1 c.c -o <tmp:6>.s -> exit 0
          writes <tmp:6>.s
      $ gcc -c twin.c -> exit 0
        creates <tmp:7>.o
        creates <tmp:8>.s
        $ as <tmp:8>.s -o <tmp:7>.o -> exit 0
          writes <tmp:7>.o
        $ cc1 twin.c -o <tmp:8>.s -> exit 0
          writes <tmp:8>.s
      $ gcc -c twin.c -> exit 0
        creates <tmp:9>.o
        creates <tmp:10>.s
        $ as <tmp:10>.s -o <tmp:9>.o -> exit 0
          writes <tmp:9>.o
        $ cc1 twin.c -o <tmp:10>.s -> exit 0
          writes <tmp:10>.s
      $ ld <tmp:9>.o -> exit 0"
  `)
})

/** A program whose files are told apart by nothing: it makes them, has each used by a process of its own, and removes them, in an order that the dice decide. */
function scratch(dice: () => number): string {
  const random = () => Array.from({ length: 6 }, () => 'abcXYZ019'[Math.floor(dice() * 9)]).join('')
  const builder = new TraceBuilder()
  const tool = builder.root.spawn('/usr/bin/tool', ['tool'])
  const names = Array.from({ length: 5 }, () => `/tmp/${random()}.x`)
  const each = (act: (name: string) => void) => {
    shuffle(names, dice)
    for (const name of names) act(name)
  }
  each((name) => tool.create(name))
  each((name) => {
    const user = tool.spawn('/bin/user', ['user']).write(name)
    user.spawn('/bin/cp', ['cp', name, `${name}2`]).exit()
    user.exit()
  })
  each((name) => tool.unlink(name))
  tool.exit()
  return snapshotText(builder.trace())
}

test('names that nothing tells apart are the same ones in every line', () => {
  const texts = new Set(Array.from({ length: 100 }, (_, seed) => scratch(seeded(seed))))
  expect([...texts]).toHaveLength(1)
  expect([...texts][0]).toMatch(
    /^ {2}creates <tmp:3>\.x\n[\s\S]*^ {2}deletes <tmp:3>\.x\n[\s\S]*^ {4}writes <tmp:3>\.x\n {4}\$ cp <tmp:3>\.x/m,
  )
})

test('a difference in a shared name is a difference', () => {
  const run = (share: boolean) => {
    const builder = new TraceBuilder()
    builder.root.spawn('/bin/one', ['one', '/tmp/x1']).exit()
    builder.root.spawn('/bin/two', ['two', share ? '/tmp/x1' : '/tmp/x2']).exit()
    return snapshotText(builder.trace())
  }
  expect(run(true)).toBe('$ one <tmp:1> -> exit 0\n$ two <tmp:1> -> exit 0')
  expect(run(false)).toBe('$ one <tmp:1> -> exit 0\n$ two <tmp:2> -> exit 0')
})

test('recorded order is kept when asked for', () => {
  const builder = new TraceBuilder()
  for (const name of ['c', 'a', 'b']) builder.root.spawn(`/bin/${name}`, [name]).exit()
  const names = (text: string) => text.match(/(?<=\$ )./g)?.join('')
  expect(names(snapshotText(builder.trace()))).toBe('abc')
  expect(names(snapshotText(builder.trace(), { order: 'recorded' }))).toBe('cab')
})

test('a script is shown as it was typed', () => {
  const builder = new TraceBuilder()
  const facts = { script: `${projectRoot}/run.sh`, interpreter: '/bin/sh' }
  builder.root.spawn('./run.sh', ['/bin/sh', './run.sh', `${tmpdir()}/x/y`, `${homedir()}/z`], facts).exit()
  expect(snapshotText(builder.trace())).toBe('$ ./run.sh <tmp:1>/y <home>/z -> exit 0')
})

test('an event and a process by themselves', () => {
  const builder = new TraceBuilder()
  const shell: ProcessBuilder = builder.root.spawn('/bin/sh', ['sh', '-c', 'x'])
  shell
    .write('/tmp/abc.txt')
    .spawn('/bin/x', ['x', `${process.cwd()}/y`])
    .exit(1)
  shell.exit()
  const trace = builder.trace()
  expect(eventSnapshotText(trace.ofKind('open')[0]!)).toBe('open write <tmp:1>.txt')
  expect(processSnapshotText(shell.state)).toBe('$ sh -c x -> exit 0\n  $ x <project>/y -> exit 1')
  expect(processSnapshotText(trace.tree)).toBe('$ sh -c x -> exit 0\n  $ x <project>/y -> exit 1')
})
