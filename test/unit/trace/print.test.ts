// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { inspectTrace, printTree } from '../../../src/trace/print.ts'
import { buildOfHello, failed, inet, TraceBuilder } from '../../helpers/trace-builder.ts'

test('a build', () => {
  expect(printTree(buildOfHello().trace())).toMatchInlineSnapshot(`
    "test  22 events of 4 processes, 0 lost
    └─ make -j4  exit 0  5.0ms
       └─ gcc -c hello.c -o hello.o  exit 0  5.0ms
          │ created /tmp/ccAbCdEf.s
          ├─ cc1 hello.c -o /tmp/ccAbCdEf.s  exit 0  5.0ms
          │    wrote /tmp/ccAbCdEf.s
          └─ as -o hello.o /tmp/ccAbCdEf.s  exit 0  5.0ms
               created hello.o"
  `)
})

test('what runs, what died, what could not be executed, and gaps', () => {
  const builder = new TraceBuilder({
    gaps: [{ reason: 'ring', count: 2, text: '2 records found the ring full.' }],
    lost: { ring: 2 },
  })
  builder.root.create('/home/me/project/own')
  const shell = builder.root.spawn('/bin/sh', ['sh', '-c', 'x'])
  shell.fork().execFailed('/bin/x', 'EACCES').exit(126)
  shell.spawn('/bin/crash', ['crash']).exit(null, 'SIGSEGV')
  shell.spawn('/bin/a', ['a']).exec('/bin/b', ['b', '1']).exit(2)
  builder.root.spawn('/bin/server', ['server']).connect(inet('10.0.0.1', 1)).connect(inet('10.0.0.1', 1))
  expect(printTree(builder.trace())).toMatchInlineSnapshot(`
    "test  17 events of 5 processes, 2 lost
    ! incomplete: 2 records found the ring full.
    │ created own
    ├─ sh -c x  (running)
    │  ├─ (forked) sh  exit 126  5.0ms
    │  │    failed exec x: EACCES
    │  ├─ crash  SIGSEGV  5.0ms
    │  └─ a ⇒ b 1  exit 2  5.0ms
    └─ server  (running)
         connected tcp 10.0.0.1:1 established"
  `)
})

test('names given and taken, what was written through an inherited descriptor, and who listens', () => {
  const builder = new TraceBuilder()
  const at = (name: string) => `/home/me/project/${name}`
  const shell = builder.root.spawn('/bin/sh', ['sh', 'build.sh']).create(at('log'))
  const tool = shell.spawn('/usr/bin/tool', ['tool'])
  tool
    .io(at('log'), { written: 7 })
    .io(at('input'), { read: 7 })
    .io('/dev/sda', { written: 1 })
    .io(at('log'), { written: 1 })
  tool
    .mkdir(at('out'))
    .create(at('out/a.tmp'))
    .io(at('out/a.tmp'), { written: 1 })
    .rename(at('out/a.tmp'), at('out/a'))
    .symlink(at('latest'), 'out')
  tool.unlink(at('old')).rmdir(at('older')).unlink(at('gone'), failed('ENOENT')).mkdir(at('there'), failed('EEXIST'))
  tool.listen(inet('127.0.0.1', 80)).listen(inet('0.0.0.0', 81), failed('EADDRINUSE')).exit()
  expect(printTree(builder.ended())).toMatchInlineSnapshot(`
    "test  22 events of 2 processes, 0 lost
    └─ sh build.sh  exit 0  5.0ms
       │ created log
       └─ tool  exit 0  5.0ms
            created out
            created out/a.tmp
            created latest
            wrote log
            renamed out/a.tmp to out/a
            deleted old
            deleted older
            listened on tcp 127.0.0.1:80"
  `)
})

test('a failed exec that was no step of a search stays', () => {
  const builder = new TraceBuilder()
  const process = builder.root.fork().execFailed('/a/tool', 'ENOENT').execFailed('/b/tool', 'ENOEXEC')
  process.exec('/c/tool', ['tool']).execFailed('/d/tool', 'ENOENT').execFailed('/d/other', 'ENOENT').exit()
  expect(printTree(builder.trace()).match(/failed exec .*/g)).toEqual([
    'failed exec tool: ENOEXEC',
    'failed exec tool: ENOENT',
    'failed exec other: ENOENT',
  ])
})

test('a big trace stays readable', () => {
  const builder = new TraceBuilder()
  const make = builder.root.spawn('/usr/bin/make', ['make'])
  for (let n = 0; n < 5000; n++) make.spawn(n % 10 === 0 ? '/bin/ar' : '/usr/bin/gcc', ['gcc', `${n}.c`]).exit()
  for (let n = 0; n < 23; n++) make.create(`/out/${n}`)
  const lines = printTree(builder.trace()).split('\n')
  expect(lines.length).toBeLessThan(60)
  expect(lines).toContain('   └─ … 4960 more: gcc ×4464, ar ×496')
  expect(lines).toContain('   │ created … 18 more')
})

test('a deep or wide one ends', () => {
  const builder = new TraceBuilder()
  let process = builder.root
  for (let n = 0; n < 2000; n++) process = process.spawn('/bin/sh', ['sh', 'x'.repeat(200)])
  const lines = printTree(builder.trace()).split('\n')
  expect(lines.length).toBe(33)
  expect(lines.at(-1)).toBe('… 1969 processes not shown')
  for (const line of lines) expect(line.length).toBeLessThan(200)
})

test('an empty one', () => {
  expect(printTree(new TraceBuilder().trace())).toBe('test  0 events of 0 processes, 0 lost')
})

test('inspection in depth is one line', () => {
  expect(inspectTrace(buildOfHello().trace(), -1)).toBe('[Trace: 22 events of 4 processes, 0 lost]')
  expect(inspectTrace(buildOfHello().trace(), 2)).toMatch(/^Trace test /)
})
