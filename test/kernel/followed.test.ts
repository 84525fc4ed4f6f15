// SPDX-License-Identifier: MIT
// What becomes of a symbolic link at the end of a path. The fixture looks up on both files what its call did.
import { expect, test } from 'vitest'
import type { EventKind, TraceEvent } from '../../src/trace/event.ts'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import { abiOf, freshFolder, inBothWidths, runWorkload } from '../helpers/workload.ts'

const kinds: readonly EventKind[] = [
  'stat',
  'access',
  'readlink',
  'chmod',
  'chown',
  'utimes',
  'truncate',
  'xattr',
  'link',
  'rename',
  'unlink',
]

/** All but arm64 have calls without a folder of their own, 32-bit ARM but utime. */
const all = { calls: 32, followed: 16 }
const counts = {
  native: process.arch === 'arm64' ? { calls: 24, followed: 11 } : all,
  ...{ i386: all, x32: all, arm: { calls: 31, followed: 15 } },
}

describeKernel('followed', () => {
  const programs = inBothWidths('follow-links')
  test.skipIf(lacksRoot).each(programs)('each call says whether it followed a link (%s)', async (program) => {
    const folder = freshFolder()
    const run = await runWorkload(program, [folder], { session: { events: ['process', 'file', 'probe'] } })
    const told = run.trace.events
      .filter((event): event is TraceEvent & { asked: string; followed: boolean } => kinds.includes(event.kind))
      .filter(({ asked }) => asked === 'link' || asked === 'four')
      .map(({ kind, followed }) => ({ kind, followed }))
    const done = run.reports.map(({ kind, followed }) => ({ kind, followed: followed === 1 }))
    expect(told).toEqual(done)
    const { calls, followed } = counts[abiOf(program)]
    expect(done.length).toBe(calls)
    expect(done.filter((one) => one.followed).length).toBe(followed)
  })
})
