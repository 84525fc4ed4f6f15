// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import { testLaws } from '../../helpers/laws.ts'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import { failed, TraceBuilder } from '../../helpers/trace-builder.ts'

testLaws('toHaveCalledSyscall', {
  act: (process) => process.syscall('getrandom', [0x7fffn, 16n, 0n]),
  hit: ['getrandom'],
  miss: ['madvise'],
  group: 'syscall',
})

const builder = new TraceBuilder({
  groups: ['process', 'syscall'],
  syscalls: ['getrandom', 'madvise', 'openat', 'ioctl'],
})
const tool = builder.root.spawn('/bin/tool', ['tool'])
tool.syscall('getrandom', [0x7ffd1000n, 16n, 1n], { result: { ok: true, value: 16 } })
tool.syscall('getrandom', [0x7ffd1000n, 32n, 1n], { result: { ok: true, value: 32 } })
tool.syscall('madvise', [0x7f000000n, 4096n, 4n], failed('EINVAL'))
tool.syscall('openat', [0xffffff9cn, 0x1000n]).syscall('openat', [0xffffffffffffff9cn, 0x1000n])
const trace = builder.ended()

describe('finds', () => {
  test('a call, whatever became of it', () => {
    expect(trace).toHaveCalledSyscall('getrandom', { times: 2 })
    expect(trace).toHaveCalledSyscall('madvise', { by: 'tool' })
    expect(trace).not.toHaveCalledSyscall('ioctl')
  })

  test('by result and errno', () => {
    expect(trace).toHaveCalledSyscall('getrandom', { result: 16, times: 1 })
    expect(trace).toHaveCalledSyscall('getrandom', { result: expect.any(Number), times: 2 })
    expect(trace).toHaveCalledSyscall('madvise', { errno: 'EINVAL' })
    expect(trace).not.toHaveCalledSyscall('madvise', { result: 0 })
    expect(trace).not.toHaveCalledSyscall('getrandom', { errno: expect.any(String) })
  })

  test('by its first arguments', () => {
    expect(trace).toHaveCalledSyscall('getrandom', { arguments: [expect.anything(), 32, 1n], times: 1 })
    expect(trace).toHaveCalledSyscall('getrandom', { arguments: [], times: 2 })
    expect(trace).toHaveCalledSyscall('openat', { arguments: [-100], times: 2 })
    expect(trace).not.toHaveCalledSyscall('getrandom', { arguments: [expect.anything(), 64] })
  })
})

describe('misses', () => {
  test('an argument', () => {
    expect(
      messageOf(() => expect(trace).toHaveCalledSyscall('getrandom', { arguments: [expect.anything(), 64] })),
    ).toMatchInlineSnapshot(`
      "expect(trace).toHaveCalledSyscall("getrandom", {arguments: [Anything, 64]})

      Expected: syscall getrandom with arguments [Anything, 64]
      Found:    none in 8 events of 1 process, 0 lost

      Nearest:
        +3.0ms  tool[1001]  syscall getrandom
            arguments[1] is 16, not 64
            test → tool
        +4.0ms  tool[1001]  syscall getrandom
            arguments[1] is 32, not 64
            test → tool"
    `)
  })

  test('the result', () => {
    expect(messageOf(() => expect(trace).toHaveCalledSyscall('getrandom', { result: 8 }))).toContain('its result is 16')
    expect(messageOf(() => expect(trace).toHaveCalledSyscall('madvise', { result: 0 }))).toContain('failed: EINVAL')
  })
})

test('.not fails', () => {
  expect(messageOf(() => expect(trace).not.toHaveCalledSyscall('madvise'))).toMatchInlineSnapshot(`
    "expect(trace).not.toHaveCalledSyscall("madvise")

    Expected: no syscall madvise
    Found:    1 in 8 events of 1 process, 0 lost

      +5.0ms  tool[1001]  syscall madvise -> EINVAL
          test → tool"
  `)
})

test('a call that the session was not asked for', () => {
  for (const assertion of [expect(trace), expect(trace).not]) {
    const error = errorOf(() => assertion.toHaveCalledSyscall('getpid'))
    expect(error).toMatchObject({ code: 'GROUP_NOT_RECORDED' })
    expect(error.message).toContain(
      "got one with `getrandom`, `madvise`, `openat`, `ioctl`. Open the session with `syscalls: ['getrandom', 'madvise', 'openat', 'ioctl', 'getpid']`; the fixtures take it from `sessionOptions`.",
    )
  }
})

test.each<[unknown, unknown, string]>([
  [undefined, undefined, "Expected the name of a system call, such as 'getrandom', got `undefined`"],
  ['getrandm', {}, "Did you mean 'getrandom'?"],
  [318, {}, 'Expected the name of a system call'],
  ['getrandom', { result: '16' }, 'Expected the `result` option to be an integer'],
  ['getrandom', { result: 16, errno: 'EFAULT' }, 'The `result` option cannot be used with `errno`'],
  ['getrandom', { arguments: 16 }, 'Expected the `arguments` option to be an array of at most 6 values'],
  ['getrandom', { arguments: ['16'] }, 'Expected `arguments[0]` to be an integer, a bigint or an asymmetric matcher'],
])('wrong expectation: %j %j', (name, options, message) => {
  for (const assertion of [expect(trace), expect(trace).not]) {
    const error = errorOf(() => assertion.toHaveCalledSyscall(name as never, options as never))
    expect(error.message).toContain(message)
    expect(error).toMatchObject({ code: 'MISUSE' })
  }
})
