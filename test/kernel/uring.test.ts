// SPDX-License-Identifier: MIT
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { traced } from '../../src/session/index.ts'
import type { EventGroup } from '../../src/trace/groups.ts'
import { openFlagNames } from '../../src/trace/linux.ts'
import { describeKernel } from '../helpers/kernel.ts'
import {
  eventsOf,
  freshFolder,
  openClaims,
  openFacts,
  type Report,
  type Run,
  runOf,
  runWorkload,
  workload,
} from '../helpers/workload.ts'

const events: EventGroup[] = ['process', 'file', 'network', 'probe', 'sync']
const changeKinds = ['rename', 'unlink', 'rmdir', 'mkdir', 'link', 'symlink', 'xattr'] as const

/** Events that went through a ring. */
function ringed<E extends { readonly call: string }>(list: readonly E[]): E[] {
  return list.filter(({ call }) => call.startsWith('io_uring:'))
}

function outcome({ result }: { readonly result: { ok: boolean; value?: number; errno?: string | null } }) {
  return result.ok ? { ok: true, value: result.value } : { ok: false, errno: result.errno }
}

function claimedOutcome(report: Report) {
  return report['ok'] ? { ok: true, value: report['value'] } : { ok: false, errno: report['errno'] }
}

/** All changes of names and attributes through rings, in order, in the words of the fixture. */
function changeFacts(run: Run) {
  const changes = changeKinds.flatMap((kind) => ringed(eventsOf(run, kind)))
  changes.sort((a, b) => a.seq - b.seq)
  return changes.map((event) => ({
    kind: event.kind,
    call: event.call,
    asked: event.asked,
    path: event.path,
    to: 'to' in event ? event.to : 'target' in event ? event.target : 'name' in event ? event.name : null,
    source: event.source,
    ...outcome(event),
  }))
}

function changeClaims(run: Run) {
  return run.all('change').map((report) => {
    const { kind, call, asked, base, to, toBase } = report
    const isByFd = asked === null || (asked === '' && base !== null)
    return {
      kind,
      call,
      asked: isByFd ? { status: 'absent' } : asked,
      path: isByFd ? base : join(base, asked),
      to: kind === 'rename' || kind === 'link' ? join(toBase, to) : to,
      source: 'io_uring_complete',
      ...claimedOutcome(report),
    }
  })
}

describeKernel('io_uring, files', () => {
  for (const mode of ['plain', 'sqpoll', 'async', 'defer'])
    test(`F18: names through a ring are the events of system calls (${mode})`, async () => {
      const folder = freshFolder()
      const run = await runWorkload('uring-files', [mode, folder], { session: { events } })
      const opens = run.reports.filter(({ what }) => what === 'open' || what === 'direct')
      expect(ringed(eventsOf(run, 'open')).map(openFacts)).toEqual(opens.map(openClaims))
      const byPath = opens.filter(({ what }) => what === 'open')
      expect(
        ringed(eventsOf(run, 'open')).flatMap(({ result, flags }) => (result.ok && result.value > 2 ? [flags] : [])),
      ).toEqual(byPath.flatMap((report) => (report['ok'] ? [openFlagNames(report['flags'])] : [])))
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
          .map((report, n) => ({ path: report['link'], length: [4242, 17, 8000][n], ...claimedOutcome(report) })),
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
      const run = await runWorkload('uring-io', [mode, freshFolder()], { session: { events } })
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
      const [sync] = eventsOf(run, 'sync')
      expect(found.filter(({ path, seq }) => path === sync?.path && seq > (sync?.seq ?? 0))).toEqual([])
    })
})

/** What the fixture of operations that are submitted together did, and what was recorded of its ring. */
async function order(test: string, file = '/etc/hostname', other = '/etc/hosts') {
  const { result, trace } = await traced(
    () => spawnSync(workload('uring-order'), [test, file, other], { encoding: 'utf8' }),
    { events },
  )
  expect(result).toMatchObject({ status: 0, stderr: '' })
  const run = runOf(trace, result)
  return {
    opens: ringed(eventsOf(run, 'open')).map((event) => ({
      asked: event.asked,
      path: event.path,
      inode: event.inode,
      ...outcome(event),
    })),
    claims: run.all('open').map((report) => ({ asked: report['asked'], ...claimedOutcome(report) })),
    inodes: Object.fromEntries(run.all('file').map((report) => [report['path'], BigInt(report['inode'])])),
    gaps: trace.gaps.map(({ reason, count }) => ({ reason, count })),
    run,
  }
}

describeKernel('io_uring, operations together', () => {
  for (const test_ of ['batch', 'slots', 'chain'])
    test(`what was opened is told, not what has its place by now (${test_})`, async () => {
      const { opens, claims, inodes, gaps } = await order(test_)
      expect(opens).toEqual(claims.map((claim) => ({ ...claim, path: claim.asked, inode: inodes[claim.asked] })))
      expect(opens.map(({ ok }) => ok)).toEqual([true, true])
      expect(gaps).toEqual([])
    })

  test('a success that the program does not want to hear of is told', async () => {
    const { opens, inodes, gaps } = await order('silent')
    expect(opens).toMatchObject([
      { path: '/etc/hostname', ok: true, inode: inodes['/etc/hostname'] },
      { path: '/etc/hosts', ok: true, inode: inodes['/etc/hosts'] },
    ])
    expect(gaps).toEqual([])
  })

  test('what never ran because one before it failed says so', async () => {
    const { opens, claims, gaps } = await order('broken')
    expect(opens).toMatchObject(claims)
    expect(opens).toMatchObject([{ errno: 'ENOENT' }, { errno: 'ECANCELED' }])
    expect(gaps).toEqual([])
  })

  test('also when the program hears of none but the first', async () => {
    const { opens, gaps } = await order('unheard')
    expect(opens).toMatchObject([
      { asked: '/nowhere', errno: 'ENOENT' },
      { asked: '/etc/hostname', errno: 'ECANCELED' },
    ])
    expect(gaps).toEqual([])
  })

  test('an answer for which there was no place is told, and that its file was not seen is a gap', async () => {
    const { opens, claims, gaps } = await order('overflow')
    expect(opens.map(({ asked, ok, value }) => ({ asked, ok, value }))).toEqual(claims)
    expect(gaps).toEqual([{ reason: 'io_uring', count: 2 }])
  })

  test('a name is relative to the folder that is there when it is looked up', async () => {
    const { opens, claims, gaps } = await order('late')
    expect(opens).toMatchObject(claims)
    expect(opens.map(({ path }) => path)).toEqual(['/etc', '/etc/hostname', '/etc/missing'])
    expect(gaps).toEqual([])
  })

  test('an operation that the kernel refuses before it begins is a failure', async () => {
    const { opens, claims, gaps } = await order('refused')
    const long = 'x'.repeat(4096)
    expect(opens).toMatchObject([
      { asked: { status: 'unreadable' }, errno: 'EFAULT' },
      { asked: { status: 'truncated', prefix: long }, errno: 'ENAMETOOLONG' },
      { asked: '/etc/hostname', path: '/etc/hostname', errno: 'EINVAL' },
      { asked: '/etc/hostname', ok: true },
    ])
    expect(opens.map(({ ok, value, errno }) => ({ ok, value, errno }))).toEqual(
      claims.map(({ ok, value, errno }) => ({ ok, value, errno })),
    )
    expect(gaps).toEqual([])
  })

  test('an operation under way when its process ends is told without success', async () => {
    const fifo = join(freshFolder(), 'fifo')
    spawnSync('mkfifo', [fifo])
    const { opens, run } = await order('died', fifo)
    expect(opens).toMatchObject([{ asked: fifo, path: fifo, ok: false }])
    expect(run.trace.processes).toHaveLength(2)
    expect(run.trace.running).toEqual([])
  })
})

describeKernel('io_uring, network', () => {
  test('N12: a connection through a ring is TCP’s own, and makes the trace incomplete', async () => {
    const { result, trace } = await traced(
      () => spawnSync(workload('uring'), ['connect', '/etc/hostname'], { encoding: 'utf8' }),
      { events: ['network'] },
    )
    expect(JSON.parse(result.stdout).result).toBe(-111)
    expect(trace.gaps).toMatchObject([{ reason: 'io_uring', count: 1 }])
    expect(trace.ofKind('connect')).toMatchObject([{ address: { host: '127.0.0.1', port: 1 }, outcome: 'refused' }])
  })
})
