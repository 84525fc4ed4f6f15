// SPDX-License-Identifier: MIT
// Catalogue F4, F5: what is mounted where, and roots. The fixtures work in mount namespaces of their own, and say what they did where.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ChrootEvent, MountEvent, PivotRootEvent, Text, TraceEvent, UmountEvent } from '../../src/trace/event.ts'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import {
  abiOf,
  eventsOf,
  freshFolder,
  inBothWidths,
  openClaims,
  openFacts,
  type Report,
  type Run,
  runProgram,
  runWorkload,
} from '../helpers/workload.ts'

const session = { events: ['process', 'file', 'namespace'] } as const

describeKernel('mount', () => {
  test.skipIf(lacksRoot).each(inBothWidths('mount-calls'))(
    'every call is told with its paths as they were (%s)',
    async (program) => {
      const run = await runWorkload(program, [freshFolder()], { session })
      const events = mountEvents(run)
      expect(events.map(facts)).toEqual(run.all('call').map(claims))
      expect(new Set(events.map((event) => event.abi))).toEqual(new Set([abiOf(program)]))
      for (const event of events) expect(event.chrooted).toBe(false)
      // The fixture looked after each of its successes whether there was a mount at the path that the event names.
      const looked = run.reports.flatMap((report, n) =>
        report.what === 'mounted' ? [[run.reports[n - 1], report]] : [],
      )
      expect(looked.length).toBeGreaterThan(6)
      for (const [call, { is }] of looked as [Report, Report][])
        expect(is).toBe(call['call'].startsWith('umount') ? 0 : 1)
      expect(new Set(events.map((event) => event.call)).size).toBe(abiOf(program) === 'i386' ? 11 : 10)
    },
  )

  test.skipIf(lacksRoot)('what is opened below an open tree is told as what it is', async () => {
    const run = await runWorkload('mount-calls', [freshFolder()], { session })
    const [report] = run.all('open')
    const opened = eventsOf(run, 'open').filter((event) => event.asked === 'file')
    expect(opened.map(openFacts)).toEqual([openClaims(report as Report)])
    expect(opened[0]).toMatchObject({ path: '/file', disconnected: true })
  })

  test.skipIf(lacksRoot).each(inBothWidths('root-calls'))(
    'a root is told as it was seen before it became one, and what is below it as in a chroot (%s)',
    async (program) => {
      const folder = freshFolder()
      const run = await runWorkload(program, [folder], { session })
      const events = mountEvents(run).filter((event) => event.kind !== 'mount')
      expect(events.map(rootFacts)).toEqual(run.all('call').map(rootClaims))
      const opened = run.trace.ofKind('open').filter((event) => event.asked === '/file')
      expect(opened.map(openFacts)).toEqual(run.all('open').map(openClaims))
      expect(new Set(opened.map((event) => event.chrooted))).toEqual(new Set([true]))
      // Before its root was changed, no process is in a chroot.
      const before = run.trace.ofKind('open').filter((event) => String(event.asked).startsWith('new/'))
      expect(before.map((event) => [event.path, event.chrooted])).toEqual([
        [join(folder, 'new/file'), false],
        [join(folder, 'new/deeper/file'), false],
      ])
    },
  )

  test.skipIf(lacksRoot)('a container that is made with the tools of the system', async () => {
    const folder = freshFolder()
    const script = `mount -t tmpfs none ${folder} && cd ${folder} && mkdir old && exec pivot_root . old`
    const run = await runProgram('unshare', ['--mount', 'sh', '-c', script], { session })
    expect(mountEvents(run).slice(-2)).toMatchObject([
      { kind: 'mount', path: folder, fileSystem: 'tmpfs', from: 'none', result: { ok: true } },
      { kind: 'pivotRoot', path: folder, oldRoot: 'old', chrooted: false, result: { ok: true } },
    ])
  })
})

type RootsOrMounts = MountEvent | UmountEvent | ChrootEvent | PivotRootEvent

const kinds: readonly string[] = ['mount', 'umount', 'chroot', 'pivotRoot']

function isMountEvent(event: TraceEvent): event is RootsOrMounts {
  return kinds.includes(event.kind)
}

function mountEvents(run: Run): readonly RootsOrMounts[] {
  return run.trace.events.filter(isMountEvent)
}

/** What an event says, in the words of a fixture's report. */
function facts(event: RootsOrMounts) {
  const mount = event.kind === 'mount' ? event : null
  return {
    call: event.call,
    asked: told(event.asked),
    path: told(event.path),
    from: mount && told(mount.from),
    from_path: mount && told(mount.fromPath),
    type: mount && told(mount.fileSystem),
    option: mount && told(mount.option),
    flags: 'flags' in event ? [...event.flags].sort() : [],
    attributes: [...(mount?.attributes ?? [])].sort(),
    cleared: mount?.cleared ?? [],
    errno: event.result.ok ? null : event.result.errno,
  }
}

function claims(report: Report) {
  const { call, from, from_path, type, option, errno = null } = report
  const [asked, path] = errno === 'EFAULT' ? ['unreadable', 'unreadable'] : [report['asked'], report['path']]
  const [flags, attributes, cleared] = ['flags', 'attributes', 'cleared'].map((field) => listOf(report[field]))
  return { call, asked, path, from, from_path, type, option, flags, attributes, cleared, errno }
}

function rootFacts(event: RootsOrMounts) {
  const { call, asked, path, chrooted, result } = event
  const old = event.kind === 'pivotRoot' ? told(event.oldRoot) : null
  return { call, asked, path, old, chrooted, errno: result.ok ? null : result.errno }
}

function rootClaims(report: Report) {
  const { call, asked, path, old, chrooted, errno = null } = report
  return { call, asked, path, old, chrooted: chrooted === 1, errno }
}

/** What is absent is null. */
function told(text: Text): string | null {
  if (typeof text === 'string') return text
  return text.status === 'absent' ? null : text.status
}

function listOf(flags: string): string[] {
  return flags === '0' ? [] : flags.split(' | ').sort()
}
