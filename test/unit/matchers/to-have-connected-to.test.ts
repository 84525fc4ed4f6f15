// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import { inet, projectRoot, TraceBuilder, type TraceOptions, unix } from '../../helpers/trace-builder.ts'

function record(options: TraceOptions = {}) {
  const builder = new TraceBuilder(options)
  const npm = builder.root.spawn('/usr/bin/npm', ['npm', 'ci'])
  npm.connect(inet('10.0.0.1', 443))
  const curl = npm.spawn('/usr/bin/curl', ['curl', 'http://localhost:8080/'])
  curl.connect(inet('::1', 8080), { outcome: 'refused', errno: 'ECONNREFUSED' })
  curl.connect(inet('127.0.0.1', 8080, true))
  curl.connect(unix('/run/app.sock')).connect(unix('@app/bus', true))
  curl.exit()
  npm.exit()
  return builder.trace()
}

const trace = record()
const lossy = record({ gaps: [{ reason: 'ring', count: 1, text: '1 record found the ring full.' }], lost: { ring: 1 } })

describe('finds', () => {
  test.each([
    '10.0.0.1:443',
    '10.0.0.1',
    ':443',
    '*:443',
    '10.0.0.0/8',
    '10.0.0.0/8:443',
    'localhost:8080',
    '[::1]:8080',
    '::1',
    '::/0',
    '127.0.0.0/8',
    '::ffff:127.0.0.1',
    '[::ffff:7f00:1]:8080',
    '::ffff:127.0.0.0/104',
    '[::ffff:127.0.0.0]/104:8080',
    'unix:/run/app.sock',
    'unix:/run/*',
    'unix:app.sock',
    'unix:@app/bus',
    'unix:@app/*',
    /^10\./,
    /^unix:@/,
    { port: 443 },
    { host: '10.0.0.0/24', port: 443, family: 'inet' as const },
    { host: /^127\./ },
    { family: 'unix' as const },
    expect.stringContaining(':443'),
  ])('%j', (target) => {
    expect(trace).toHaveConnectedTo(target)
  })

  test('by each option', () => {
    expect(trace).toHaveConnectedTo('10.0.0.1', {
      by: 'npm',
      outcome: 'established',
      port: 443,
      family: 'inet',
      times: 1,
    })
    expect(trace).toHaveConnectedTo('localhost', { by: 'curl', times: 2 })
    expect(trace).toHaveConnectedTo('localhost', { errno: 'ECONNREFUSED' })
    expect(trace).toHaveConnectedTo(undefined, { family: 'inet6', outcome: 'refused' })
    expect(trace).toHaveConnectedTo(undefined, { port: expect.any(Number), times: 3 })
  })

  test('the address that was asked for, and says so', () => {
    const builder = new TraceBuilder()
    builder.root.spawn('/bin/x', ['x']).connect(inet('127.0.0.1', 80), { asked: inet('0.0.0.0', 80) })
    expect(builder.trace()).toHaveConnectedTo('0.0.0.0:80')
    expect(messageOf(() => expect(builder.ended()).not.toHaveConnectedTo('0.0.0.0'))).toContain(
      'matched by: asked address 0.0.0.0:80',
    )
  })

  test('a relative socket by its path in the project', () => {
    const builder = new TraceBuilder()
    builder.root.spawn('/bin/x', ['x']).connect(unix(`${projectRoot}/run/x.sock`))
    expect(builder.trace()).toHaveConnectedTo('unix:run/x.sock')
    expect(builder.trace()).toHaveConnectedTo('unix:./run/*.sock')
  })
})

describe('misses', () => {
  test.each([':444', 'localhost:80', { host: '10.0.0.0/8', port: 80 }])('the port of %j', (target) => {
    expect(messageOf(() => expect(trace).toHaveConnectedTo(target))).toContain('      another port\n')
  })

  test('an IPv6 address is shown as it was written', () => {
    const message = messageOf(() => expect(trace).toHaveConnectedTo('::2'))
    expect(message).toMatch(/^expect\(trace\)\.toHaveConnectedTo\("::2"\)\n\nExpected: connect to "::2"\n/)
  })

  test('with where it went instead', () => {
    expect(messageOf(() => expect(trace).toHaveConnectedTo('10.0.0.2:443'))).toMatchInlineSnapshot(`
      "expect(trace).toHaveConnectedTo("10.0.0.2:443")

      Expected: connect to "10.0.0.2:443"
      Found:    none in 11 events of 2 processes, 0 lost

      Nearest:
        +3.0ms  npm[1001]  connect tcp 10.0.0.1:443 -> established
            another address
            test → npm ci
        +6.0ms  curl[1002]  connect tcp [::1]:8080 -> refused (ECONNREFUSED)
            another address
            test → npm ci → curl http://localhost:8080/
        +7.0ms  curl[1002]  connect tcp 127.0.0.1:8080 -> established
            another address
            test → npm ci → curl http://localhost:8080/"
    `)
  })

  test('the outcome', () => {
    expect(
      messageOf(() => expect(trace).toHaveConnectedTo('[::1]:8080', { outcome: 'established' })),
    ).toMatchInlineSnapshot(`
      "expect(trace).toHaveConnectedTo("[::1]:8080", {outcome: "established"})

      Expected: connect to "[::1]:8080" with outcome "established"
      Found:    none in 11 events of 2 processes, 0 lost

      Nearest:
        +6.0ms  curl[1002]  connect tcp [::1]:8080 -> refused (ECONNREFUSED)
            its outcome is refused (ECONNREFUSED)
            test → npm ci → curl http://localhost:8080/"
    `)
  })

  test('a datagram, which is no connection', () => {
    const builder = new TraceBuilder()
    builder.root.spawn('/bin/dig', ['dig']).send(inet('9.9.9.9', 53))
    expect(builder.ended()).not.toHaveConnectedTo()
    expect(messageOf(() => expect(builder.trace()).toHaveConnectedTo(':53'))).toContain(
      'Datagrams were sent without a connection (that is no connect): 9.9.9.9:53',
    )
  })
})

test('.not passes', () => {
  expect(trace).not.toHaveConnectedTo('192.168.0.0/16')
  expect(trace).not.toHaveConnectedTo('unix:@app')
  expect(trace).not.toHaveConnectedTo('unix:/app/bus')
  expect(trace).not.toHaveConnectedTo('::/0', { port: 443 }) // IPv4, also where it is mapped
  expect(trace).not.toHaveConnectedTo('0.0.0.0/0', { family: 'inet6' })
  expect(trace).not.toHaveConnectedTo(':443', { by: 'curl' })
  expect(trace).not.toHaveConnectedTo('127.0.0.1', { family: 'inet6' })
})

test('without a target, a unix socket that nobody listens on is nothing to be connected to', () => {
  const builder = new TraceBuilder()
  const process = builder.root.spawn('/bin/x', ['x'])
  process.connect(unix('/run/nscd'), { outcome: 'failed', errno: 'ENOENT' })
  process.connect(unix('/run/old'), { outcome: 'refused', errno: 'ECONNREFUSED' })
  expect(builder.ended()).not.toHaveConnectedTo()
  expect(builder.trace()).toHaveConnectedTo('unix:/run/nscd')
  expect(builder.trace()).toHaveConnectedTo(undefined, { errno: 'ENOENT' })
  process.connect(inet('127.0.0.1', 1), { outcome: 'refused', errno: 'ECONNREFUSED' })
  expect(builder.trace()).toHaveConnectedTo()
})

test('a file is no abstract name', () => {
  const builder = new TraceBuilder()
  builder.root.spawn('/bin/x', ['x']).connect(unix('@bus'))
  expect(builder.ended()).not.toHaveConnectedTo('unix:@bus')
})

test('.not passes for a peer that was only taken away', () => {
  const builder = new TraceBuilder()
  builder.root.spawn('/bin/x', ['x']).connect({ family: 'unknown' }, { asked: null })
  expect(builder.ended()).not.toHaveConnectedTo()
})

test('.not fails', () => {
  expect(messageOf(() => expect(trace).not.toHaveConnectedTo())).toMatchInlineSnapshot(`
    "expect(trace).not.toHaveConnectedTo()

    Expected: no connect
    Found:    5 in 11 events of 2 processes, 0 lost

      +3.0ms  npm[1001]  connect tcp 10.0.0.1:443 -> established
          test → npm ci
      +6.0ms  curl[1002]  connect tcp [::1]:8080 -> refused (ECONNREFUSED)
          test → npm ci → curl http://localhost:8080/
      +7.0ms  curl[1002]  connect tcp 127.0.0.1:8080 -> established
          test → npm ci → curl http://localhost:8080/
      +8.0ms  curl[1002]  connect unix:/run/app.sock -> established
          test → npm ci → curl http://localhost:8080/
      +9.0ms  curl[1002]  connect unix:@app/bus -> established
          test → npm ci → curl http://localhost:8080/"
  `)
})

test('wrong received', () => {
  for (const assertion of [expect(undefined), expect(undefined).not]) {
    expect(errorOf(() => assertion.toHaveConnectedTo())).toMatchObject({ code: 'MISUSE' })
  }
})

test.each<[unknown, unknown, string]>([
  ['', {}, 'Expected the target not to be empty'],
  ['example.com:443', {}, 'give the address, or match the port (`:443`).'],
  ['10.0.0', {}, 'Expected the target to be `host:port` with an IP address'],
  ['10.0.0.0/33', {}, 'Expected the block to end in its prefix length'],
  ['::ffff:10.0.0.0/8', {}, 'Expected the block to end in its prefix length'],
  ['10.0.0.0/x', {}, 'Expected the block to end in its prefix length'],
  [':99999', {}, 'Expected `port` to be an integer from 0 to 65535'],
  [':http', {}, 'Expected the target to end in `:port`'],
  ['::1:80:x', {}, 'Expected'],
  [443, {}, 'Expected the target to be a string, a RegExp or an object'],
  [{ prot: 1 }, {}, 'Unknown part `prot` of a target'],
  [{ port: '443' }, {}, 'Expected `port` to be an integer'],
  [{ family: 'ipv4' }, {}, "Expected `family` to be 'inet', 'inet6', 'unix'"],
  ['unix:', {}, 'Expected the path after `unix:` not to be empty'],
  [':443', { outcome: 'establish' }, "Did you mean 'established'?"],
  [':443', { timeout: 3 }, 'Unknown option `timeout`'],
  [':443', { errno: 111 }, 'Expected the `errno` option'],
  [undefined, undefined, 'Expected the target to be given, got `undefined`. Leave it out to mean any.'],
  ['::1:9', {}, 'Write `[::1]:9` for an address and a port, `[::1:9]` for an address.'],
  ['http://127.0.0.1:80/x', {}, 'not a URL, got `"http://127.0.0.1:80/x"` (string). Write `127.0.0.1:80`.'],
  ['https://[::1]/', {}, 'Write `[::1]:443`.'],
  ['https://example.org', {}, 'The kernel sees addresses, not names: give the address, or match the port (`:443`).'],
  ['redis://db', {}, 'give the address, or match the port.'],
  ['example.org:443', {}, 'or `localhost`, got `"example.org:443"` (string)'],
  ['/var/run/docker.sock', {}, 'Did you mean `unix:/var/run/docker.sock`?'],
  ['unix:~/x.sock', {}, 'not to begin with `~`'],
  [36039, {}, "got `36039` (number). Write `':36039'` for the port."],
])('wrong expectation: %j %j', (target, options, message) => {
  for (const assertion of [expect(trace), expect(trace).not]) {
    const error = errorOf(() => assertion.toHaveConnectedTo(target as never, options as never))
    expect(error.message).toContain(message)
    expect(error).toMatchObject({ code: 'MISUSE' })
  }
})

test('a lossy trace', () => {
  expect(lossy).toHaveConnectedTo(':443')
  for (const assertion of [expect(lossy), expect(lossy).not]) {
    expect(errorOf(() => assertion.toHaveConnectedTo(':80'))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
    expect(errorOf(() => assertion.toHaveConnectedTo(':443', { times: 1 }))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
  }
})

test('an outcome that is not known yet, and an address that was not read', () => {
  const builder = new TraceBuilder()
  const tool = builder.root.spawn('/bin/x', ['x'])
  tool.connect(inet('10.0.0.9', 1), { outcome: 'inProgress', result: { ok: false, errno: 'EINPROGRESS' } })
  tool.connect(unix({ status: 'unreadable' }))
  const open = builder.ended()
  expect(open).toHaveConnectedTo('10.0.0.9:1')
  expect(open).toHaveConnectedTo('10.0.0.9:1', { outcome: 'inProgress' })
  expect(messageOf(() => expect(open).not.toHaveConnectedTo('10.0.0.9:1', { outcome: 'established' }))).toContain(
    'still in progress',
  )
  expect(messageOf(() => expect(open).not.toHaveConnectedTo('unix:/x'))).toContain('its address could not be read')
  expect(open).not.toHaveConnectedTo('10.0.0.8')
})

test('network events that were not recorded', () => {
  const none = record({ groups: ['process', 'file'] })
  for (const assertion of [expect(none), expect(none).not]) {
    expect(errorOf(() => assertion.toHaveConnectedTo())).toMatchObject({ code: 'GROUP_NOT_RECORDED' })
  }
})

test('asymmetric', () => {
  expect([trace]).toEqual([expect.toHaveConnectedTo('10.0.0.0/8')])
  expect([trace]).toEqual([expect.not.toHaveConnectedTo(':80')])
  expect([trace]).not.toEqual([expect.toHaveConnectedTo(':80')])
})
