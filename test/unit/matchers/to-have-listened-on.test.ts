// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import { testLaws } from '../../helpers/laws.ts'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import { failed, inet, type ProcessBuilder, TraceBuilder, unix } from '../../helpers/trace-builder.ts'

function traceOf(act: (process: ProcessBuilder) => unknown) {
  const builder = new TraceBuilder()
  act(builder.root.spawn('/usr/bin/server', ['server']))
  return builder.ended()
}

testLaws('toHaveListenedOn', {
  act: (process) => process.listen(inet('127.0.0.1', 8080)),
  hit: [':8080'],
  miss: [':8081'],
  group: 'network',
})

const trace = traceOf((process) => {
  process.socket().bind(inet('127.0.0.1', 8080)).listen(inet('127.0.0.1', 8080))
  process.bind(unix('/run/app.sock')).listen(unix('/run/app.sock')).bind(inet('127.0.0.1', 9000))
  process.bind(inet('10.0.0.1', 80), failed('EACCES'))
})

describe('finds', () => {
  test.each([
    ':8080',
    '127.0.0.1:8080',
    'localhost:8080',
    '127.0.0.0/8',
    'unix:/run/app.sock',
    'unix:app.sock',
    { port: 8080 },
    { family: 'unix' as const },
    /^127\./,
  ])('%j', (target) => {
    expect(trace).toHaveListenedOn(target, { times: 1 })
  })

  test('by each option', () => {
    expect(trace).toHaveListenedOn(':8080', { transport: 'tcp', by: 'server' })
    expect(trace).toHaveListenedOn(undefined, { transport: 'unix', times: 1 })
    expect(trace).toHaveListenedOn(':80', { errno: 'EACCES' })
    expect(trace).toHaveListenedOn(undefined, { times: 2 })
  })

  test('who listens on every address listens on each', () => {
    const four = traceOf((process) => process.listen(inet('0.0.0.0', 80)))
    const six = traceOf((process) => process.listen(inet('::', 80)))
    for (const target of ['127.0.0.1:80', 'localhost:80', '10.0.0.0/8:80', ':80', '0.0.0.0', { host: '10.1.2.3' }])
      expect(four).toHaveListenedOn(target)
    for (const target of ['[::1]:80', 'localhost:80', '[2001:db8::]/32:80', '::']) expect(six).toHaveListenedOn(target)
    expect(four).not.toHaveListenedOn('[::1]:80')
    expect(four).not.toHaveListenedOn('127.0.0.1:81')
    expect(four).not.toHaveListenedOn({ host: '127.0.0.1', family: 'inet6' })
    expect(four).not.toHaveListenedOn(/^127\./)
    expect(trace).not.toHaveListenedOn('0.0.0.0')
    expect(messageOf(() => expect(four).not.toHaveListenedOn('localhost'))).toContain(
      'matched by: 0.0.0.0:80, which is every address',
    )
    // Whether `::` takes IPv4 depends on an option of the socket.
    for (const assertion of [expect(six), expect(six).not]) {
      const error = errorOf(() => assertion.toHaveListenedOn('127.0.0.1:80'))
      expect(error).toMatchObject({ code: 'INCOMPLETE_TRACE' })
      expect(error.message).toContain('IPV6_V6ONLY')
    }
    expect(six).not.toHaveListenedOn('127.0.0.1:81')
  })
})

describe('UDP', () => {
  const udp = (asked: number, port = asked) =>
    traceOf((process) => process.bind(inet('0.0.0.0', port), { asked: inet('0.0.0.0', asked), transport: 'udp' }))

  test('a socket that is bound to a port of its choice', () => {
    expect(udp(53)).toHaveListenedOn(':53')
    expect(udp(53)).toHaveListenedOn('127.0.0.1:53', { transport: 'udp' })
    expect(udp(53)).not.toHaveListenedOn(':53', { transport: 'tcp' })
  })

  test('one that is bound to any, as a client is, where it is asked for', () => {
    expect(udp(0, 40_001)).not.toHaveListenedOn()
    expect(udp(0, 40_001)).toHaveListenedOn(undefined, { transport: 'udp' })
    expect(messageOf(() => expect(udp(0, 40_001)).toHaveListenedOn(':40001'))).toContain(
      "bound to a port that the kernel chose, as clients do: `{ transport: 'udp' }` counts it",
    )
  })
})

describe('misses', () => {
  test('another port', () => {
    expect(messageOf(() => expect(trace).toHaveListenedOn('127.0.0.1:8081'))).toMatchInlineSnapshot(`
      "expect(trace).toHaveListenedOn("127.0.0.1:8081")

      Expected: listen on "127.0.0.1:8081"
      Found:    none in 10 events of 1 process, 0 lost

      Nearest:
        +5.0ms  server[1001]  listen tcp 127.0.0.1:8080
            another port
            test → server
        +4.0ms  server[1001]  bind tcp 127.0.0.1:8080
            another port
            bound, which by itself takes no connections
            test → server
        +8.0ms  server[1001]  bind tcp 127.0.0.1:9000
            another port
            bound, which by itself takes no connections
            test → server
        +9.0ms  server[1001]  bind tcp 10.0.0.1:80 -> EACCES
            another address
            bound, which by itself takes no connections
            failed: EACCES
            test → server"
    `)
  })

  test('what was bound and does not listen', () => {
    expect(trace).not.toHaveListenedOn(':9000')
    expect(messageOf(() => expect(trace).toHaveListenedOn(':9000'))).toMatchInlineSnapshot(`
      "expect(trace).toHaveListenedOn(":9000")

      Expected: listen on ":9000"
      Found:    none in 10 events of 1 process, 0 lost

      Nearest:
        +8.0ms  server[1001]  bind tcp 127.0.0.1:9000
            bound, which by itself takes no connections
            test → server"
    `)
  })

  test('what could not be bound', () => {
    expect(messageOf(() => expect(trace).toHaveListenedOn(':80'))).toContain('failed: EACCES')
  })

  test('nobody', () => {
    const none = traceOf((process) => process.open('/a'))
    expect(messageOf(() => expect(none).toHaveListenedOn())).toContain('Nobody listened.')
  })
})

test('.not fails', () => {
  expect(messageOf(() => expect(trace).not.toHaveListenedOn())).toMatchInlineSnapshot(`
    "expect(trace).not.toHaveListenedOn()

    Expected: no listen
    Found:    2 in 10 events of 1 process, 0 lost

      +5.0ms  server[1001]  listen tcp 127.0.0.1:8080
          test → server
      +7.0ms  server[1001]  listen unix:/run/app.sock
          test → server"
  `)
})

test('a path that was not read', () => {
  const unread = traceOf((process) => process.listen(unix({ status: 'unreadable' })))
  expect(errorOf(() => expect(unread).not.toHaveListenedOn('unix:/run/a'))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
})

test.each<[unknown, unknown, string]>([
  [8080, {}, "Write `':8080'` for the port."],
  ['example.com:80', {}, 'It is compared with addresses, not with names'],
  ['https://example.com', {}, 'It is compared with addresses, not with names'],
  [':80', { transport: 'upd' }, "Did you mean 'udp'?"],
  [':80', { errno: 'EADDRINUS' }, "Did you mean 'EADDRINUSE'?"],
  ['/run/x.sock', {}, 'Did you mean `unix:/run/x.sock`?'],
])('wrong expectation: %j %j', (target, options, message) => {
  for (const assertion of [expect(trace), expect(trace).not]) {
    const error = errorOf(() => assertion.toHaveListenedOn(target as never, options as never))
    expect(error.message).toContain(message)
    expect(error).toMatchObject({ code: 'MISUSE' })
  }
})
