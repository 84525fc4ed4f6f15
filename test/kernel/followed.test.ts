// SPDX-License-Identifier: MIT
// What becomes of a symbolic link at the end of a path. The fixture looks up on both files what its call did.
import { expect, test } from 'vitest'
import type { EventKind, TraceEvent } from '../../src/trace/event.ts'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import { freshFolder, runWorkload } from '../helpers/workload.ts'

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

describeKernel('followed', () => {
  const programs = process.arch === 'x64' ? ['follow-links', 'follow-links32'] : ['follow-links']
  test.skipIf(lacksRoot).each(programs)('each call says whether it followed a link (%s)', async (program) => {
    const folder = freshFolder()
    const run = await runWorkload(program, [folder], { session: { events: ['process', 'file', 'probe'] } })
    const told = run.trace.events
      .filter((event): event is TraceEvent & { asked: string; followed: boolean } => kinds.includes(event.kind))
      .filter(({ asked }) => asked === 'link' || asked === 'four')
      .map(({ kind, followed }) => ({ kind, followed }))
    const done = run.reports.map(({ kind, followed }) => ({ kind, followed: followed === 1 }))
    expect(told).toEqual(done)
    // Calls without a folder of their own are on x86 only.
    expect(done.length).toBe(process.arch === 'x64' ? 32 : 24)
    expect(done.filter(({ followed }) => followed).length).toBe(process.arch === 'x64' ? 16 : 11)
  })
})
