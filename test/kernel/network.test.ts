// SPDX-License-Identifier: MIT
// Catalogue N1-N7, N14: where programs connected to, and how it ended. The fixtures of test/workloads say what is true. Loopback only.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { openSession } from '../../src/session/index.ts'
import type { ConnectEvent, InetAddress, UnixAddress } from '../../src/trace/event.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { eventsOf, freshFolder, only, type Report, runProgram, runWorkload, workload } from '../helpers/workload.ts'

describeKernel('connect', () => {
  test('N1, N2: a TCP connection has how the call returned, and how it really ended', async () => {
    const run = await runWorkload('tcp-connect')
    const connects = eventsOf(run, 'connect')
    const claims = run.all('connect')
    expect(
      connects.map(({ call, result, address, transport, socketType }) => ({
        call,
        result,
        address,
        transport,
        socketType,
      })),
    ).toEqual(
      claims.map((claim) => ({
        call: 'connect',
        result: resultOf(claim),
        address: { family: 'inet', host: claim['host'], port: claim['port'], mapped: false, scopeId: 0 },
        transport: 'tcp',
        socketType: 'stream',
      })),
    )
    expect(connects.map(({ outcome, errno }) => [outcome, errno])).toEqual([
      ['established', null],
      ['refused', 'ECONNREFUSED'],
      ['established', null],
      ['refused', 'ECONNREFUSED'],
    ])
    expect(connects.map((event) => event.errno)).toEqual(claims.map((claim) => claim['error']))
    for (const event of connects) expect(event.asked).toEqual(event.address)
  })

  test('N3: TCP fast open is a connection, though connect(2) is never called', async () => {
    const run = await runWorkload('tcp-fastopen')
    const event = only(eventsOf(run, 'connect'))
    expect(run.one('peer')['received']).toBe('hello')
    expect(event).toMatchObject({
      call: 'sendto',
      address: { family: 'inet', host: '127.0.0.1', port: run.one('connect')['port'] },
      transport: 'tcp',
      outcome: 'established',
      errno: null,
    })
    expect(eventsOf(run, 'send')).toEqual([])
  })

  test('N4: datagrams are sends, one for each destination; a datagram socket’s peer is only associated', async () => {
    const run = await runWorkload('udp')
    expect(only(eventsOf(run, 'connect'))).toMatchObject({
      address: { family: 'inet', host: '127.0.0.1', port: run.one('connect')['port'] },
      transport: 'udp',
      socketType: 'datagram',
      outcome: 'associated',
      result: { ok: true, value: 0 },
    })
    const claims = run.all('send')
    expect(
      eventsOf(run, 'send').map(({ call, address, transport, result }) => ({ call, address, transport, result })),
    ).toEqual(
      claims.map((claim) => ({
        call: claim['call'],
        address: { family: 'inet', host: '127.0.0.1', port: claim['port'], mapped: false, scopeId: 0 },
        transport: 'udp',
        result: resultOf(claim),
      })),
    )
    expect(claims).toHaveLength(5)
    // What the receivers got: each claim is true.
    expect(run.all('peer').map((peer) => peer['received'])).toEqual(Array.from({ length: 6 }, () => 'text'))
  })

  test('N5, N6: however this machine is named, the address is the one that was reached', async () => {
    const run = await runWorkload('inet-forms')
    const connects = eventsOf(run, 'connect')
    const claims = run.all('connect')
    expect(connects.map((event) => [inet(event).host, inet(event).port, event.outcome])).toEqual(
      claims.map((claim) => [claim['reached'].replace('::ffff:', ''), claim['port'], 'established']),
    )
    expect(connects.map((event) => inet(event).mapped)).toEqual(
      claims.map((claim) => claim['reached'].startsWith('::ffff:')),
    )
    expect(connects.map((event) => inet(event).family)).toEqual(
      claims.map((claim) => (claim['reached'].startsWith('::ffff:') || claim['family'] === 4 ? 'inet' : 'inet6')),
    )
    expect(connects.map((event) => (event.asked as InetAddress).host)).toEqual(
      claims.map((claim) => claim['asked'].replace('::ffff:', '')),
    )
  })

  test('N7: unix sockets keep the name that was asked for, by its length, and have an absolute path', async () => {
    const folder = freshFolder()
    const run = await runWorkload('unix-connect', [folder])
    const connects = eventsOf(run, 'connect')
    const claims = run.all('connect')
    const outcomes: Record<string, string> = { missing: 'failed', refused: 'refused', datagram: 'associated' }
    expect(connects.map(({ address, result, outcome, errno }) => ({ address, result, outcome, errno }))).toEqual(
      claims.map((claim) => ({
        address: unixOf(claim, folder),
        result: resultOf(claim),
        outcome: outcomes[claim['how']] ?? 'established',
        errno: claim['errno'] ?? null,
      })),
    )
    for (const event of connects) expect(event.transport).toBe('unix')
    expect(claims.find((claim) => claim['how'] === 'unterminated')?.['asked']).toHaveLength(108)
    const send = only(eventsOf(run, 'send'))
    expect(send).toMatchObject({ call: 'sendto', transport: 'unix', address: unixOf(run.one('send'), folder) })
  })

  test('An address that cannot be connected to is recorded with its errno, and taking a peer away is no connection', async () => {
    // 127.0.0.1:53 and its undoing (AF_UNSPEC), too short, no memory, no descriptor.
    const script = `
import ctypes, socket
libc = ctypes.CDLL(None)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
address = b'\\x02\\x00\\x00\\x35\\x7f\\x00\\x00\\x01' + bytes(8)
for fd, given, length in [(s.fileno(), address, 16), (s.fileno(), bytes(16), 16), (s.fileno(), address, 1), (s.fileno(), None, 16), (999, address, 16)]:
    libc.connect(fd, given, length)
`
    const run = await runProgram('/usr/bin/python3', ['-I', '-c', script])
    const connects = eventsOf(run, 'connect')
    expect(connects.map(({ result }) => (result.ok ? 'ok' : result.errno))).toEqual([
      'ok',
      'ok',
      'EINVAL',
      'EFAULT',
      'EBADF',
    ])
    expect(
      connects.map(({ address }) => ('host' in address ? `${address.host}:${address.port}` : address.family)),
    ).toEqual(['127.0.0.1:53', 'unspec', 'unknown', 'unknown', '127.0.0.1:53'])
    expect(connects[1]?.outcome).not.toBe('established')
  })

  test('N14: what a server accepts is no connection of its making', async () => {
    const session = await openSession({ scope: 'run' })
    const server = session.run(() => spawn(workload('tcp-serve'), ['3'], { stdio: ['ignore', 'pipe', 'inherit'] }))
    const port = (await firstReport(server))['port']
    for (let left = 3; left > 0; left--) {
      const client = connect(port, '127.0.0.1').resume()
      await once(client, 'close')
    }
    await once(server, 'close')
    const trace = await session.stop()
    expect(trace.processes.at(-1)?.exit?.code).toBe(0)
    expect(trace.ofKind('connect')).toEqual([])
    expect(trace.ofKind('send')).toEqual([])
  })

  test('N1, N2: an attempt without an answer is in progress, and abandoned when its socket is closed', async () => {
    const session = await openSession({ scope: 'run' })
    const client = session.run(() => spawn(workload('tcp-pending'), { stdio: ['pipe', 'pipe', 'inherit'] }))
    const claim = await firstReport(client)
    expect(claim).toMatchObject({ ok: false, errno: 'EINPROGRESS' })
    const pending = {
      address: { host: '127.0.0.1', port: claim['port'] },
      result: { ok: false, errno: 'EINPROGRESS' },
      outcome: 'inProgress',
      errno: null,
    }
    expect(session.trace.ofKind('connect').map((event) => event.outcome)).toEqual(['established', 'inProgress'])
    expect(session.trace.ofKind('connect')[1]).toMatchObject(pending)
    client.stdin.end()
    await once(client, 'close')
    const trace = await session.stop()
    expect(trace.ofKind('connect').map((event) => event.outcome)).toEqual(['established', 'abandoned'])
  })

  test('N1, N2: an attempt without an answer stays in progress when the session stops', async () => {
    const session = await openSession({ scope: 'run' })
    const client = session.run(() => spawn(workload('tcp-pending'), { stdio: ['pipe', 'pipe', 'inherit'] }))
    await firstReport(client)
    const trace = await session.stop()
    client.stdin.end()
    await once(client, 'close')
    expect(trace.ofKind('connect').map((event) => event.outcome)).toEqual(['established', 'inProgress'])
  })

  test('A program that resolves no name and opens no socket has no network event', async () => {
    const run = await runProgram('/bin/true', [])
    expect(run.trace.ofKind('connect')).toEqual([])
    expect(run.trace.ofKind('send')).toEqual([])
  })
})

async function firstReport(child: ChildProcess): Promise<Report> {
  for await (const line of createInterface({ input: child.stdout! })) return JSON.parse(line) as Report
  throw new Error('The fixture said nothing.')
}

function inet(event: ConnectEvent): InetAddress {
  return event.address as InetAddress
}

function resultOf(claim: Report) {
  return claim['ok'] ? { ok: true, value: claim['value'] } : { ok: false, errno: claim['errno'] }
}

function unixOf(claim: Report, folder: string): UnixAddress {
  const asked: string = claim['asked']
  const abstract = claim['how'] === 'abstract'
  const path = abstract || asked.startsWith('/') ? asked : join(folder, asked)
  return { family: 'unix', asked, path, abstract }
}
