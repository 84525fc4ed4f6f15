// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import { testLaws } from '../../helpers/laws.ts'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import { failed, projectRoot, TraceBuilder } from '../../helpers/trace-builder.ts'

const at = (name: string) => `${projectRoot}/${name}`

testLaws('toHaveRenamed', {
  act: (process) => process.rename(at('a.tmp'), at('a')),
  hit: ['a.tmp', 'a'],
  miss: ['a.tmp', 'b'],
  options: 2,
  group: 'file',
})

const builder = new TraceBuilder()
const npm = builder.root.spawn('/usr/bin/npm', ['npm', 'ci'])
npm.rename(at('lock.json.123'), at('lock.json')).rename(at('one'), at('two'), { flags: ['RENAME_EXCHANGE'] })
npm.rename(at('cache'), '/other/disk/cache', failed('EXDEV'))
const trace = builder.ended()

describe('finds', () => {
  test('from, to, both and any', () => {
    expect(trace).toHaveRenamed('lock.json.*', 'lock.json', { times: 1, by: 'npm' })
    expect(trace).toHaveRenamed('lock.json.123')
    expect(trace).toHaveRenamed(undefined, 'lock.json')
    expect(trace).toHaveRenamed(/\.\d+$/, expect.stringContaining('json'))
    expect(trace).toHaveRenamed()
  })

  test('an exchange is no rename of a file to its own name', () => {
    const builder = new TraceBuilder()
    builder.root.spawn('/usr/bin/mv', ['mv']).rename(at('a'), at('b.tmp'), { flags: ['RENAME_EXCHANGE'] })
    const trace = builder.ended()
    expect(trace).toHaveRenamed('a', '*.tmp')
    expect(trace).toHaveRenamed('*.tmp', 'a')
    expect(trace).not.toHaveRenamed('*.tmp', '*.tmp')
    expect(trace).not.toHaveRenamed('a', 'a')
  })

  test('an exchange in both directions', () => {
    expect(trace).toHaveRenamed('one', 'two')
    expect(trace).toHaveRenamed('two', 'one')
  })

  test('failed attempts', () => {
    expect(trace).toHaveRenamed('cache', undefined, { errno: 'EXDEV' })
    expect(trace).not.toHaveRenamed('cache')
  })
})

describe('misses', () => {
  test('the new name', () => {
    expect(messageOf(() => expect(trace).toHaveRenamed('lock.json.123', 'package.json'))).toMatchInlineSnapshot(`
      "expect(trace).toHaveRenamed("lock.json.123", "package.json")

      Expected: rename of "lock.json.123" to "package.json"
      Found:    none in 6 events of 1 process, 0 lost

      Nearest:
        +3.0ms  npm[1001]  rename /home/me/project/lock.json.123 to /home/me/project/lock.json
            its new path is lock.json, not "package.json"
            test → npm ci"
    `)
  })

  test('a slip of the pen in the new name', () => {
    expect(messageOf(() => expect(trace).toHaveRenamed(undefined, 'lokc.json'))).toMatchInlineSnapshot(`
      "expect(trace).toHaveRenamed(undefined, "lokc.json")

      Expected: rename to "lokc.json"
      Found:    none in 6 events of 1 process, 0 lost

      Nearest:
        +3.0ms  npm[1001]  rename /home/me/project/lock.json.123 to /home/me/project/lock.json
            its new path is lock.json, not "lokc.json"
            test → npm ci"
    `)
  })
})

test('what was renamed instead, and where nothing was', () => {
  expect(messageOf(() => expect(trace).toHaveRenamed('nothing-like-it'))).toMatch(/\n\nRenamed in the project: /)
  const idle = new TraceBuilder()
  idle.root.spawn('/bin/true', ['true'])
  expect(messageOf(() => expect(idle.ended()).toHaveRenamed('a'))).toMatch(/\n\nNo file of the project was renamed\.$/)
})

test('.not fails', () => {
  expect(messageOf(() => expect(trace).not.toHaveRenamed('*', 'lock.json', { by: 'npm' }))).toMatchInlineSnapshot(`
    "expect(trace).not.toHaveRenamed("*", "lock.json", {by: "npm"})

    Expected: no rename of "*" to "lock.json" by "npm"
    Found:    1 in 6 events of 1 process, 0 lost

      +3.0ms  npm[1001]  rename /home/me/project/lock.json.123 to /home/me/project/lock.json
          test → npm ci"
  `)
})

test.each<[unknown[], string]>([
  [['a', { by: 'npm' }], 'Options come third: `toHaveRenamed(from, undefined, { … })`.'],
  [[undefined], 'Expected the old or the new path to be given'],
  [[undefined, undefined], 'Expected the old or the new path to be given'],
  [['a', 7], 'Expected the new path to be a string'],
  [['', 'a'], 'Expected the old path not to be empty'],
])('wrong expectation: %j', (args, message) => {
  for (const assertion of [expect(trace), expect(trace).not]) {
    const error = errorOf(() => (assertion.toHaveRenamed as (...all: unknown[]) => void)(...args))
    expect(error.message).toContain(message)
    expect(error).toMatchObject({ code: 'MISUSE' })
  }
})
