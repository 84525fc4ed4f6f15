// SPDX-License-Identifier: MIT
// Catalogue N5-N7, N9, N13, N14: sockets made, bound, listening and accepting. The fixtures of test/workloads say what is true, by getsockname and getpeername.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Address } from '../../src/trace/event.ts'
import { familyName } from '../../src/trace/linux.ts'
import { describeKernel, lacksNetworks } from '../helpers/kernel.ts'
import {
  abiOf,
  eventsOf,
  freshFolder,
  inBothWidths,
  only,
  type Report,
  type Run,
  runProgram,
  runWorkload,
  workload,
} from '../helpers/workload.ts'

const session = { events: ['process', 'network'] } as const

describeKernel('sockets', () => {
  for (const [name, ...args] of [
    ...inBothWidths('sockets').map((name) => [name]),
    ...(process.arch === 'x64' ? [['sockets32', 'multiplexed']] : []),
  ] as [string, ...string[]][])
    test(`N9: a socket has family and type of the kernel’s own (${[name, ...args].join(' ')})`, async () => {
      const run = await runWorkload(name, args, { session })
      const claims = run.reports
      expect(claims).toHaveLength(19)
      expect(
        eventsOf(run, 'socket').map(({ call, abi, result, family, socketType, protocol }) => ({
          ...{ call, abi, result, family, socketType, protocol },
        })),
      ).toEqual(
        claims.map((claim) => ({
          call: claim.what,
          abi: abiOf(name),
          result: resultOf(claim),
          family: familyName(claim['domain'] < 0 ? claim['family'] : claim['domain']),
          socketType: typeNames[claim['made'] < 0 ? claim['type'] : claim['made']] ?? 'other',
          protocol: claim['protocol'],
        })),
      )
    })

  for (const name of inBothWidths('listeners')) {
    const abi = abiOf(name)
    test(`N5, N6: bind, listen and accept tell the addresses that the kernel settled on (${name})`, async () => {
      const run = await runWorkload(name, ['inet'], { session })
      expect(run.reports.length).toBe(50)
      expect(told(run)).toEqual(run.reports.map((claim) => claimed(claim, '', abi)))
      for (const event of eventsOf(run, 'listen')) expect(event.abi).toBe(abi)
      // What is asked of the fixture: an ephemeral port, one without bind, an IPv4-mapped peer, each failure.
      const errnos = run.reports.flatMap((claim) => claim['errno'] ?? [])
      expect(errnos).toEqual(
        'EAGAIN EADDRINUSE EADDRNOTAVAIL EFAULT EINVAL EINVAL EINVAL EBADF EBADF EBADF ENOTSOCK EADDRINUSE EOPNOTSUPP EACCES'.split(
          ' ',
        ),
      )
      expect(run.all('accept').some((claim) => claim['peer']?.startsWith('[::ffff:127.0.0.1]'))).toBe(true)
    })

    test(`N7: unix sockets are told by their file, and by name where they have none (${name})`, async () => {
      const folder = freshFolder()
      const run = await runWorkload(name, ['unix', folder], { session })
      expect(run.reports.length).toBe(30)
      expect(told(run)).toEqual(run.reports.map((claim) => claimed(claim, folder, abi)))
    })
  }

  test('What a bind was asked for and what it came to are both told', async () => {
    const run = await runWorkload('listeners', ['inet'], { session })
    for (const [n, event] of eventsOf(run, 'bind').entries()) {
      const claim = run.all('bind')[n]!
      expect(event.asked === null ? null : textOf(event.asked)).toBe(claim['asked'])
      if (event.result.ok) expect(textOf(event.address)).toBe(claim['local'])
    }
    expect(eventsOf(run, 'bind').map((event) => event.transport)).toContain('udp')
  })

  test.skipIf(lacksNetworks)('An address of one link has its interface', async () => {
    const script = `ip link set lo up && ip address add fe80::1/64 dev lo nodad && exec ${workload('listeners')} link lo`
    const run = await runProgram('/usr/bin/unshare', ['-rn', 'sh', '-c', script], { session })
    const all = told(run).filter((event) => event['pid'] === run.reports[0]?.pid)
    expect(all).toEqual(run.reports.map((claim) => claimed(claim, '')))
    expect(run.one('accept')['peer']).toMatch(/^\[fe80::1%1\]:/)
  })

  test('N14: what a server accepts is told by both ends, and is no connection of its making', async () => {
    const run = await runWorkload('listeners', ['inet'], { session })
    const peers = eventsOf(run, 'accept').flatMap((event) => (event.result.ok ? textOf(event.address) : []))
    const locals = eventsOf(run, 'accept').flatMap((event) => (event.result.ok ? textOf(event.local) : []))
    expect(peers).toHaveLength(9)
    // The fixture is its own client: each connection is once outgoing, by the client's socket, and once accepted.
    const connects = eventsOf(run, 'connect')
    expect(connects.map((event) => textOf(event.address).replace(/^\[::ffff:(.*)\]/, '$1')).sort()).toEqual(
      locals.map((local) => local.replace(/^\[::ffff:(.*)\]/, '$1')).sort(),
    )
  })

  test('S2: an accept that waits is one event, however often it is begun again, and also when it never returns', async () => {
    const run = await runWorkload('accept-blocked', [], { session })
    const [child] = run.byPid(run.one('end')['child'])
    const [interrupted, taken] = run.all('accept')
    expect(interrupted).toMatchObject({ ok: false, errno: 'EINTR' })
    const facts = eventsOf(run, 'accept', child).map(({ result, address, local, died }) => ({
      ...{ result, address: textOf(address), local: textOf(local), died },
    }))
    const local = interrupted?.['local']
    expect(facts).toEqual([
      { result: { ok: false, errno: 'EINTR' }, address: 'inet', local, died: false },
      { result: { ok: true, value: taken?.['value'] }, address: taken?.['peer'], local, died: false },
      { result: { ok: false, errno: null }, address: 'inet', local, died: true },
    ])
  })

  for (const how of ['errno', 'zero'])
    test(`N13: what a filter answers (${how}) was attempted, and is no success`, async () => {
      const run = await runWorkload('seccomp-sockets', [how], { session })
      expect(run.one('still')).toMatchObject({ local: run.one('made')['local'] })
      const result = { ok: false, errno: how === 'errno' ? 'EPERM' : null }
      const [, , socket] = eventsOf(run, 'socket')
      expect(socket).toMatchObject({ family: 'inet6', socketType: 'datagram', blocked: true, result })
      const calls = (['bind', 'listen', 'accept'] as const).flatMap((kind) => eventsOf(run, kind))
      expect(
        calls.map(({ kind, blocked, result, address }) => ({ kind, blocked, result, address: textOf(address) })),
      ).toEqual([
        { kind: 'bind', blocked: true, result, address: '127.0.0.1:4711' },
        { kind: 'listen', blocked: true, result, address: '0.0.0.0:0' },
        { kind: 'accept', blocked: true, result, address: 'inet' },
      ])
      const question = { call: 'sendto', name: 'blocked.test', type: 'A', status: null, blocked: true, result }
      expect(only(eventsOf(run, 'dns'))).toMatchObject(question)
    })
})

const typeNames: Readonly<Record<number, string>> = { 1: 'stream', 2: 'datagram', 3: 'raw', 5: 'seqpacket' }

function resultOf(claim: Report) {
  return claim['ok'] ? { ok: true, value: claim['value'] } : { ok: false, errno: claim['errno'] }
}

/** An address in the words of test/workloads/socket-address.h; of a unix one the path. */
function textOf(address: Address): string {
  if ('abstract' in address) return `unix:${address.path}`
  if (!('host' in address)) return address.family
  const scope = address.scopeId === 0 ? '' : `%${address.scopeId}`
  if (address.mapped) return `[::ffff:${address.host}]:${address.port}`
  return address.family === 'inet' ? `${address.host}:${address.port}` : `[${address.host}${scope}]:${address.port}`
}

function nameOf(address: Address): string | null {
  return 'abstract' in address ? `unix:${address.asked}` : null
}

/** All binds, listens and accepts, in order, as far as the fixture can know. */
function told({ trace }: Run): Record<string, unknown>[] {
  return trace.events.flatMap((event) => {
    if (event.kind !== 'bind' && event.kind !== 'listen' && event.kind !== 'accept') return []
    const { kind, result, tid, address } = event
    const common = { what: kind, pid: tid, result, address: textOf(address), name: nameOf(address) }
    if (event.kind === 'bind') return common
    if (event.kind === 'listen') return { ...common, backlog: event.backlog }
    return { ...common, local: textOf(event.local), call: event.call }
  })
}

/** The same by a fixture's report. `folder` is where it bound relative names. An i386 program's accept is the multiplexer's, which stands for accept4. */
function claimed(claim: Report, folder: string, abi = 'native'): Record<string, unknown> {
  const { what, pid, asked, local, peer, backlog, call, ok } = claim
  const of = (text: string | null) => ({ address: pathOf(text, folder), name: text?.startsWith('unix:') ? text : null })
  const common = { what, pid, result: resultOf(claim) }
  if (what === 'bind') return { ...common, ...of(ok ? local : asked) }
  if (what === 'listen') return { ...common, ...of(local), backlog }
  const accepted = { local: pathOf(local, folder), call: abi === 'i386' ? 'accept4' : call }
  // A peer that has closed has no file any more: a relative name is all that is known of it.
  if (peer === 'unix:gone') return { ...common, ...accepted, address: peer, name: peer }
  if (ok) return { ...common, ...accepted, ...of(peer) }
  return { ...common, ...accepted, address: familyOf(local), name: null }
}

function pathOf(text: string | null, folder: string): string {
  if (text === null) return 'unknown'
  const name = /^unix:(?=[^@/])(.+)$/s.exec(text)?.[1]
  return name === undefined ? text : `unix:${join(folder, name)}`
}

function familyOf(local: string | null): string {
  return local === null ? 'unknown' : local.startsWith('unix:') ? 'unix' : local.startsWith('[') ? 'inet6' : 'inet'
}
