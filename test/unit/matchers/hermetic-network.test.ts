// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import { did, isHermetic, told } from '../../helpers/hermetic-told.ts'
import { failed, own } from '../../helpers/hermetic-trace.ts'
import { messageOf } from '../../helpers/message-of.ts'
import { inet, unix } from '../../helpers/trace-builder.ts'

describe('network', () => {
  test('targets as elsewhere', () => {
    const trace = did((process, all) => {
      process
        .connect(inet('10.0.0.1', 443))
        .connect(inet('::1', 80))
        .send(inet('9.9.9.9', 123))
        .connect(unix('/srv/x.sock'))
      all
        .bind(process, inet('127.0.0.1', 8080))
        .listen(process, inet('127.0.0.1', 8080))
        .accept(process, inet('127.0.0.1', 8080))
    })
    expect(told(trace, { network: false })).toEqual([
      'Connected to, not in `network` (3):',
      '  tcp 10.0.0.1:443',
      '  tcp [::1]:80',
      '  unix:/srv/x.sock',
      'Sent to, not in `network` (1):',
      '  udp 9.9.9.9:123',
      'Listened on, not in `network` (1):',
      '  tcp 127.0.0.1:8080 (listen)  ×2',
    ])
    isHermetic(trace, { network: ['10.0.0.0/8:443', 'localhost', ':123', 'unix:/srv/*'] })
  })

  test('where the kernel says it went, whatever was asked', () => {
    const trace = did((process) => process.connect(inet('10.0.0.1', 80), { asked: inet('127.0.0.1', 80) }))
    expect(told(trace, { network: ['127.0.0.1:80'] })).toEqual([
      'Connected to, not in `network` (1):',
      '  tcp 10.0.0.1:80',
    ])
  })

  test('a datagram socket is reached at a port that it chose, not at one that a client was given', () => {
    const udp = { transport: 'udp' } as const
    const trace = did((process, all) => {
      all.bind(process, inet('0.0.0.0', 40_123), { ...udp, asked: inet('0.0.0.0', 0) })
      all.bind(process, inet('0.0.0.0', 5353), { ...udp, asked: inet('0.0.0.0', 5353) })
      all.bind(process, inet('0.0.0.0', 99), { ...udp, asked: null })
    })
    expect(told(trace, {})).toEqual([
      'Listened on, not in `network` (2):',
      '  udp 0.0.0.0:5353 (bind)',
      '  udp 0.0.0.0:99 (bind)',
    ])
  })

  test('a UDP socket that gets a peer without a port asks for a route', () => {
    isHermetic(
      did((process) => process.connect(inet('10.0.0.1', 0), { outcome: 'associated', transport: 'udp' })),
      {},
    )
    const ping = did((process) => process.connect(inet('10.0.0.1', 0), { outcome: 'associated', transport: 'other' }))
    expect(told(ping, {})).toEqual(['Connected to, not in `network` (1):', '  other 10.0.0.1:0'])
    const trace = did((process) => process.connect({ family: 'unspec' }).connect({ family: 'unknown' }))
    isHermetic(trace, {})
  })

  test('hosts by name, with the questions for them', () => {
    const answers = [{ name: 'example.com', type: 'A', ttl: 1, data: '10.0.0.7' }]
    const trace = did((process, all) => {
      process.connect(inet('10.0.0.2', 53), { outcome: 'associated', transport: 'udp' }).send(inet('10.0.0.2', 53))
      all.dns(process, 'example.com', inet('10.0.0.2', 53), { answers })
      process.connect(inet('10.0.0.7', 443))
    })
    isHermetic(trace, { network: ['example.com:443'] })
    isHermetic(trace, { network: ['10.0.0.2:53', '10.0.0.7'] })
    expect(told(trace, { network: ['10.0.0.7'] })).toEqual([
      'Connected to, not in `network` (1):',
      '  udp 10.0.0.2:53',
      'Sent to, not in `network` (1):',
      '  udp 10.0.0.2:53',
      'Asked for by name, not in `network` (1):',
      '  example.com A of 10.0.0.2:53',
    ])
    const other = did((process, all) => {
      for (const name of ['example.com', 'evil.test']) all.dns(process, name, inet('10.0.0.2', 53))
      process.send(inet('10.0.0.2', 53))
    })
    expect(told(other, { network: ['example.com'] })).toEqual([
      'Sent to, not in `network` (1):',
      '  udp 10.0.0.2:53',
      'Asked for by name, not in `network` (1):',
      '  evil.test A of 10.0.0.2:53',
    ])
  })

  test('an address of which the name is not known may be that of a host that is named', () => {
    const trace = did((process) => process.connect(inet('10.0.0.7', 443)))
    expect(messageOf(() => expect(trace).toBeHermetic({ toolchain: true, network: ['example.com:443'] }))).toContain(
      'connect tcp 10.0.0.7:443 -> established: the name that its address had is not known',
    )
  })

  test('other families', () => {
    const trace = did((process, all) => {
      all
        .socket(process, 'inet')
        .socket(process, 'unix')
        .socket(process, 'netlink')
        .socket(process, 'netlink', { protocol: 16 })
      all.socket(process, 'inet', { socketType: 'raw', protocol: 1 }).socket(process, 'vsock', failed('EAFNOSUPPORT'))
      process.send({ family: 'netlink' }).send({ family: 'packet' })
    })
    expect(told(trace, {})).toEqual([
      'Sockets of other families, not in `network` (4):',
      '  inet raw',
      '  netlink',
      '  packet',
      '  vsock -> EAFNOSUPPORT',
    ])
    isHermetic(trace, { network: ['inet raw', 'netlink', 'packet', 'vsock'].map((family) => ({ family })) })
  })

  test('a unix socket that is not there is an absent path', () => {
    const missing = { outcome: 'failed', errno: 'ENOENT' } as const
    const trace = did((process) =>
      process
        .connect(unix('/srv/x.sock'), missing)
        .connect(unix('/run/docker.sock'), missing)
        .connect(unix('/var/run/nscd/socket'), missing),
    )
    expect(told(trace, {})).toEqual([
      'Found absent, where nothing is declared (2):',
      '  /run/docker.sock (socket of the Docker daemon)',
      '  /srv/x.sock (socket)',
    ])
    isHermetic(trace, { absent: ['/srv/*', '/run/docker.sock'] })
    isHermetic(trace, { network: ['unix:/srv/x.sock'], delegates: ['docker'] })
  })

  test('a unix socket among the outputs that the run listens on is its own', () => {
    const trace = did(
      (process, all) =>
        all.bind(process, unix(own('out/s'))).listen(process, unix(own('out/s'))) &&
        process.connect(unix(own('out/s'))),
    )
    isHermetic(trace, { outputs: ['out/**'] })
    expect(told(trace, {})).toEqual([
      'Connected to, not in `network` (1):',
      `  unix:${own('out/s')}`,
      'Listened on, not in `network` (1):',
      `  unix:${own('out/s')} (bind)  ×2`,
    ])
    const others = did((process) => process.connect(unix(own('out/s'))))
    expect(told(others, { outputs: ['out/**'] })).toEqual([
      'Connected to, not in `network` (1):',
      `  unix:${own('out/s')}`,
    ])
  })
})

describe('work that is handed to a daemon', () => {
  test.each([
    ['docker', unix('/var/run/docker.sock'), 'the Docker daemon over unix:/var/run/docker.sock'],
    [
      'docker',
      unix('/home/me/.docker/run/docker.sock'),
      'the Docker daemon over unix:/home/me/.docker/run/docker.sock',
    ],
    ['docker', inet('10.0.0.5', 2375), 'the Docker daemon over 10.0.0.5:2375'],
    ['sccache', inet('127.0.0.1', 4226), 'the sccache server over 127.0.0.1:4226'],
    ['distcc', inet('10.0.0.9', 3632), 'distcc over 10.0.0.9:3632'],
    ['dbus', unix('@/tmp/dbus-AbCdEf', true), 'the D-Bus message bus over unix:@/tmp/dbus-AbCdEf'],
    ['systemd', unix('/run/systemd/private'), 'systemd over unix:/run/systemd/private'],
    ['nscd', unix('/run/nscd/socket'), 'the name service cache (nscd) over unix:/run/nscd/socket'],
    ['ssh-agent', unix('/tmp/ssh-XXabc/agent.12'), 'the SSH agent over unix:/tmp/ssh-XXabc/agent.12'],
    [
      'gpg-agent',
      unix('/run/user/1000/gnupg/S.gpg-agent'),
      'the GnuPG agent over unix:/run/user/1000/gnupg/S.gpg-agent',
    ],
    ['x11', unix('@/tmp/.X11-unix/X0', true), 'the X server over unix:@/tmp/.X11-unix/X0'],
    ['nx', unix('/tmp/0123456789abcdef/d.sock'), 'the Nx daemon over unix:/tmp/0123456789abcdef/d.sock'],
    [
      'watchman',
      unix('/home/me/.local/state/watchman/me-state/sock'),
      'Watchman over unix:/home/me/.local/state/watchman/me-state/sock',
    ],
  ] as const)('%s', (name, address, text) => {
    const trace = did((process) => process.connect(address))
    const wide = ['unix:/**', 'unix:@*', '0.0.0.0/0']
    expect(told(trace, { network: wide })).toEqual([
      'Handed to a daemon outside the test, not in `delegates` (1):',
      `  ${text}`,
    ])
    isHermetic(trace, { delegates: [name] })
  })

  test('one that says in a file where it listens', () => {
    const file = '/home/me/.cache/bazel/_bazel_me/5f1/server/command_port'
    const trace = did((process) => process.open(file).connect(inet('127.0.0.1', 34567)))
    expect(told(trace, { inputs: ['/home/me/.cache/**'], network: ['localhost'] })).toEqual([
      'Handed to a daemon outside the test, not in `delegates` (1):',
      '  the Bazel server over 127.0.0.1:34567',
    ])
    isHermetic(
      did((process) => process.connect(inet('127.0.0.1', 34567))),
      { network: ['localhost'] },
    )
  })

  test('a server of the run itself is none, at whatever address', () => {
    const [docker, display] = [inet('127.0.0.1', 2375), unix('@/tmp/.X11-unix/X9', true)]
    const network = [':2375', 'unix:@/tmp/.X11-unix/X9']
    const own = did((process, all) => {
      all.listen(process, inet('0.0.0.0', 2375)).bind(process, display)
      process.connect(docker).connect(display)
    })
    isHermetic(own, { network })
    expect(told(own, {}).slice(0, 3)).toEqual([
      'Connected to, not in `network` (2):',
      '  tcp 127.0.0.1:2375',
      '  unix:@/tmp/.X11-unix/X9',
    ])
    const others = did((process, all) => {
      all
        .listen(process, docker, failed('EADDRINUSE'))
        .listen(process, inet('10.0.0.1', 2375))
        .bind(process, display, failed('EADDRINUSE'))
      process.connect(docker).connect(display)
    })
    expect(told(others, { network })[0]).toBe('Handed to a daemon outside the test, not in `delegates` (2):')
  })

  test('a server at a port that is known for one is none', () => {
    isHermetic(
      did((process, all) => all.listen(process, inet('0.0.0.0', 2375))),
      { network: [':2375'] },
    )
  })

  test('an abstract socket that nobody listens on is no absent path', () => {
    const nobody = { transport: 'unix', ...failed('ENOENT') } as const
    const trace = did((process) => process.send(unix('@gone', true), nobody).send(unix('/srv/gone'), nobody))
    expect(told(trace, {})).toEqual([
      'Found absent, where nothing is declared (1):',
      '  /srv/gone (socket)',
      'Sent to, not in `network` (1):',
      '  unix:@gone',
    ])
  })

  test('a server of the run’s own is none', () => {
    const address = unix(own('out/docker.sock'))
    const trace = did((process, all) => all.bind(process, address) && process.connect(address))
    isHermetic(trace, { outputs: ['out/**'] })
  })
})
