// SPDX-License-Identifier: MIT
// Data put on the disk, and its order with writes and renames, as durability needs it. The fixtures of test/workloads say what is true.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { TraceEvent } from '../../src/trace/event.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { abiOf, eventsOf, freshFolder, inBothWidths, type Report, type Run, runWorkload } from '../helpers/workload.ts'

const session = { events: ['file', 'sync'] } as const
const programs = inBothWidths('syncs')

describeKernel('sync', () => {
  test.each(programs)('every form of it is recorded as it was made (%s)', async (program) => {
    const run = await runWorkload(program, [freshFolder(), 'calls'], { session })
    expect(told(run)).toEqual(run.all('sync').map(claim))
    const abi = abiOf(program)
    expect(eventsOf(run, 'sync').every((event) => event.abi === abi && !event.blocked)).toBe(true)
    expect(new Set(told(run).map(({ call }) => call)).size).toBe(6)
    expect(told(run).filter(({ result }) => !result.ok).length).toBeGreaterThan(4)
  })

  test.each(programs)('what a filter answers is blocked (%s)', async (program) => {
    const run = await runWorkload(program, [freshFolder(), 'blocked'], { session })
    expect(told(run)).toEqual(run.all('sync').map(claim))
    expect(eventsOf(run, 'sync').every((event) => event.blocked)).toBe(true)
    expect(run.all('sync').every(({ errno }) => errno === 'EOPNOTSUPP')).toBe(true)
  })

  test.each(['order', 'threads'])(
    'what was written before is told before, and what was written after is not (%s)',
    async (how) => {
      const folder = freshFolder()
      const run = await runWorkload('syncs', [folder, how], { session })
      const name = (path: unknown) => (path === folder ? 'folder' : String(path).slice(folder.length + 1))
      const steps = run.trace.events.flatMap((event: TraceEvent) => {
        if (event.kind === 'io') return [`io ${name(event.path)}`]
        if (event.kind === 'rename') return [`rename ${name(event.path)}`]
        return event.kind === 'sync' ? [`sync ${event.call === 'sync' ? 'all' : name(event.path)}`] : []
      })
      expect(steps).toEqual(run.all('step').map((step) => step['name']))
      const bytes = run.trace.ofKind('io').map(({ written }) => written.bytes)
      expect(bytes).toEqual(bytes.map(() => 7))
    },
  )

  test('the file of a mapping is told, or is unreadable, while other threads change mappings', async () => {
    const folder = freshFolder()
    const run = await runWorkload('syncs', [folder, 'mapping'], { session })
    const paths = eventsOf(run, 'sync').map(({ path }) => path)
    const known = paths.filter((path) => path === join(folder, 'there'))
    const others = paths.filter((path) => path !== join(folder, 'there'))
    expect(paths).toHaveLength(run.one('many')['count'])
    expect(others).toEqual(others.map(() => ({ status: 'unreadable' })))
    expect(run.trace.lost.unreadable).toBe(others.length)
    expect(known.length).toBeGreaterThan(paths.length / 2)
  })
})

function told(run: Run) {
  return eventsOf(run, 'sync').map(({ call, result, flags, path, fileType, device, inode }) => ({
    call,
    result,
    flags,
    path,
    fileType,
    device,
    inode,
  }))
}

/** What the fixture gave as flags, by bit. */
const flagNames: Readonly<Record<string, readonly string[]>> = {
  msync: ['MS_ASYNC', 'MS_INVALIDATE', 'MS_SYNC'],
  sync_file_range: ['SYNC_FILE_RANGE_WAIT_BEFORE', 'SYNC_FILE_RANGE_WRITE', 'SYNC_FILE_RANGE_WAIT_AFTER'],
}

function claim({ call, ok, value, errno, flags: bits, link, type, device, inode }: Report) {
  const result = ok ? { ok, value } : { ok, errno }
  const flags = (flagNames[call.replace('arm_', '')] ?? []).filter((_, bit) => ((bits >> bit) & 1) === 1)
  if (link === undefined)
    return { call, result, flags, path: { status: 'absent' }, fileType: null, device: '', inode: 0n }
  return { call, result, flags, path: link, fileType: type, device, inode: BigInt(inode) }
}
