// SPDX-License-Identifier: MIT
import { stripVTControlCharacters } from 'node:util'
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import type { DnsAnswer } from '../../../src/trace/event.ts'
import { withHosts } from '../../helpers/disk.ts'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import {
  inet,
  type ProcessBuilder,
  projectRoot,
  TraceBuilder,
  type TraceOptions,
  unix,
} from '../../helpers/trace-builder.ts'

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
    'LocalHost.:8080',
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

  test('nobody', () => {
    const idle = new TraceBuilder()
    idle.root.spawn('/bin/true', ['true'])
    expect(messageOf(() => expect(idle.ended()).toHaveConnectedTo(':53'))).toMatch(/\n\nNobody connected\.$/)
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

describe('names of hosts', () => {
  const cname = (name: string, data: string): DnsAnswer => ({ name, type: 'CNAME', ttl: 60, data })
  const address = (name: string, data: string): DnsAnswer => ({ name, type: 'A', ttl: 60, data })

  function traceOf(act: (process: ProcessBuilder) => unknown, options: TraceOptions = {}) {
    const builder = new TraceBuilder(options)
    act(builder.root.spawn('/usr/bin/npm', ['npm', 'ci']))
    return builder.ended()
  }

  const resolved = traceOf((process) => {
    process.open('/etc/hosts').dns('registry.npmjs.org', ['104.16.0.34', '104.16.1.34'])
    process.dns('www.example.com', [
      cname('www.example.com', 'example.cdn.net'),
      cname('example.cdn.net', 'edge.cdn.net'),
      address('edge.cdn.net', '93.184.216.34'),
    ])
    process.dns('example.com', ['2001:db8::1'], { type: 'AAAA' })
    process.connect(inet('9.9.9.9', 53), { transport: 'udp', outcome: 'associated' })
    process.connect(inet('104.16.1.34', 443)).connect(inet('93.184.216.34', 80)).connect(inet('2001:db8::1', 443))
  })

  test.each([
    'registry.npmjs.org:443',
    'registry.npmjs.org',
    'Registry.NPMJS.org.',
    '*.npmjs.org:443',
    '*.org',
    'www.example.com:80',
    'example.cdn.net',
    'edge.cdn.net:80',
    'example.com:443',
    { host: 'registry.npmjs.org', port: 443 },
  ])('%j by what DNS answered', (target) => {
    withHosts('127.0.0.1 localhost\n', () => {
      expect(resolved).toHaveConnectedTo(target)
      expect(resolved).toHaveConnectedTo(target, { times: 1 })
    })
  })

  test('the message says by which name', () => {
    expect(messageOf(() => expect(resolved).not.toHaveConnectedTo('*.com:80'))).toMatchInlineSnapshot(`
      "expect(trace).not.toHaveConnectedTo("*.com:80")

      Expected: no connect to "*.com:80"
      Found:    1 in 11 events of 1 process, 0 lost

        +9.0ms  npm[1001]  connect tcp 93.184.216.34:80 -> established
            matched by: www.example.com (DNS), example.cdn.net (DNS), edge.cdn.net (DNS)
            test → npm ci"
    `)
  })

  test('other names, and other ports, are not', () => {
    withHosts('', () => {
      expect(resolved).not.toHaveConnectedTo('telemetry.example.com')
      expect(resolved).not.toHaveConnectedTo('registry.npmjs.org:80')
      expect(messageOf(() => expect(resolved).toHaveConnectedTo('npmjs.org:443'))).toMatchInlineSnapshot(`
        "expect(trace).toHaveConnectedTo("npmjs.org:443")

        Expected: connect to "npmjs.org:443"
        Found:    none in 11 events of 1 process, 0 lost

        Nearest:
          +7.0ms  npm[1001]  connect udp 9.9.9.9:53 -> associated
              another address: nothing asked DNS for that name
              test → npm ci
          +8.0ms  npm[1001]  connect tcp 104.16.1.34:443 -> established
              another name: registry.npmjs.org (DNS)
              test → npm ci
          +9.0ms  npm[1001]  connect tcp 93.184.216.34:80 -> established
              another name: www.example.com (DNS), example.cdn.net (DNS), edge.cdn.net (DNS)
              test → npm ci
          +10.0ms  npm[1001]  connect tcp [2001:db8::1]:443 -> established
              another name: example.com (DNS)
              test → npm ci"
      `)
    })
  })

  test('names of /etc/hosts, where it was read', () => {
    const local = traceOf((process) => process.open('/etc/hosts').connect(inet('127.0.0.1', 3000)))
    withHosts('127.0.0.1 localhost api.test # mine\n::1 localhost\n', () => {
      expect(local).toHaveConnectedTo('api.test:3000')
      expect(local).not.toHaveConnectedTo('telemetry.example.com')
      expect(messageOf(() => expect(local).not.toHaveConnectedTo('api.test'))).toContain(
        'matched by: localhost (/etc/hosts), api.test (/etc/hosts)',
      )
      const unread = traceOf((process) => process.connect(inet('127.0.0.1', 3000)))
      expect(unread).not.toHaveConnectedTo('api.test:3000')
    })
  })

  test('of an answer that tells of several names, each address is of those that lead to it', () => {
    const several = traceOf((process) =>
      process
        .dns('a.example', [
          cname('alias.example', 'b.example'),
          cname('a.example', 'alias.example'),
          cname('other.example', 'elsewhere.example'),
          address('b.example', '10.0.0.7'),
        ])
        .connect(inet('10.0.0.7', 443)),
    )
    for (const name of ['a.example', 'alias.example', 'b.example']) expect(several).toHaveConnectedTo(name)
    for (const name of ['other.example', 'elsewhere.example']) expect(several).not.toHaveConnectedTo(name)
    const circle = traceOf((process) =>
      process
        .dns('a.example', [
          cname('a.example', 'b.example'),
          cname('b.example', 'a.example'),
          address('b.example', '10.0.0.7'),
        ])
        .connect(inet('10.0.0.7', 443)),
    )
    expect(circle).toHaveConnectedTo('a.example', { times: 1 })
  })

  describe('what cannot be known is refused', () => {
    const refused = (trace: unknown, target: string) => {
      const errors = [expect(trace), expect(trace).not].map((one) => errorOf(() => one.toHaveConnectedTo(target)))
      for (const error of errors) expect(error).toMatchObject({ code: 'INCOMPLETE_TRACE' })
      return stripVTControlCharacters(errors[1]!.message)
    }

    test('an address of which nothing tells the name', () => {
      const literal = traceOf((process) => process.connect(inet('10.0.0.7', 443)))
      expect(refused(literal, 'example.com:443')).toMatchInlineSnapshot(`
        "expect(trace).not.toHaveConnectedTo("example.com:443")

        The trace does not tell whether there was a connect to "example.com:443":
          - +3.0ms  npm[1001]  connect tcp 10.0.0.7:443 -> established: what name its address had is not known (nothing asked DNS for that name, and the program has the address from elsewhere): it may be "example.com:443"
              test → npm ci"
      `)
      expect(literal).not.toHaveConnectedTo('example.com:80')
    })

    test('an address of which an answer tells the name later', () => {
      const early = traceOf((process) => process.connect(inet('10.0.0.7', 443)).dns('late.example', ['10.0.0.7']))
      expect(refused(early, 'late.example')).toContain('it was told to be "late.example" only later')
      expect(early).not.toHaveConnectedTo('late.example:80')
    })

    test('what a server of DNS is beside one', () => {
      const asked = traceOf((process) =>
        process.dns('a.example').connect(inet('9.9.9.9', 443)).connect(inet('9.9.9.9', 53)),
      )
      expect(refused(asked, 'example.com:443')).toContain('what name its address had is not known')
      expect(asked).not.toHaveConnectedTo('example.com:53')
    })

    test('a file of hosts of another root', () => {
      withHosts('127.0.0.1 localhost\n', () => {
        for (const facts of [{ asked: '/etc/hosts', path: '/tmp/root/etc/hosts' }, { chrooted: true }]) {
          const trace = traceOf((process) => process.open('/etc/hosts', facts).connect(inet('127.0.0.1', 443)))
          expect(refused(trace, 'example.com')).toContain('/etc/hosts may have been read')
        }
      })
    })

    test('a service that resolves names for others', () => {
      const daemon = traceOf((process) => process.connect(unix('/var/run/nscd/socket')).connect(inet('127.0.0.1', 443)))
      expect(refused(daemon, 'example.com')).toContain(
        'a service that resolves names was asked (unix:/var/run/nscd/socket)',
      )
      const absent = traceOf((process) =>
        process.connect(unix('/run/nscd/socket'), { outcome: 'failed' }).connect(inet('127.0.0.1', 443)),
      )
      expect(absent).not.toHaveConnectedTo('example.com')
    })

    test('a file of hosts that cannot be read here, or that was not recorded', () => {
      withHosts(null, () => {
        const read = traceOf((process) => process.open('/etc/hosts').connect(inet('127.0.0.1', 443)))
        expect(refused(read, 'example.com')).toContain('/etc/hosts may have been read')
        const groups = ['process', 'network']
        expect(
          refused(
            traceOf((process) => process.connect(inet('127.0.0.1', 443)), { groups }),
            'a.example',
          ),
        ).toContain('/etc/hosts may have been read')
      })
    })

    test('but not where DNS tells the addresses of that name', () => {
      const known = traceOf((process) => process.dns('example.com', ['10.0.0.8']).connect(inet('10.0.0.7', 443)))
      expect(known).not.toHaveConnectedTo('example.com')
      refused(known, '*.com')
      const cut = traceOf((process) =>
        process.dns('example.com', ['10.0.0.8'], { truncated: true }).connect(inet('10.0.0.7', 443)),
      )
      expect(refused(cut, 'example.com')).toContain('DNS did not give it for that name')
    })
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
  ['exa mple.com:443', {}, 'Expected the target to be `host:port` with an IP address or a name'],
  ['example.com/8', {}, 'Expected the target to be `host:port` with an IP address or a name'],
  ['10.0.0.x1.5:443', {}, 'Expected the target to be `host:port` with an IP address or a name'],
  ['10.0.0', {}, 'Expected the target to be `host:port` with an IP address'],
  ['10.0.0.*:443', {}, 'Expected the target to be `host:port` with an IP address'],
  ['10.0.{0,1}.?', {}, 'Expected the target to be `host:port` with an IP address'],
  [undefined, { family: 'unix', port: 80 }, 'The `port` option cannot be used with the family'],
  [{ family: 'unix', port: 80 }, {}, 'Expected a target of the family unix to have no host and no port'],
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
  ['8080', {}, 'not a port alone, got `"8080"` (string). Write `:8080`.'],
  ['http://127.0.0.1:80/x', {}, 'not a URL, got `"http://127.0.0.1:80/x"` (string). Write `127.0.0.1:80`.'],
  ['https://[::1]/', {}, 'Write `[::1]:443`.'],
  ['https://example.org', {}, 'Write `example.org:443`.'],
  ['redis://db', {}, 'Write `db`.'],
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

test('a failure that the program alone was told of', () => {
  const builder = new TraceBuilder()
  const tool = builder.root.spawn('/bin/x', ['x'])
  tool.connect(inet('10.0.0.9', 1), { outcome: 'failed', result: { ok: false, errno: 'EINPROGRESS' }, errno: null })
  const failed = builder.ended()
  expect(failed).toHaveConnectedTo('10.0.0.9:1', { outcome: 'failed' })
  expect(failed).not.toHaveConnectedTo('10.0.0.9:1', { outcome: 'established' })
  for (const asked of [{ outcome: 'refused' }, { errno: 'ECONNREFUSED' }] as const)
    for (const assertion of [expect(failed), expect(failed).not])
      expect(messageOf(() => assertion.toHaveConnectedTo('10.0.0.9:1', asked))).toContain('how is not known')
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
