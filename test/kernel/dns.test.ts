// SPDX-License-Identifier: MIT
// Catalogue N10: names asked of DNS, and the answers. The oracle is a name server in a network of its own (test/workloads/dns-lab.c), which tells what it was asked, and the programs that ask.
import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { traced } from '../../src/session/index.ts'
import type { Address, DnsEvent } from '../../src/trace/event.ts'
import { describeKernel, lacksNetworks } from '../helpers/kernel.ts'
import { abiOf, inBothWidths, only, type Report, type Run, runOf, runWorkload, workload } from '../helpers/workload.ts'

/** With and without `file`: reads and writes come to the programs that handle DNS by another way. */
const sessions = { network: ['process', 'network'], 'file and network': ['process', 'file', 'network'] } as const

describeKernel('dns', () => {
  for (const [what, events] of Object.entries(sessions)) {
    for (const program of inBothWidths('dns-ask', 'dns-ask-tcp'))
      test.skipIf(lacksNetworks)(
        `N10: ${program}: each question is an event, with its answer if it was read (${what})`,
        async () => {
          const run = await runWorkload('dns-lab', [workload(program)], { session: { events } })
          const claims = run.all('asked')
          expect(claims).toHaveLength(program.includes('tcp') ? 5 : 23)
          expect(asked(run).map(factsOf)).toEqual(claims.map(claimsOf))
          for (const event of asked(run)) {
            const { name, type, status, truncated, answers } = event
            if (status !== 'NOERROR') expect(answers).toEqual([])
            else if (name === 'big.test') expect(answers.map(({ data }) => data)).toEqual(bigAnswers)
            else
              expect({ name, type, answers: answers.map((one) => `${one.name} ${one.type} ${one.data}`) }).toEqual({
                name,
                type,
                answers: zone[`${name} ${type}`],
              })
            for (const { ttl } of answers) expect(ttl).toBe(60)
            expect(truncated).toBe(false)
            expect(event.abi).toBe(abiOf(program))
          }
          expectHeard(run)
        },
      )

    for (const program of inBothWidths('dns-refuse'))
      test.skipIf(lacksNetworks)(
        `N13: ${program}: a question that could not be sent was attempted (${what})`,
        async () => {
          const run = await runWorkload('dns-lab', [workload(program), 'questions'], { session: { events } })
          expect(asked(run).map(factsOf)).toEqual(run.all('asked').map(claimsOf))
          expect(run.all('asked').map((claim) => claim['errno'])).toEqual([
            'ENETUNREACH',
            'EPIPE',
            'EPIPE',
            undefined,
            '0',
          ])
        },
      )

    test.skipIf(lacksNetworks)(
      `What is no question, and a question that goes elsewhere, is no event (${what})`,
      async () => {
        const run = await runWorkload('dns-lab', [workload('dns-refuse'), 'others'], { session: { events } })
        expect(run.one('end')).toMatchObject({ exited: 0 })
        expect(run.trace.ofKind('dns')).toEqual([])
        // They were sent all the same.
        expect(run.trace.ofKind('send').filter(({ result }) => result.ok)).toHaveLength(6)
      },
    )
  }

  test.skipIf(lacksNetworks)('N10: what the C library resolves is asked and answered as it says itself', async () => {
    const names = ['a.test', 'v4', 'alias.test', 'v4', 'gone.test', 'v4', 'big.test', 'v4', 'lost.test', 'v6', 'a.test']
    const run = await runWorkload('dns-lab', [workload('resolve-dynamic'), ...names])
    expectResolved(run)
    expect(
      asked(run).map(({ name, type, transport, status, truncated }) => ({
        ...{ name, type, transport, status, truncated },
      })),
    ).toEqual([
      { name: 'a.test', type: 'A', transport: 'udp', status: 'NOERROR', truncated: false },
      { name: 'a.test', type: 'AAAA', transport: 'udp', status: 'NOERROR', truncated: false },
      { name: 'alias.test', type: 'A', transport: 'udp', status: 'NOERROR', truncated: false },
      { name: 'gone.test', type: 'A', transport: 'udp', status: 'NXDOMAIN', truncated: false },
      { name: 'big.test', type: 'A', transport: 'udp', status: 'NOERROR', truncated: true },
      { name: 'big.test', type: 'A', transport: 'tcp', status: 'NOERROR', truncated: false },
      // Lost and asked again: one.
      { name: 'lost.test', type: 'A', transport: 'udp', status: 'NOERROR', truncated: false },
      { name: 'a.test', type: 'AAAA', transport: 'udp', status: 'NOERROR', truncated: false },
    ])
    expect(run.all('question')).toHaveLength(9)
  })

  for (const [what, program, args] of [
    ['Node', process.execPath, ['-e', nodeScript()]],
    ['Python', '/usr/bin/python3', ['-I', '-c', pythonScript()]],
  ] as const)
    test.skipIf(lacksNetworks)(`N10: what ${what} resolves is asked and answered as it says itself`, async () => {
      const run = await runWorkload('dns-lab', [program, ...args])
      expect(run.all('resolved')).not.toEqual([])
      expectResolved(run)
    })

  for (const [way, reason] of [
    ['more', 'dns'],
    ['corked', 'dns'],
    ['segments', 'dns'],
    ['cut', 'dns'],
    ['sendfile', 'dns'],
    ['spliced', 'dns'],
    ['ring', 'io_uring'],
    ['quiet', 'io_uring'],
  ] as const)
    for (const [what, events] of Object.entries(sessions))
      for (const program of reason === 'dns' ? inBothWidths('dns-ways') : ['dns-ways'])
        test.skipIf(lacksNetworks)(
          `A question that cannot be followed is a gap (${program}, ${way}, ${what})`,
          async () => {
            const { result, trace } = await traced(
              () => spawnSync(workload('dns-lab'), [workload(program), way], { encoding: 'utf8' }),
              { events },
            )
            const run = runOf(trace, result)
            expect(run.one('end')).toMatchObject({ exited: 0 })
            expect(run.all('question').length).toBeGreaterThan(0)
            expect([...new Set(trace.gaps.map((gap) => gap.reason))]).toEqual([reason])
          },
        )

  for (const way of ['unspec', 'unspec6'])
    test.skipIf(lacksNetworks)(
      `N10: a question to an address without a family goes where the kernel takes it (${way})`,
      async () => {
        const run = await runWorkload('dns-lab', [workload('dns-ways'), way], { session: { events: sessions.network } })
        expect(asked(run).map(factsOf)).toEqual(run.all('asked').map(claimsOf))
        expectHeard(run)
        const program = only(run.byPid(run.one('end')['child']))
        const sent = run.trace.ofKind('send').filter(({ process }) => process === program)
        expect(sent.map(({ address }) => textOf(address))).toEqual(way === 'unspec' ? ['127.0.0.1:53'] : [])
      },
    )

  test.skipIf(lacksNetworks)('A question in too many parts makes the trace incomplete', async () => {
    await expect(
      runWorkload('dns-lab', [workload('dns-refuse'), 'parts'], { session: { events: sessions.network } }),
    ).rejects.toThrow('1 message to or from a DNS server could not be read whole')
  })
})

/** By c-ares over UDP and TCP, and by the C library in a thread. */
function nodeScript(): string {
  return `
const { resolve4, resolve6, lookup } = require('node:dns').promises
const tell = (name, addresses) => console.log(JSON.stringify({ what: 'resolved', name, addresses }))
;(async () => {
  tell('a.test', [...(await resolve4('a.test')), ...(await resolve6('a.test'))])
  tell('big.test', await resolve4('big.test'))
  tell('gone.test', await resolve4('gone.test').catch(() => []))
  tell('alias.test', (await lookup('alias.test', { all: true })).map(({ address }) => address))
})()`
}

function pythonScript(): string {
  return `
import json, socket
for name in ['a.test', 'alias.test', 'big.test']:
    found = {entry[4][0] for entry in socket.getaddrinfo(name, 80, type=socket.SOCK_STREAM)}
    print(json.dumps({'what': 'resolved', 'name': name, 'addresses': sorted(found)}))`
}

/** The addresses that a program says it got for each name are those that the answers gave, and the server was asked what is told. */
function expectResolved(run: Run): void {
  const addressesOf = (name: string) =>
    asked(run)
      .filter((event) => event.name === name)
      .flatMap(({ answers }) => answers.flatMap(({ type, data }) => (type === 'A' || type === 'AAAA' ? data : [])))
  for (const { name } of run.all('resolved')) {
    const got = run
      .all('resolved')
      .filter((claim) => claim['name'] === name)
      .flatMap((claim) => claim['addresses'])
    expect([name, ...[...new Set(addressesOf(name))].sort()]).toEqual([name, ...[...new Set(got)].sort()])
  }
  expectHeard(run)
}

/** What the zone of dns-zone.h answers. */
const zone: Readonly<Record<string, readonly string[]>> = {
  'a.test A': ['a.test A 192.0.2.1', 'a.test A 192.0.2.2'],
  'a.test AAAA': ['a.test AAAA 2001:db8::1'],
  'alias.test AAAA': ['alias.test CNAME chain.test', 'chain.test CNAME a.test', 'a.test AAAA 2001:db8::1'],
  'alias.test A': [
    'alias.test CNAME chain.test',
    'chain.test CNAME a.test',
    'a.test A 192.0.2.1',
    'a.test A 192.0.2.2',
  ],
  'mx.test MX': ['mx.test MX 10 mail.test'],
  'srv.test SRV': ['srv.test SRV 1 2 443 a.test'],
  'txt.test TXT': ['txt.test TXT hello world'],
  'odd\\.label.test A': ['odd\\.label.test A 192.0.2.3'],
  'lost.test A': ['lost.test A 192.0.2.1', 'lost.test A 192.0.2.2'],
  'lost.test AAAA': ['lost.test AAAA 2001:db8::1'],
  'twice.test A': ['twice.test A 192.0.2.1', 'twice.test A 192.0.2.2'],
  'spoofed.test A': ['spoofed.test A 192.0.2.1', 'spoofed.test A 192.0.2.2'],
  'split.test A': ['split.test A 192.0.2.1', 'split.test A 192.0.2.2'],
  'split.test AAAA': ['split.test AAAA 2001:db8::1'],
}
const bigAnswers = Array.from({ length: 40 }, (_, n) => `198.51.100.${n + 1}`)

const typeNames: Readonly<Record<number, string>> = {
  1: 'A',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  65280: 'TYPE65280',
}
const statusNames: Readonly<Record<number, string>> = { 0: 'NOERROR', 3: 'NXDOMAIN', 5: 'REFUSED' }

/** Questions of the program that asks, in order. */
function asked(run: Run): DnsEvent[] {
  const program = only(run.byPid(run.one('end')['child']))
  const events = run.trace.ofKind('dns')
  expect(events.filter(({ process }) => process !== program)).toEqual([])
  return [...events]
}

function factsOf({ call, name, type, transport, server, result, status, answers }: DnsEvent) {
  return { call, name, type, transport, server: textOf(server), result, status, answers: answers.length }
}

function claimsOf(claim: Report) {
  const { call, name, type, transport, server, status, answers } = claim
  return {
    ...{ call, name, transport, server, answers },
    type: typeNames[type],
    result: claim['ok']
      ? { ok: true, value: claim['value'] }
      : { ok: false, errno: claim['errno'] === '0' ? null : claim['errno'] },
    status: status === null ? null : statusNames[status],
  }
}

function textOf(address: Address): string {
  if (!('host' in address)) return address.family
  if (address.mapped) return `[::ffff:${address.host}]:${address.port}`
  return address.family === 'inet' ? `${address.host}:${address.port}` : `[${address.host}]:${address.port}`
}

/** The server's own record: what it was asked is what was told, but for questions that were asked again. */
function expectHeard(run: Run): void {
  const heard = run
    .all('question')
    .map(({ id, name, type, transport }) => `${id} ${transport} ${typeNames[type]} ${name}`)
  const told = asked(run).map(({ transport, type, name }) => `${transport} ${type} ${name}`)
  expect([...new Set(heard)].map((text) => text.slice(text.indexOf(' ') + 1)).sort()).toEqual(told.sort())
}
