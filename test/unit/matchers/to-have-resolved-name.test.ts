// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import { testLaws } from '../../helpers/laws.ts'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import { failed, type ProcessBuilder, TraceBuilder, unix } from '../../helpers/trace-builder.ts'

function traceOf(act: (process: ProcessBuilder) => unknown) {
  const builder = new TraceBuilder()
  act(builder.root.spawn('/usr/bin/npm', ['npm', 'ci']))
  return builder.ended()
}

testLaws('toHaveResolvedName', {
  act: (process) => process.dns('registry.npmjs.org', ['104.16.0.34']),
  hit: ['registry.npmjs.org'],
  miss: ['telemetry.npmjs.org'],
  group: 'network',
})

const trace = traceOf((process) => {
  process.dns('registry.npmjs.org', ['104.16.0.34', '104.16.1.34'])
  process.dns('registry.npmjs.org', ['2606:4700::6810:22'], { type: 'AAAA' })
  process.dns('registry.npmjs.org.lan', [], { status: 'NXDOMAIN' }).dns('slow.example', [], { status: null })
})

describe('finds', () => {
  test.each(['registry.npmjs.org', 'Registry.NPMjs.org.', '*.npmjs.org', '*.example', /npmjs/, expect.any(String)])(
    '%j',
    (name) => {
      expect(trace).toHaveResolvedName(name)
    },
  )

  test('by each option', () => {
    expect(trace).toHaveResolvedName('registry.npmjs.org', { type: 'A', times: 1, by: 'npm' })
    expect(trace).toHaveResolvedName('registry.npmjs.org', { address: '104.16.1.34', times: 1 })
    expect(trace).toHaveResolvedName('registry.npmjs.org', { address: '104.16.0.0/12' })
    expect(trace).toHaveResolvedName('registry.npmjs.org', { address: '2606:4700::/32', type: 'AAAA' })
    expect(trace).toHaveResolvedName(undefined, { status: 'NXDOMAIN', times: 1 })
    expect(trace).toHaveResolvedName('slow.example', { status: null })
    expect(trace).toHaveResolvedName(undefined, { status: expect.stringMatching(/^N/), times: 3 })
    expect(trace).not.toHaveResolvedName('slow.example', { status: 'NOERROR' })
  })
})

describe('misses', () => {
  test('a name of the same domain', () => {
    expect(messageOf(() => expect(trace).toHaveResolvedName('npmjs.org'))).toMatchInlineSnapshot(`
      "expect(trace).toHaveResolvedName("npmjs.org")

      Expected: question for "npmjs.org"
      Found:    none in 7 events of 1 process, 0 lost

      Nearest:
        +3.0ms  npm[1001]  dns A registry.npmjs.org -> 104.16.0.34, 104.16.1.34
            another name
            test → npm ci
        +4.0ms  npm[1001]  dns AAAA registry.npmjs.org -> 2606:4700::6810:22
            another name
            test → npm ci"
    `)
  })

  test('the address', () => {
    expect(
      messageOf(() => expect(trace).toHaveResolvedName('registry.npmjs.org', { type: 'A', address: '10.0.0.0/8' })),
    ).toContain('it was answered 104.16.0.34, 104.16.1.34')
    expect(messageOf(() => expect(trace).toHaveResolvedName('slow.example', { status: 'NOERROR' }))).toContain(
      'it was not answered',
    )
  })

  test('with what was asked instead', () => {
    expect(messageOf(() => expect(trace).toHaveResolvedName('elsewhere.test'))).toContain(
      'Asked of DNS: registry.npmjs.org, registry.npmjs.org.lan, slow.example',
    )
    expect(messageOf(() => expect(traceOf((process) => process.open('/a'))).toHaveResolvedName())).toContain(
      'Nothing was asked of DNS.',
    )
  })
})

test('an answer that was cut', () => {
  const cut = traceOf((process) => process.dns('big.example', ['10.0.0.1'], { truncated: true }))
  expect(cut).toHaveResolvedName('big.example', { address: '10.0.0.1' })
  for (const assertion of [expect(cut), expect(cut).not]) {
    const error = errorOf(() => assertion.toHaveResolvedName('big.example', { address: '10.0.0.2' }))
    expect(error).toMatchObject({ code: 'INCOMPLETE_TRACE' })
    expect(error.message).toContain('its answer was cut')
  }
})

test('a question that could not be sent', () => {
  const unsent = traceOf((process) => process.dns('a.example', [], { ...failed('ENETUNREACH'), status: null }))
  expect(unsent).toHaveResolvedName('a.example')
  expect(unsent).toHaveResolvedName('a.example', { errno: 'ENETUNREACH', times: 1 })
  expect(trace).not.toHaveResolvedName(undefined, { errno: expect.any(String) })
})

test('.not fails', () => {
  expect(messageOf(() => expect(trace).not.toHaveResolvedName('*.npmjs.org', { type: 'A' }))).toMatchInlineSnapshot(`
    "expect(trace).not.toHaveResolvedName("*.npmjs.org", {type: "A"})

    Expected: no question for "*.npmjs.org" with type "A"
    Found:    1 in 7 events of 1 process, 0 lost

      +3.0ms  npm[1001]  dns A registry.npmjs.org -> 104.16.0.34, 104.16.1.34
          test → npm ci"
  `)
})

test('what a service resolved for the program does not show, so the absence of a question is refused', () => {
  const daemon = traceOf((process) => process.connect(unix('/run/systemd/resolve/io.systemd.Resolve')))
  for (const assertion of [expect(daemon), expect(daemon).not])
    expect(errorOf(() => assertion.toHaveResolvedName('example.com'))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
  expect(messageOf(() => expect(daemon).not.toHaveResolvedName('example.com'))).toMatchInlineSnapshot(`
    "expect(trace).not.toHaveResolvedName("example.com")

    The trace does not tell whether there was a question for "example.com":
      - A service that resolves names was asked, and for which does not show: unix:/run/systemd/resolve/io.systemd.Resolve"
  `)
  const none = traceOf((process) =>
    process.connect(unix('/var/run/nscd/socket'), { outcome: 'failed', errno: 'ENOENT' }),
  )
  expect(none).not.toHaveResolvedName('example.com')
})

test.each<[unknown, unknown, string]>([
  ['', {}, 'Expected the name not to be empty'],
  ['https://example.com/x', {}, 'Write `example.com`.'],
  ['example.com:443', {}, 'A name has no port.'],
  ['10.0.0.1', {}, 'use the `address` option'],
  [7, {}, 'Expected the name to be a string'],
  ['a', { type: 'aaaa' }, "Did you mean 'AAAA'?"],
  ['a', { status: 'nxdomain' }, "Did you mean 'NXDOMAIN'?"],
  ['a', { address: 'example.com' }, 'It is compared with addresses, not with names'],
])('wrong expectation: %j %j', (name, options, message) => {
  for (const assertion of [expect(trace), expect(trace).not]) {
    const error = errorOf(() => assertion.toHaveResolvedName(name as never, options as never))
    expect(error.message).toContain(message)
    expect(error).toMatchObject({ code: 'MISUSE' })
  }
})
