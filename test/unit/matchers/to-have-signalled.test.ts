// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import { testLaws } from '../../helpers/laws.ts'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import { TraceBuilder } from '../../helpers/trace-builder.ts'

testLaws('toHaveSignalled', {
  act: (process) => process.signal('SIGTERM', null),
  hit: ['SIGTERM'],
  miss: ['SIGKILL'],
  group: 'signal',
})

const builder = new TraceBuilder({ groups: ['process', 'signal'] })
const server = builder.root.spawn('/usr/bin/server', ['server'])
const manager = builder.root.spawn('/usr/bin/manager', ['manager'])
manager.signal('SIGHUP', server).signal('SIGTERM', server, { delivery: 'ignored' })
manager.signal('SIGKILL', null, { delivery: 'failed', errno: 'ESRCH', toPid: 4242 })
builder.root.signal('SIGUSR1', manager)
manager.signal('SIGUSR2', builder.root)
server.kernelSignal('SIGSEGV').signal('SIGINT', server, { sender: null, senderPid: 1 })
const trace = builder.ended()

describe('finds', () => {
  test('a signal', () => {
    expect(trace).toHaveSignalled('SIGHUP', { to: 'server', by: 'manager', delivery: 'delivered', times: 1 })
    expect(trace).toHaveSignalled('SIGTERM', { delivery: 'ignored' })
    expect(trace).toHaveSignalled(/^SIG(HUP|TERM)$/, { times: 2 })
    expect(trace).toHaveSignalled(expect.stringContaining('USR'), { times: 2 })
    expect(trace).toHaveSignalled('SIGUSR1', { to: 'manager' }) // the test sent it
  })

  test("the kernel's where it is named or asked for, and otherwise what programs sent", () => {
    expect(trace).toHaveSignalled('SIGSEGV')
    expect(trace).toHaveSignalled('SIGSEGV', { from: 'kernel', to: 'server' })
    expect(trace).not.toHaveSignalled('SIGSEGV', { from: 'process' })
    expect(trace).toHaveSignalled(undefined, { times: 5 })
    expect(trace).toHaveSignalled(undefined, { from: 'kernel', times: 1 })
    expect(trace).toHaveSignalled(undefined, { from: expect.any(String), times: 6 })
  })

  test('failed attempts', () => {
    expect(trace).not.toHaveSignalled('SIGKILL')
    expect(trace).toHaveSignalled('SIGKILL', { errno: 'ESRCH' })
    expect(trace).toHaveSignalled('SIGKILL', { delivery: 'failed' })
  })

  test('by and to do not name the test, nor who is not the sender', () => {
    expect(trace).not.toHaveSignalled('SIGUSR1', { by: /./ })
    expect(trace).not.toHaveSignalled('SIGUSR2', { to: /./ })
    expect(trace).not.toHaveSignalled('SIGSEGV', { by: 'server' })
    expect(trace).not.toHaveSignalled('SIGINT', { by: 'server' })
    expect(messageOf(() => expect(trace).toHaveSignalled('SIGSEGV', { by: 'server' }))).toContain('sent by the kernel')
    expect(messageOf(() => expect(trace).toHaveSignalled('SIGINT', { by: 'server' }))).toContain(
      'sent from outside the scope',
    )
    expect(messageOf(() => expect(trace).toHaveSignalled('SIGUSR2', { to: 'node' }))).toContain(
      'sent to the test itself, which `to` does not name',
    )
  })
})

describe('misses', () => {
  test('the target', () => {
    expect(messageOf(() => expect(trace).toHaveSignalled('SIGHUP', { to: 'manager' }))).toMatchInlineSnapshot(`
      "expect(trace).toHaveSignalled("SIGHUP", {to: "manager"})

      Expected: signal "SIGHUP" to "manager"
      Found:    none in 13 events of 2 processes, 0 lost

      Nearest:
        +5.0ms  manager[1002]  signal SIGHUP to server
            sent to server
            test → manager"
    `)
  })

  test('what could not be sent', () => {
    expect(messageOf(() => expect(trace).toHaveSignalled('SIGKILL', { to: 'server' }))).toMatchInlineSnapshot(`
      "expect(trace).toHaveSignalled("SIGKILL", {to: "server"})

      Expected: signal "SIGKILL" to "server"
      Found:    none in 13 events of 2 processes, 0 lost

      Nearest:
        +7.0ms  manager[1002]  signal SIGKILL -> ESRCH
            failed: ESRCH
            test → manager"
    `)
  })

  test('with what was sent instead', () => {
    expect(messageOf(() => expect(trace).toHaveSignalled('SIGQUIT'))).toContain(
      'Signals: SIGHUP, SIGTERM, SIGKILL, SIGUSR1, SIGUSR2, SIGSEGV (from the kernel), SIGINT',
    )
  })
})

test('.not fails', () => {
  expect(messageOf(() => expect(trace).not.toHaveSignalled(undefined, { by: 'manager' }))).toMatchInlineSnapshot(`
    "expect(trace).not.toHaveSignalled(undefined, {by: "manager"})

    Expected: no signal by "manager"
    Found:    3 in 13 events of 2 processes, 0 lost

      +5.0ms  manager[1002]  signal SIGHUP to server
          test → manager
      +6.0ms  manager[1002]  signal SIGTERM to server -> ignored
          test → manager
      +9.0ms  manager[1002]  signal SIGUSR2 to the test
          test → manager"
  `)
})

test.each<[unknown, unknown, string]>([
  ['TERM', {}, "Did you mean 'SIGTERM'?"],
  [15, {}, 'Expected the `signal` option to be a name'],
  ['SIGTERM', { from: 'user' }, "Expected the `from` option to be one of 'process', 'kernel'"],
  ['SIGTERM', { delivery: 'delivred' }, "Did you mean 'delivered'?"],
  ['SIGTERM', { to: 7 }, 'Expected the `to` option to be a string'],
  ['SIGTERM', { errno: 'ESRC' }, "Did you mean 'ESRCH'?"],
])('wrong expectation: %j %j', (signal, options, message) => {
  for (const assertion of [expect(trace), expect(trace).not]) {
    const error = errorOf(() => assertion.toHaveSignalled(signal as never, options as never))
    expect(error.message).toContain(message)
    expect(error).toMatchObject({ code: 'MISUSE' })
  }
})
