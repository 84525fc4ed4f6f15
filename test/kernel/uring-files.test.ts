// SPDX-License-Identifier: MIT
// Catalogue F18, P18: files through io_uring.
import { join } from 'node:path'
import { expect } from 'spyscall/vitest'
import { test } from 'vitest'
import { architectureHere } from '../../src/session/syscalls.ts'
import { openFlagNames } from '../../src/trace/open-flags.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { changeClaims, changeFacts, claimedOutcome, outcome, ringed, ringGroups } from '../helpers/ring.ts'
import { eventsOf, freshFolder, openClaims, openFacts, runWorkload } from '../helpers/workload.ts'

describeKernel('io_uring, files', () => {
  for (const mode of ['plain', 'sqpoll', 'async', 'defer'])
    test(`F18: names through a ring are the events of system calls (${mode})`, async () => {
      const folder = freshFolder()
      const run = await runWorkload('uring-files', [mode, folder], { session: { events: ringGroups } })
      const opens = run.reports.filter(({ what }) => what === 'open' || what === 'direct')
      expect(ringed(eventsOf(run, 'open')).map(openFacts)).toEqual(opens.map(openClaims))
      const byPath = opens.filter(({ what }) => what === 'open')
      expect(
        ringed(eventsOf(run, 'open')).flatMap(({ result, flags }) => (result.ok && result.value > 2 ? [flags] : [])),
      ).toEqual(byPath.flatMap((report) => (report['ok'] ? [openFlagNames(report['flags'], architectureHere)] : [])))
      expect(ringed(eventsOf(run, 'open')).filter(({ created }) => created)).toMatchObject([
        { asked: 'made', permissions: 0o640 },
      ])
      expect(changeFacts(run)).toEqual(changeClaims(run))
      const tids = new Set(ringed([...eventsOf(run, 'open'), ...eventsOf(run, 'unlink')]).map(({ tid }) => tid))
      const workers = eventsOf(run, 'thread').filter(({ userWorker }) => userWorker)
      expect(eventsOf(run, 'thread')).toEqual(workers)
      expect([...tids]).toEqual([mode === 'sqpoll' ? workers[0]?.threadTid : run.pid])

      const byName = run.all('stat').filter((report) => report['asked'] !== '')
      const looks = byName.map((report) => ({
        call: report['call'],
        asked: report['asked'],
        path: join(report['base'], report['asked']),
        ...claimedOutcome(report),
      }))
      expect(
        ringed(eventsOf(run, 'stat')).map((event) => ({
          call: event.call,
          asked: event.asked,
          path: event.path,
          ...outcome(event),
        })),
      ).toEqual(
        looks.filter((look, n) => looks.findIndex((other) => JSON.stringify(other) === JSON.stringify(look)) === n),
      )

      expect(
        ringed(eventsOf(run, 'truncate')).map((event) => ({
          path: event.path,
          length: event.length,
          ...outcome(event),
        })),
      ).toEqual(
        run
          .all('truncate')
          .map((report) => ({ path: report['link'], length: report['length'], ...claimedOutcome(report) })),
      )
      expect(
        ringed(eventsOf(run, 'sync')).map((event) => ({
          call: event.call,
          path: event.path,
          inode: event.inode,
          device: event.device,
          ...outcome(event),
        })),
      ).toEqual(
        run.all('sync').map((report) => ({
          call: report['call'],
          path: report['link'] ?? { status: 'absent' },
          inode: BigInt(report['inode'] ?? 0),
          device: report['device'] ?? '',
          ...claimedOutcome(report),
        })),
      )
    })

  for (const mode of ['plain', 'sqpoll', 'async', 'defer'])
    test(`bytes through a ring are counted by file (${mode})`, async () => {
      const run = await runWorkload('uring-io', [mode, freshFolder()], { session: { events: ringGroups } })
      const found = eventsOf(run, 'io')
      for (const claim of run.all('io')) {
        const ofFile = found.filter(
          ({ inode, device }) => inode === BigInt(claim['inode']) && device === claim['device'],
        )
        const total = (of: (event: (typeof ofFile)[number]) => number) =>
          ofFile.reduce((sum, event) => sum + of(event), 0)
        expect({
          paths: [...new Set(ofFile.map(({ path }) => path))],
          reads: total(({ read }) => read.calls),
          read: total(({ read }) => read.bytes),
          writes: total(({ written }) => written.calls),
          written: total(({ written }) => written.bytes),
        }).toEqual({
          paths: [claim['link']],
          reads: claim['reads'],
          read: claim['read'],
          writes: claim['writes'],
          written: claim['written'],
        })
      }
      expect(new Set(found.map(({ inode }) => inode)).size).toBe(run.all('io').length)
      const target = run.all('io')[2]?.['link']
      expect(run.trace).toHaveHappenedInOrder([{ write: target }, { sync: target }])
      expect(run.trace).not.toHaveHappenedInOrder([{ sync: target }, { write: target }])
      expect(new Set(found.map(({ source }) => source))).toEqual(new Set(['io_uring_complete']))
    })
})
