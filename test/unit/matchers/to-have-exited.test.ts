// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import { testLaws } from '../../helpers/laws.ts'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import { TraceBuilder } from '../../helpers/trace-builder.ts'

testLaws('toHaveExited', {
  act: (process) => process.exit(3),
  hit: ['tool', { code: 3 }],
  miss: ['tool', { code: 0 }],
  group: 'process',
  ofTest: false,
})

const builder = new TraceBuilder()
const shell = builder.root.spawn('/bin/sh', ['sh', '-c', 'x'], { path: '/usr/bin/dash' })
shell.spawn('/usr/bin/crash', ['crash']).exit(null, 'SIGSEGV', true)
shell.spawn('/usr/bin/hang', ['hang']).exit(null, 'SIGKILL')
shell.fork().exit(7)
shell.spawn('/bin/sh', ['sh', '-c', 'exec ls']).exec('/bin/ls', ['ls']).exit(2)
shell.exit(1)
const trace = builder.ended()

describe('finds', () => {
  test('by the program that ran last', () => {
    expect(trace).toHaveExited('ls', { code: 2, times: 1 })
    expect(trace).toHaveExited('sh', { code: 1, times: 1 })
    expect(trace).toHaveExited('sh', { code: 7, times: 1 }) // forked, and executed nothing
    expect(trace).toHaveExited('/usr/bin/dash', { times: 2 })
    expect(trace).not.toHaveExited('sh', { code: 2 })
  })

  test('by signal and core dump', () => {
    expect(trace).toHaveExited('crash', { signal: 'SIGSEGV', coreDumped: true })
    expect(trace).toHaveExited('hang', { signal: expect.stringContaining('KILL'), coreDumped: false })
    expect(trace).toHaveExited(undefined, { signal: 'SIGKILL', times: 1 })
    expect(trace).not.toHaveExited('crash', { code: 139 })
  })

  test('any', () => {
    expect(trace).toHaveExited()
    expect(trace).toHaveExited(undefined, { code: expect.any(Number), times: 3 })
  })
})

describe('misses', () => {
  test('the code', () => {
    expect(messageOf(() => expect(trace).toHaveExited('ls', { code: 0 }))).toMatchInlineSnapshot(`
      "expect(trace).toHaveExited("ls", {code: 0})

      Expected: exit of "ls" with code 0
      Found:    none in 15 events of 5 processes, 0 lost

      Nearest:
        +14.0ms  ls[1005]  exit 2
            exited with 2
            matched by: asked path /bin/ls
            test → sh -c x → sh -c 'exec ls' ⇒ ls"
    `)
  })

  test('the way', () => {
    expect(messageOf(() => expect(trace).toHaveExited('crash', { code: 0 }))).toContain(
      'ended by SIGSEGV (core dumped)',
    )
    expect(messageOf(() => expect(trace).toHaveExited('hang', { signal: 'SIGKILL', coreDumped: true }))).toContain(
      'no core was dumped',
    )
  })

  test('another program', () => {
    expect(messageOf(() => expect(trace).toHaveExited('cras'))).toContain('it ran crash')
    expect(messageOf(() => expect(trace).toHaveExited('postgres'))).toContain('5 processes ended: crash, hang, sh, ls')
  })
})

test('.not fails', () => {
  expect(messageOf(() => expect(trace).not.toHaveExited(undefined, { signal: 'SIG' }))).toContain(
    'Expected the `signal` option',
  )
  expect(messageOf(() => expect(trace).not.toHaveExited('crash'))).toMatchInlineSnapshot(`
    "expect(trace).not.toHaveExited("crash")

    Expected: no exit of "crash"
    Found:    1 in 15 events of 5 processes, 0 lost

      +5.0ms  crash[1002]  exit SIGSEGV (core dumped)
          matched by: asked path /usr/bin/crash
          test → sh -c x → crash"
  `)
})

test.each<[unknown, unknown, string]>([
  ['a', { code: 256 }, 'Expected the `code` option to be an integer from 0 to 255'],
  ['a', { signal: 'KILL' }, "Did you mean 'SIGKILL'?"],
  ['a', { coreDumped: 1 }, 'Expected the `coreDumped` option to be true or false'],
  ['a', { code: 0, signal: 'SIGKILL' }, 'The `code` option cannot be used with `signal`'],
  ['a', { code: 0, coreDumped: true }, 'The `code` option cannot be used with `coreDumped`'],
  ['a', { exitCode: 1 }, 'Unknown option `exitCode`'],
])('wrong expectation: %j %j', (program, options, message) => {
  for (const assertion of [expect(trace), expect(trace).not]) {
    const error = errorOf(() => assertion.toHaveExited(program as never, options as never))
    expect(error.message).toContain(message)
    expect(error).toMatchObject({ code: 'MISUSE' })
  }
})
