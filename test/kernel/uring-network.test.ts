// SPDX-License-Identifier: MIT
// Catalogue N12, N14: sockets through io_uring.
import { spawnSync } from 'node:child_process'
import { relative } from 'node:path'
import { expect, test } from 'vitest'
import { traced } from '../../src/session/index.ts'
import type { Address, ConnectEvent, SystemCall } from '../../src/trace/event.ts'
import { familyName } from '../../src/trace/linux.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { claimedOutcome, outcome, ringed, ringGroups } from '../helpers/ring.ts'
import { eventsOf, freshFolder, type Report, runOf, runWorkload, workload } from '../helpers/workload.ts'

/** An address as the fixture writes it; of a unix socket the file, within the folder. */
function shown(address: Address, folder: string): string {
  if ('host' in address) return `${address.host}:${address.port}`
  if ('path' in address && typeof address.path === 'string') return address.path && relative(folder, address.path)
  return address.family
}

const typeNames: Readonly<Record<number, string>> = { 1: 'stream', 2: 'datagram', 5: 'seqpacket' }
const outcomes: Readonly<Record<string, string>> = { ECONNREFUSED: 'refused', ENOENT: 'failed' }

describeKernel('io_uring, network', () => {
  for (const mode of ['plain', 'sqpoll', 'async', 'defer'])
    test(`N12, N14: sockets of a ring are the events of system calls (${mode})`, async () => {
      const folder = freshFolder()
      const run = await runWorkload('uring-net', [mode, folder], { session: { events: ringGroups } })
      const common = (event: SystemCall | ConnectEvent) => ({
        call: event.call,
        source: event.source,
        ...outcome(event),
      })
      const said = (what: string, more: (report: Report) => object) =>
        run.all(what).map((report) => ({
          call: report['call'],
          source: 'io_uring_complete',
          ...claimedOutcome(report),
          ...more(report),
        }))

      expect(
        ringed(eventsOf(run, 'socket')).map((event) => ({
          ...common(event),
          family: event.family,
          type: event.socketType,
        })),
      ).toEqual(said('socket', ({ domain, type }) => ({ family: familyName(domain), type: typeNames[type] })))
      expect(
        ringed(eventsOf(run, 'bind')).map((event) => ({
          ...common(event),
          asked: event.asked === null ? null : shown(event.asked, folder),
          local: event.result.ok ? shown(event.address, folder) : undefined,
        })),
      ).toEqual(said('bind', ({ asked, local }) => ({ asked, local })))
      expect(
        ringed(eventsOf(run, 'listen')).map((event) => ({
          ...common(event),
          local: shown(event.address, folder),
          backlog: event.backlog,
        })),
      ).toEqual(said('listen', ({ local, backlog }) => ({ local, backlog })))
      expect(
        ringed(eventsOf(run, 'accept')).map((event) => ({
          ...common(event),
          peer: event.result.ok ? shown(event.address, folder) : undefined,
          local: event.result.ok ? shown(event.local, folder) : undefined,
        })),
      ).toEqual(said('accept', ({ peer, local }) => ({ peer, local })))
      expect(
        ringed(eventsOf(run, 'send')).map((event) => ({ ...common(event), asked: shown(event.address, folder) })),
      ).toEqual(said('send', ({ asked }) => ({ asked })).filter((claim) => 'asked' in claim && claim.asked !== null))

      // Of a connection that TCP made, TCP is the source; in any case there is one event.
      const connects = ringed(eventsOf(run, 'connect')).map((event) => ({
        call: event.call,
        ...outcome(event),
        asked: event.asked === null ? null : shown(event.asked, folder),
        address: shown(event.address, folder),
        outcome: event.outcome,
      }))
      expect(connects).toEqual(
        run.all('connect').map((report, n) => ({
          call: 'io_uring:connect',
          ...claimedOutcome(report),
          asked: report['asked'],
          address: report['asked'],
          outcome: report['ok'] ? (n === 5 ? 'associated' : 'established') : outcomes[report['errno']],
        })),
      )
      expect(eventsOf(run, 'connect').filter(({ call }) => call === 'connect')).toHaveLength(2)
    })

  test('of several answers under one name each is told, or they are a gap', async () => {
    const { result, trace } = await traced(
      () => spawnSync(workload('uring-net'), ['alike', freshFolder()], { encoding: 'utf8' }),
      { events: ringGroups },
    )
    const run = runOf(trace, result)
    const accepted = ringed(eventsOf(run, 'accept')).filter(({ result }) => result.ok)
    const [gap, ...others] = trace.gaps
    expect(others).toEqual([])
    expect(gap?.reason).toBe('io_uring')
    expect(accepted.length + (gap?.count ?? 0)).toBe(run.all('accept').length)
    const claimed = run.all('accept').map(({ value, peer }) => `${value} ${peer}`)
    for (const event of accepted)
      expect(claimed).toContain(`${event.result.ok && event.result.value} ${shown(event.address, '')}`)
  })
})
