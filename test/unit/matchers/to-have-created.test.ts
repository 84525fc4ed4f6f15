// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import { withLinks } from '../../helpers/disk.ts'
import { testLaws } from '../../helpers/laws.ts'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import { failed, inet, type ProcessBuilder, projectRoot, TraceBuilder, unix } from '../../helpers/trace-builder.ts'

function traceOf(act: (process: ProcessBuilder) => unknown) {
  const builder = new TraceBuilder()
  act(builder.root.spawn('/bin/tool', ['tool']))
  return builder.ended()
}

const at = (name: string) => `${projectRoot}/${name}`

testLaws('toHaveCreated', {
  act: (process) => process.create(at('out.txt')),
  hit: ['out.txt'],
  miss: ['other.txt'],
  group: 'file',
})

const trace = traceOf((process) => {
  process.create(at('file')).open(at('old')).mkdir(at('dir')).symlink(at('link'), 'file').mknod(at('pipe'))
  process.link(at('file'), at('second')).rename(at('file.tmp'), at('renamed'))
  process.create(at('part')).rename(at('part'), at('whole'))
  process.mkdir(at('there'), failed('EEXIST')).openFailed(at('denied'), 'EACCES', { flags: ['O_WRONLY', 'O_CREAT'] })
  process.openFailed(at('missing'), 'ENOENT', { flags: ['O_RDONLY'] })
  process.rename(at('one'), at('two'), { flags: ['RENAME_EXCHANGE'] })
})

describe('finds', () => {
  test.each([
    ['file', 'file'],
    ['dir', 'directory'],
    ['link', 'symlink'],
    ['pipe', 'fifo'],
    ['whole', 'file'],
    ['second', 'file'],
  ] as const)('%s, a %s', (name, type) => {
    expect(trace).toHaveCreated(name)
    expect(trace).toHaveCreated(`./${name}`, { type, times: 1 })
    expect(trace).toHaveCreated(name, { type: expect.stringMatching(/./) })
    expect(trace).not.toHaveCreated(name, { type: 'socket' })
  })

  test('a new name, and says of what', () => {
    expect(trace).toHaveCreated('renamed')
    expect(messageOf(() => expect(trace).not.toHaveCreated('renamed'))).toMatchInlineSnapshot(`
      "expect(trace).not.toHaveCreated("renamed")

      Expected: no creation of "renamed"
      Found:    1 in 16 events of 1 process, 0 lost

        +9.0ms  tool[1001]  rename /home/me/project/file.tmp to /home/me/project/renamed
            renamed from /home/me/project/file.tmp
            test → tool"
    `)
    expect(messageOf(() => expect(trace).not.toHaveCreated('second'))).toContain(
      'a second name of /home/me/project/file',
    )
  })

  test('failed attempts, where they asked to create', () => {
    expect(trace).toHaveCreated('there', { errno: 'EEXIST' })
    expect(trace).toHaveCreated('denied', { errno: 'EACCES' })
    expect(trace).not.toHaveCreated('missing', { errno: 'ENOENT' })
  })
})

test('the file of a unix socket', () => {
  const act = (process: ProcessBuilder) =>
    process
      .bind(unix(at('x.sock')))
      .bind(unix('@x', true))
      .bind(unix(''))
      .bind(inet('127.0.0.1', 80))
  expect(traceOf(act)).toHaveCreated('x.sock', { type: 'socket', times: 1 })
  expect(traceOf(act)).toHaveCreated(undefined, { times: 1 })
  const builder = new TraceBuilder({ groups: ['process', 'file'] })
  builder.root.spawn('/bin/tool', ['tool'])
  expect(builder.ended()).not.toHaveCreated() // and does not ask for the group that it could be in
})

describe('misses', () => {
  test('what was there before', () => {
    expect(trace).not.toHaveCreated('old')
    expect(messageOf(() => expect(trace).toHaveCreated('old'))).toMatchInlineSnapshot(`
      "expect(trace).toHaveCreated("old")

      Expected: creation of "old"
      Found:    none in 16 events of 1 process, 0 lost

      Nearest:
        +4.0ms  tool[1001]  open read /home/me/project/old
            opened, not created: it was there before
            test → tool"
    `)
    expect(messageOf(() => expect(trace).toHaveCreated('there'))).toContain('failed: EEXIST')
  })

  test('names that were exchanged', () => {
    expect(trace).not.toHaveCreated('two')
    expect(messageOf(() => expect(trace).toHaveCreated('two'))).toContain('exchanged: both names were there before')
  })

  test('the type', () => {
    expect(messageOf(() => expect(trace).toHaveCreated('dir', { type: 'file' }))).toMatchInlineSnapshot(`
      "expect(trace).toHaveCreated("dir", {type: "file"})

      Expected: creation of "dir" with type "file"
      Found:    none in 16 events of 1 process, 0 lost

      Nearest:
        +5.0ms  tool[1001]  mkdir /home/me/project/dir
            its type is directory
            test → tool"
    `)
  })

  test('with what was created instead', () => {
    expect(messageOf(() => expect(trace).toHaveCreated('/nowhere/else'))).toContain(
      'Created in the project: file, dir, link, pipe, second, renamed, … 2 more',
    )
  })
})

test('a type that was not recorded is not guessed', () => {
  for (const assertion of [expect(trace), expect(trace).not]) {
    const error = errorOf(() => assertion.toHaveCreated('renamed', { type: 'directory' }))
    expect(error).toMatchObject({ code: 'INCOMPLETE_TRACE' })
    expect(error.message).toContain('what kind of file it is was not recorded')
  }
  // One name of several kinds of file, one after the other.
  const both = traceOf((process) => process.create(at('x')).unlink(at('x')).mkdir(at('x')).rename(at('x'), at('y')))
  for (const type of ['file', 'directory'] as const)
    expect(errorOf(() => expect(both).toHaveCreated('y', { type }))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
})

test('links of the folder are followed, on both sides, and not the last name', () => {
  withLinks({ [at('current')]: '/data/v2', [at('alias')]: '/data/target' }, () => {
    const through = traceOf((process) => process.mkdir(at('current/sub')).symlink(at('alias'), '/data/target'))
    expect(through).toHaveCreated('/data/v2/sub')
    expect(through).toHaveCreated('current/sub')
    expect(through).toHaveCreated('alias')
    for (const path of ['/data/target', '/data/targ*']) expect(through).not.toHaveCreated(path)
    expect(messageOf(() => expect(through).not.toHaveCreated('/data/v2/sub'))).toContain(
      'matched by: /home/me/project/current/sub, which leads to /data/v2/sub',
    )
    const direct = traceOf((process) => process.mkdir('/data/v2/sub'))
    expect(direct).toHaveCreated('current/sub')
  })
})

test.each<[unknown, unknown, string]>([
  ['~/x', {}, 'not to begin with `~`'],
  ['a', { type: 'folder' }, "Expected the `type` option to be one of 'file', 'directory', 'symlink'"],
  ['a', { type: 'directroy' }, "Did you mean 'directory'?"],
  ['a', { errno: 17 }, 'Expected the `errno` option'],
])('wrong expectation: %j %j', (path, options, message) => {
  for (const assertion of [expect(trace), expect(trace).not]) {
    const error = errorOf(() => assertion.toHaveCreated(path as never, options as never))
    expect(error.message).toContain(message)
    expect(error).toMatchObject({ code: 'MISUSE' })
  }
})
