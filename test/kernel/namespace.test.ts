// SPDX-License-Identifier: MIT
// Catalogue P10: namespaces made and entered. The fixture says what /proc/self/ns shows it, and ioctl_ns(2) who owns them.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { NamespaceEvent } from '../../src/trace/event.ts'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import { abiOf, inBothWidths, only, type Report, type Run, runWorkload, workload } from '../helpers/workload.ts'

const session = { events: ['process', 'namespace'] } as const
const types = { mnt: 17, uts: 26, ipc: 27, pid: 29, net: 30, cgroup: 25, time: 7, user: 28 } as const
const programs = inBothWidths('namespaces')

describeKernel('namespace', () => {
  test.skipIf(lacksRoot).each(programs)('each is told with its number, made or entered (%s)', async (program) => {
    const run = await runWorkload(program, ['made'], { session })
    const events = run.trace.ofKind('namespace')
    const reports = run.all('namespace')
    const told = [...events]
    for (const report of reports) {
      const event = takeOf(told, report)
      expect(event.types).toEqual(namesOf(report['flags']))
      expect({ flags: maskOf(event.flags), result: event.result }).toEqual({
        flags: report['flags'],
        result: resultOf(report),
      })
      expect(event.abi).toBe(abiOf(program))
      const child = report['child'] as number | undefined
      expect(event.child?.pid).toBe(child)
      expect(event.source).toBe(child === undefined ? 'sys_exit' : 'task_newtask')
      const inside = child === undefined ? report : clonedBy(run, event)
      expect(event.ids).toEqual(numbersOf(inside, run, event))
      expect([event.userLevel, event.userOwner]).toEqual([event.types.includes('user') && event.result.ok ? 1 : 0, 0])
    }
    expect(told).toEqual([])
    expect(events.map((event) => event.call)).toEqual(expect.arrayContaining(['unshare', 'clone', 'clone3', 'setns']))
    expect(new Set(events.flatMap((event) => event.types))).toEqual(new Set(Object.keys(types)))
  })

  test.skipIf(lacksRoot)('those of a clone are told by a helper that loads everything at once, too', () => {
    const script = join(import.meta.dirname, 'scripts/first-session.ts')
    const { stdout, stderr } = spawnSync(process.execPath, [script, workload('namespaces'), 'made'], {
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    const { complete, forks, clones } = JSON.parse(stdout)
    expect([complete, clones]).toEqual([true, forks])
    expect(clones).toBeGreaterThan(0)
  })

  test.skipIf(lacksRoot)('one that could not be is told with what was asked for, and why', async () => {
    const run = await runWorkload('namespaces', ['failed'], { session })
    const reports = run.all('namespace')
    const events = run.trace.ofKind('namespace')
    // A failing clone that asked for none is no matter of namespaces.
    const asked = reports.slice(0, -1)
    expect(
      events.map(({ call, types, flags, result, ids, child }) => ({
        call,
        types,
        flags: maskOf(flags),
        result,
        ids,
        child,
      })),
    ).toEqual(
      asked.map((report) => ({
        call: report['call'],
        types: namesOf(report['flags']),
        flags: report['flags'],
        result: resultOf(report),
        ids: numbersOf(report, run),
        child: null,
      })),
    )
    expect(events.map(({ result }) => (result.ok ? '' : result.errno))).toEqual(
      expect.arrayContaining(['EINVAL', 'EBADF', 'EPERM']),
    )
  })

  test.skipIf(lacksRoot)('user namespaces of an ordinary user are told with their depth and their owner', async () => {
    const run = await runWorkload('namespaces', ['nested'], { session })
    const events = run.trace.ofKind('namespace')
    expect(events.map(({ userLevel, userOwner }) => ({ level: userLevel, uid: userOwner }))).toEqual(
      run.all('owner').map(({ level, uid }) => ({ level, uid })),
    )
    expect(events.map((event) => event.ids)).toEqual(run.all('namespace').map((report) => numbersOf(report, run)))
    expect(events).toHaveLength(2)
    expect(events[0]?.userOwner).toBe(65534)
  })

  test('sessions that did not ask have none', async () => {
    const run = await runWorkload('namespaces', ['made'])
    expect(run.trace.ofKind('namespace')).toEqual([])
  })
})

/** The event of the same call by the same thread, out of a list: threads of one process report in any order. */
function takeOf(events: NamespaceEvent[], report: Report): NamespaceEvent {
  const at = events.findIndex((event) => event.tid === report.tid && event.call === report['call'])
  expect(at, `an event of ${JSON.stringify(report)}`).not.toBe(-1)
  return events.splice(at, 1)[0] as NamespaceEvent
}

/** What the child that an event names says of itself: by its number inside. */
function clonedBy(run: Run, event: NamespaceEvent): Report {
  const cloned = run.all('cloned')
  return only(
    cloned.filter(
      (report) =>
        report['user'] === event.ids.user && report['ipc'] === event.ids.ipc && report['uts'] === event.ids.uts,
    ),
  )
}

/** The pid namespace that children get is shown only when there is a first one. */
function numbersOf(report: Report, run: Run, event?: NamespaceEvent) {
  const keys: Readonly<Record<string, string>> = { pid: 'pid_for_children', time: 'time_for_children' }
  const numbers = Object.fromEntries(Object.keys(types).map((type) => [type, report[keys[type] ?? type]]))
  if (numbers['pid'] === 0) numbers['pid'] = run.one('inside')['namespace']
  if (event?.child) expect(event.child.nsPid).toBe(report.pid)
  return numbers
}

function resultOf(report: Report) {
  return report['ok'] ? { ok: true, value: report['value'] } : { ok: false, errno: report['errno'] }
}

function namesOf(flags: number): string[] {
  return Object.entries(types)
    .filter(([, bit]) => (BigInt(flags) >> BigInt(bit)) & 1n)
    .map(([type]) => type)
}

const bits: Readonly<Record<string, number>> = {
  CLONE_NEWTIME: 0x80,
  CLONE_FS: 0x200,
  CLONE_FILES: 0x400,
  CLONE_NEWNS: 0x20000,
  CLONE_NEWCGROUP: 0x2000000,
  CLONE_NEWUTS: 0x4000000,
  CLONE_NEWIPC: 0x8000000,
  CLONE_NEWUSER: 0x10000000,
  CLONE_NEWPID: 0x20000000,
  CLONE_NEWNET: 0x40000000,
}

function maskOf(names: readonly string[]): number {
  return names.reduce((mask, name) => mask + (bits[name] ?? Number(name)), 0)
}
