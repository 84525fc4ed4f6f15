// SPDX-License-Identifier: MIT
// What of io_uring is told, to whom, and what is a gap.
import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import 'spyscall/vitest'
import { traced } from '../../src/session/index.ts'
import type { EventGroup } from '../../src/trace/groups.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { changeClaims, changeFacts, order, outcome, ringed, ringGroups } from '../helpers/ring.ts'
import { eventsOf, freshFolder, lacks32, openClaims, openFacts, runWorkload, workload } from '../helpers/workload.ts'

describeKernel('io_uring, what is told and what is not', () => {
  test('operations that are no events take nothing from the trace', async () => {
    const { opens, gaps } = await order('quiet')
    expect([opens, gaps]).toEqual([[], []])
  })

  test('operations of which nobody hears whether they succeeded are gaps', async () => {
    const folder = freshFolder()
    writeFileSync(join(folder, 'file'), '')
    writeFileSync(join(folder, 'other'), '')
    const { gaps, run } = await order('untold', join(folder, 'file'), join(folder, 'other'))
    expect(gaps).toEqual([{ reason: 'io_uring', count: 3 }])
    expect(existsSync(join(folder, 'file'))).toBe(false)
    expect(eventsOf(run, 'unlink')).toMatchObject([{ path: join(folder, 'file'), result: { ok: false, errno: null } }])
    expect(() => expect(run.trace).not.toHaveDeleted(join(folder, 'other'))).toThrow(/INCOMPLETE|io_uring/)
  })

  test('what a child does through the ring of its parent is the child’s', async () => {
    const { claims, run } = await order('inherited')
    const report = run.one('open')
    const [child] = run.byPid(report.pid)
    expect(child).toBeDefined()
    expect(ringed(eventsOf(run, 'open', child)).map((event) => ({ asked: event.asked, ...outcome(event) }))).toEqual(
      claims,
    )
    expect(ringed(eventsOf(run, 'open'))).toEqual([])
  })

  for (const [groups, kinds] of [
    [['process'], []],
    [['process', 'network'], []],
    [
      ['process', 'file'],
      ['open', 'io', 'rename', 'unlink', 'rmdir', 'mkdir', 'link', 'symlink', 'xattr', 'truncate'],
    ],
    [['process', 'probe'], ['stat']],
    [['process', 'sync'], ['sync']],
  ] as const)
    test(`a session of ${groups.join(' and ')} has the events of those`, async () => {
      const run = await runWorkload('uring-files', ['plain', freshFolder()], { session: { events: [...groups] } })
      const found = run.trace.filter(
        (event) => 'call' in event && event.call !== null && event.call.startsWith('io_uring:'),
      )
      expect([...new Set(found.map(({ kind }) => kind))].sort()).toEqual(kinds.filter((kind) => kind !== 'io').sort())
    })

  test('messages of DNS through a ring are gaps, for sessions that record the network', async () => {
    const ask = async (groups: EventGroup[]) => {
      const { result, trace } = await traced(
        () => spawnSync(workload('uring-net'), ['dns', freshFolder()], { encoding: 'utf8' }),
        { events: groups },
      )
      expect(result.status).toBe(0)
      return trace.gaps.map(({ reason, count }) => ({ reason, count }))
    }
    expect(await ask(['network'])).toEqual([{ reason: 'io_uring', count: 3 }])
    expect(await ask(['file'])).toEqual([])
  })

  test.skipIf(lacks32)('a 32-bit program’s ring is told as any other', async () => {
    const run = await runWorkload('uring-files32', ['plain', freshFolder()], { session: { events: ringGroups } })
    const opens = run.reports.filter(({ what }) => what === 'open' || what === 'direct')
    expect(ringed(eventsOf(run, 'open')).map(openFacts)).toEqual(opens.map(openClaims))
    expect(changeFacts(run)).toEqual(changeClaims(run))
  })

  test('matchers find what went through a ring, and trust what they do not find', async () => {
    const folder = freshFolder()
    const run = await runWorkload('uring-files', ['sqpoll', folder], { session: { events: ringGroups } })
    const it = expect(run.trace)
    it.toHaveOpened(join(folder, 'made'), { mode: 'readwrite', created: true })
    it.toHaveRenamed(join(folder, 'sub/linked'), join(folder, 'renamed'))
    it.toHaveDeleted(join(folder, 'renamed'))
    it.not.toHaveOpened(join(folder, 'nothing'))
    it.not.toHaveConnectedTo()
    expect(() => it.not.toHaveOpened(join(folder, 'made'))).toThrow(/io_uring:openat|made/)
  })
})
