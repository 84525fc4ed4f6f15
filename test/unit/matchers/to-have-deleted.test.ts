// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import { withLinks } from '../../helpers/disk.ts'
import { testLaws } from '../../helpers/laws.ts'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import { failed, projectRoot, TraceBuilder } from '../../helpers/trace-builder.ts'

const at = (name: string) => `${projectRoot}/${name}`

testLaws('toHaveDeleted', {
  act: (process) => process.unlink(at('out.txt')),
  hit: ['out.txt'],
  miss: ['other.txt'],
  group: 'file',
})

const builder = new TraceBuilder()
const rm = builder.root.spawn('/bin/rm', ['rm', '-r', 'build'])
rm.unlink(at('build/a.o'), { asked: 'a.o' }).unlink(at('build/b.o')).rmdir(at('build'))
rm.unlink(at('gone'), failed('ENOENT')).rename(at('old.log'), at('old.log.1'))
const trace = builder.ended()

describe('finds', () => {
  test.each(['a.o', 'build/a.o', 'build/*.o', 'build', /\/build$/])('%j', (path) => {
    expect(trace).toHaveDeleted(path)
  })

  test('by each option', () => {
    expect(trace).toHaveDeleted('build/*', { times: 2, by: 'rm' })
    expect(trace).toHaveDeleted('gone', { errno: 'ENOENT' })
    expect(trace).toHaveDeleted(undefined, { times: 3 })
  })
})

describe('misses', () => {
  test('what was not there', () => {
    expect(trace).not.toHaveDeleted('gone')
    expect(messageOf(() => expect(trace).toHaveDeleted('gone'))).toMatchInlineSnapshot(`
      "expect(trace).toHaveDeleted("gone")

      Expected: deletion of "gone"
      Found:    none in 8 events of 1 process, 0 lost

      Nearest:
        +6.0ms  rm[1001]  unlink /home/me/project/gone -> ENOENT
            failed: ENOENT
            test → rm -r build"
    `)
  })

  test('what was renamed', () => {
    expect(trace).not.toHaveDeleted('old.log')
    expect(messageOf(() => expect(trace).toHaveDeleted('old.log'))).toContain(
      'renamed to /home/me/project/old.log.1, not deleted',
    )
  })

  test('with what was deleted instead', () => {
    expect(messageOf(() => expect(trace).toHaveDeleted('/nowhere/else'))).toContain(
      'Deleted in the project: build/a.o, build/b.o, build',
    )
  })
})

test('.not fails', () => {
  expect(messageOf(() => expect(trace).not.toHaveDeleted('build/**'))).toMatchInlineSnapshot(`
    "expect(trace).not.toHaveDeleted("build/**")

    Expected: no deletion of "build/**"
    Found:    2 in 8 events of 1 process, 0 lost

      +3.0ms  rm[1001]  unlink /home/me/project/build/a.o
          test → rm -r build
      +4.0ms  rm[1001]  unlink /home/me/project/build/b.o
          test → rm -r build"
  `)
})

test('a link is not what it leads to, but its folder is', () => {
  withLinks({ [at('link')]: '/data/target' }, () => {
    const target = new TraceBuilder()
    target.root.spawn('/bin/rm', ['rm']).unlink('/data/target')
    expect(target.ended()).not.toHaveDeleted('./link')
    const below = new TraceBuilder()
    below.root.spawn('/bin/rm', ['rm']).unlink('/data/target/file')
    expect(below.ended()).toHaveDeleted('link/file')
  })
})

test('a path that was not read', () => {
  const unread = new TraceBuilder()
  unread.root.spawn('/bin/rm', ['rm']).unlink({ status: 'unreadable' })
  expect(errorOf(() => expect(unread.ended()).not.toHaveDeleted('a'))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
})

test('wrong expectation', () => {
  for (const assertion of [expect(trace), expect(trace).not])
    expect(errorOf(() => assertion.toHaveDeleted('a', { type: 'file' } as never))).toMatchObject({ code: 'MISUSE' })
})
