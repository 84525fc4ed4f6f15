// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import { testLaws } from '../../helpers/laws.ts'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import { failed, type ProcessBuilder, projectRoot, TraceBuilder } from '../../helpers/trace-builder.ts'

function traceOf(act: (process: ProcessBuilder) => unknown) {
  const builder = new TraceBuilder()
  act(builder.root.spawn('/bin/tool', ['tool']))
  return builder.ended()
}

const out = `${projectRoot}/out.txt`

testLaws('toHaveWritten', {
  act: (process) => process.create(out).io(out, { written: 7 }),
  hit: ['out.txt'],
  miss: ['other.txt'],
  group: 'file',
})

const trace = traceOf((process) => {
  process
    .create(out)
    .io(out, { written: 7 })
    .io(out, { written: 13 }, { written: { calls: 2, bytes: 13 } })
  process.io(`${projectRoot}/db.shm`, { writable: 4096 })
  process.truncate(`${projectRoot}/log`, 0).truncate(`${projectRoot}/locked`, 0, failed('EACCES'))
  process.write(`${projectRoot}/emptied`, { flags: ['O_WRONLY', 'O_TRUNC'] })
  process
    .write(`${projectRoot}/new`, { created: true, flags: ['O_WRONLY', 'O_CREAT', 'O_TRUNC'] })
    .write('/dev/null', { flags: ['O_WRONLY', 'O_TRUNC'], fileType: 'characterDevice' })
  process.io(`${projectRoot}/input`, { read: 10 })
  process.io(`${projectRoot}/lock.tmp`, { written: 1 }).rename(`${projectRoot}/lock.tmp`, `${projectRoot}/lock.json`)
})

describe('finds, and says which it was', () => {
  test('a write', () => {
    expect(trace).toHaveWritten('out.txt', { times: 3, bytes: 20 })
    expect(messageOf(() => expect(trace).not.toHaveWritten('out.txt'))).toMatchInlineSnapshot(`
      "expect(trace).not.toHaveWritten("out.txt")

      Expected: no write of "out.txt"
      Found:    3 calls, 20 bytes in 15 events of 1 process, 0 lost

        +4.0ms  tool[1001]  io /home/me/project/out.txt (wrote 7 bytes in 1 call)
            test → tool
        +5.0ms  tool[1001]  io /home/me/project/out.txt (wrote 13 bytes in 2 calls)
            test → tool"
    `)
  })

  test('a mapping that may be written through', () => {
    expect(trace).toHaveWritten('db.shm', { times: 1, bytes: 0 })
    expect(messageOf(() => expect(trace).not.toHaveWritten('db.shm'))).toContain(
      'mapped so that it may be written through',
    )
  })

  test('a file that was cut', () => {
    expect(trace).toHaveWritten('log', { times: 1 })
    expect(messageOf(() => expect(trace).not.toHaveWritten('log'))).toContain(
      'truncate /home/me/project/log to 0 bytes',
    )
  })

  test('a file that was there and was emptied by an open', () => {
    expect(trace).toHaveWritten('emptied', { times: 1 })
    expect(messageOf(() => expect(trace).not.toHaveWritten('emptied'))).toContain('emptied by O_TRUNC')
  })
})

describe('misses', () => {
  test('what was created, read, or no file', () => {
    for (const path of ['new', 'input', '/dev/null', 'locked']) expect(trace).not.toHaveWritten(path)
    expect(messageOf(() => expect(trace).toHaveWritten('new'))).toMatchInlineSnapshot(`
      "expect(trace).toHaveWritten("new")

      Expected: write of "new"
      Found:    none in 15 events of 1 process, 0 lost

      Nearest:
        +10.0ms  tool[1001]  open write /home/me/project/new (created)
            opened, which by itself writes nothing
            test → tool"
    `)
    expect(messageOf(() => expect(trace).toHaveWritten('locked'))).toContain('failed: EACCES')
    expect(messageOf(() => expect(trace).toHaveWritten('input'))).toContain('read, not written')
  })

  test('what got its name by a rename, and says under which name it was written', () => {
    expect(messageOf(() => expect(trace).toHaveWritten('lock.json'))).toMatchInlineSnapshot(`
      "expect(trace).toHaveWritten("lock.json")

      Expected: write of "lock.json"
      Found:    none in 15 events of 1 process, 0 lost

      Nearest:
        +14.0ms  tool[1001]  rename /home/me/project/lock.tmp to /home/me/project/lock.json
            got its name by a rename: what is in it was written as /home/me/project/lock.tmp
            test → tool"
    `)
  })
})

test('a file of which the name was not found may be any', () => {
  const nameless = traceOf((process) => process.io({ status: 'absent' }, { written: 1 }))
  expect(errorOf(() => expect(nameless).not.toHaveWritten('secret'))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
})

test.each<[unknown, unknown, string]>([
  ['https://x/y', {}, 'not a URL'],
  ['a', { bytes: 1.5 }, 'Expected the `bytes` option to be an integer from 0'],
  ['a', { errno: 'EACCES' }, 'Unknown option `errno`'],
])('wrong expectation: %j %j', (path, options, message) => {
  for (const assertion of [expect(trace), expect(trace).not]) {
    const error = errorOf(() => assertion.toHaveWritten(path as never, options as never))
    expect(error.message).toContain(message)
    expect(error).toMatchObject({ code: 'MISUSE' })
  }
})
