// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import { testLaws } from '../../helpers/laws.ts'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import { type ProcessBuilder, projectRoot, TraceBuilder } from '../../helpers/trace-builder.ts'

function traceOf(act: (process: ProcessBuilder) => unknown) {
  const builder = new TraceBuilder()
  act(builder.root.spawn('/bin/tool', ['tool']))
  return builder.ended()
}

const input = `${projectRoot}/data/input.csv`

testLaws('toHaveRead', {
  act: (process) => process.open(input).io(input, { read: 100 }),
  hit: ['data/input.csv'],
  miss: ['data/other.csv'],
  group: 'file',
})

const trace = traceOf((process) => {
  process
    .open(input)
    .io(input, { read: 100 })
    .io(input, { read: 28 }, { read: { calls: 2, bytes: 28 } })
  process.io(`${projectRoot}/big.bin`, { mapped: 8192 })
  process.create(`${projectRoot}/out.txt`).io(`${projectRoot}/out.txt`, { written: 5 })
  process.open(`${projectRoot}/touched.txt`)
})

describe('finds', () => {
  test.each(['input.csv', 'data/*.csv', input, /\.csv$/, expect.stringContaining('data/')])('%j', (path) => {
    expect(trace).toHaveRead(path)
  })

  test('a mapping, and says that it was one', () => {
    expect(trace).toHaveRead('big.bin', { times: 1, bytes: 0 })
    expect(messageOf(() => expect(trace).not.toHaveRead('big.bin'))).toContain(
      'mapped: what of it was read does not show',
    )
  })

  test('anything', () => {
    expect(trace).toHaveRead()
    expect(traceOf((process) => process.open(input))).not.toHaveRead()
  })

  test('an empty file that was read', () => {
    expect(traceOf((process) => process.io(input, { read: 0 }))).toHaveRead('input.csv', { bytes: 0 })
  })

  test('by calls and bytes of all that was found together', () => {
    expect(trace).toHaveRead('input.csv', { times: 3, bytes: 128 })
    expect(trace).toHaveRead('input.csv', { bytes: expect.any(Number) })
    expect(trace).not.toHaveRead('input.csv', { bytes: 100 })
    expect(trace).not.toHaveRead('input.csv', { times: 3, bytes: 100 })
    expect(trace).not.toHaveRead('input.csv', { times: 2, bytes: 128 })
    expect(trace).not.toHaveRead('other.csv', { bytes: 0 })
  })
})

describe('misses', () => {
  test('what was opened and not read, and what was written', () => {
    expect(trace).not.toHaveRead('touched.txt')
    expect(messageOf(() => expect(trace).toHaveRead('touched.txt'))).toMatchInlineSnapshot(`
      "expect(trace).toHaveRead("touched.txt")

      Expected: read of "touched.txt"
      Found:    none in 10 events of 1 process, 0 lost

      Nearest:
        +9.0ms  tool[1001]  open read /home/me/project/touched.txt
            opened, which by itself reads nothing
            test → tool"
    `)
    expect(messageOf(() => expect(trace).toHaveRead('out.txt'))).toMatchInlineSnapshot(`
      "expect(trace).toHaveRead("out.txt")

      Expected: read of "out.txt"
      Found:    none in 10 events of 1 process, 0 lost

      Nearest:
        +7.0ms  tool[1001]  open write /home/me/project/out.txt (created)
            opened, which by itself reads nothing
            test → tool
        +8.0ms  tool[1001]  io /home/me/project/out.txt (wrote 5 bytes in 1 call)
            written, not read
            test → tool"
    `)
  })

  test('another number of bytes', () => {
    expect(messageOf(() => expect(trace).toHaveRead('input.csv', { bytes: 64 }))).toMatchInlineSnapshot(`
      "expect(trace).toHaveRead("input.csv", {bytes: 64})

      Expected: read of "input.csv" with 64 bytes
      Found:    3 calls, 128 bytes in 10 events of 1 process, 0 lost

        +4.0ms  tool[1001]  io /home/me/project/data/input.csv (read 100 bytes in 1 call)
            test → tool
        +5.0ms  tool[1001]  io /home/me/project/data/input.csv (read 28 bytes in 2 calls)
            test → tool"
    `)
  })

  test('with what was read instead', () => {
    expect(messageOf(() => expect(trace).toHaveRead('/etc/passwd'))).toContain(
      'Read in the project: data/input.csv, big.bin',
    )
  })
})

test('.not fails', () => {
  expect(messageOf(() => expect(trace).not.toHaveRead('input.csv'))).toMatchInlineSnapshot(`
    "expect(trace).not.toHaveRead("input.csv")

    Expected: no read of "input.csv"
    Found:    3 calls, 128 bytes in 10 events of 1 process, 0 lost

      +4.0ms  tool[1001]  io /home/me/project/data/input.csv (read 100 bytes in 1 call)
          test → tool
      +5.0ms  tool[1001]  io /home/me/project/data/input.csv (read 28 bytes in 2 calls)
          test → tool"
  `)
})

test('a file of which the name was not found may be any', () => {
  const nameless = traceOf((process) => process.io({ status: 'absent' }, { read: 1 }))
  for (const assertion of [expect(nameless), expect(nameless).not])
    expect(errorOf(() => assertion.toHaveRead('secret'))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
  expect(nameless).toHaveRead()
  expect(messageOf(() => expect(nameless).not.toHaveRead('secret'))).toMatchInlineSnapshot(`
    "expect(trace).not.toHaveRead("secret")

    The trace does not tell whether there was a read of "secret":
      - +3.0ms  tool[1001]  io <absent> (read 1 byte in 1 call): its path could not be read
          test → tool"
  `)
  // It was only written, whatever it was.
  expect(traceOf((process) => process.io({ status: 'absent' }, { written: 1 }))).not.toHaveRead('secret')
})

test.each<[unknown, unknown, string]>([
  ['', {}, 'Expected the path not to be empty'],
  [undefined, undefined, 'Expected the path to be given'],
  ['a', { bytes: -1 }, 'Expected the `bytes` option to be an integer from 0'],
  ['a', { bytes: '1k' }, 'Expected the `bytes` option'],
  ['a', { mode: 'read' }, 'Unknown option `mode`; the options are `bytes`, `by`, `times`, `soFar`'],
])('wrong expectation: %j %j', (path, options, message) => {
  for (const assertion of [expect(trace), expect(trace).not]) {
    const error = errorOf(() => assertion.toHaveRead(path as never, options as never))
    expect(error.message).toContain(message)
    expect(error).toMatchObject({ code: 'MISUSE' })
  }
})
