// SPDX-License-Identifier: MIT
// What was done with open files: bytes and calls by process and file are exact, however the calls were made and whoever closed the files. The fixtures of
// test/workloads say what is true.
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fstatSync, openSync, readSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { openSession, traced } from '../../src/session/index.ts'
import type { IoEvent } from '../../src/trace/event.ts'
import type { Trace } from '../../src/trace/trace.ts'
import { describeKernel } from '../helpers/kernel.ts'
import {
  freshFolder,
  inBothWidths,
  only,
  type Report,
  readReports,
  runWorkload,
  workload,
} from '../helpers/workload.ts'

const programs = inBothWidths('transfers')

describeKernel('io', () => {
  test.each(programs)('every call that moves bytes is added up (%s)', async (program) => {
    const run = await runWorkload(program, [freshFolder(), 'calls'])
    expect(sumsOf(run.trace)).toEqual(claimsOf(run.reports))
    const source = run.all('io').find(({ path }) => path.endsWith('/source'))
    for (const what of ['readCalls', 'writtenCalls', 'mappedCalls', 'mappedWritable'])
      expect(source?.[what]).toBeGreaterThan(0)
  })

  test.each(programs)(
    'what ioctl puts into files is added up: zeros, and clones where the file system makes them (%s)',
    async (program) => {
      const run = await runWorkload(program, [freshFolder(), 'ioctls'])
      expect(sumsOf(run.trace)).toEqual(claimsOf(run.reports))
      expect(run.all('io').find(({ path }) => path.endsWith('/copy'))?.['writtenCalls']).toBeGreaterThan(2)
    },
  )

  test.each(programs)('more files in turn than are added up at once lose nothing (%s)', async (program) => {
    const run = await runWorkload(program, [freshFolder(), 'many'])
    expect(sumsOf(run.trace)).toEqual(claimsOf(run.reports))
    expect(claimsOf(run.reports).size).toBe(37)
    // They did not fit: each was told more than once.
    expect(run.trace.ofKind('io').length).toBeGreaterThan(74)
  })

  test.each(programs)('threads that share files are added up together (%s)', async (program) => {
    const run = await runWorkload(program, [freshFolder(), 'threads'])
    expect(sumsOf(run.trace)).toEqual(claimsOf(run.reports))
    expect(run.trace.ofKind('thread')).toHaveLength(3)
  })

  test.each(programs)('a read that a filter answers moved nothing (%s)', async (program) => {
    const run = await runWorkload(program, [freshFolder(), 'answered'])
    expect(sumsOf(run.trace)).toEqual(claimsOf(run.reports))
    expect(only(run.trace.ofKind('io'))).toMatchObject({ read: { calls: 0, bytes: 0 }, written: { bytes: 9973 } })
  })

  test.each(programs.map((program) => program.replace('transfers', 'aio')))(
    'what is handed over by io_submit is not counted, and makes the trace incomplete (%s)',
    async (program) => {
      const file = join(freshFolder(), 'file')
      const { result, trace } = await traced(() => spawnSync(workload(program), [file], { encoding: 'utf8' }))
      expect(readReports(result.stdout)).toMatchObject([{ link: file, written: 10 }])
      expect(trace.gaps.map(({ reason, count }) => [reason, count])).toEqual([['aio', 2]])
    },
  )

  test.each([
    ['descriptors are duplicated, and put over others', 'duplicated', 4],
    ['a child has them, too', 'inherited', 5],
    ['they outlive an exec, or end with it', 'executed', 3],
    ['a range of them is closed', 'range', 9],
    ['another thread closes them', 'elsewhere', 29],
    ['a process closes them that shares the table', 'unseen', 29],
    ['others replace them while calls are under way', 'underway', 3],
    ['files are renamed and removed meanwhile', 'renamed', 3],
    ['nobody closes them: the process is killed', 'killed', 1],
  ])('each file’s are exact when %s', async (_, how, files) => {
    const run = await runWorkload('descriptors', [freshFolder(), how])
    expect(sumsOf(run.trace)).toEqual(claimsOf(run.reports))
    expect(claimsOf(run.reports).size).toBe(files)
  })

  test('those of a process that goes on are told at each look, and at the end', async () => {
    const folder = freshFolder()
    const session = await openSession({ scope: 'run' })
    const child = session.run(() =>
      spawn(workload('descriptors'), [folder, 'running'], { stdio: ['pipe', 'pipe', 'inherit'] }),
    )
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const reports: Report[] = []
    const untilReady = async () => {
      for (;;) {
        const { value } = await lines.next()
        const [report] = readReports(value as string)
        if (report?.what === 'ready') return
        reports.push(report as Report)
      }
    }
    await untilReady()
    expect(sumsOf(session.trace)).toEqual(claimsOf(reports))
    child.stdin.write('x')
    await untilReady()
    expect(sumsOf(session.trace)).toEqual(claimsOf(reports))
    expect(sumsOf(session.trace)).toEqual(claimsOf(reports)) // a look tells nothing twice
    child.stdin.write('x')
    await untilReady()
    const trace = await session.stop()
    expect(sumsOf(trace)).toEqual(claimsOf(reports))
    expect(trace.running).toHaveLength(1)
    child.kill()
    await once(child, 'exit')
    expect(sumsOf(trace)).toEqual(claimsOf(reports))
    const paths = trace.ofKind('io').map((event) => event.path)
    expect(new Set(paths)).toEqual(new Set([join(folder, 'running'), join(folder, 'other')]))
  })

  test.each([
    ['drained', 'goes on'],
    ['drained-late', 'goes on without its first thread'],
  ])(
    'a look names files as they are called then, also those that come from elsewhere (%s: a process that %s)',
    async (how) => {
      const folder = freshFolder()
      const given = openSync(join(folder, 'given'), 'w')
      onTestFinished(() => closeSync(given))
      const session = await openSession({ scope: 'run' })
      const child = session.run(() =>
        spawn(workload('descriptors'), [folder, how], { stdio: ['pipe', 'pipe', 'inherit', given] }),
      ) as ChildProcessByStdio<Writable, Readable, null>
      const reports: Report[] = []
      for await (const line of createInterface({ input: child.stdout })) {
        const [report] = readReports(line)
        if (report?.what !== 'ready') reports.push(report as Report)
        else if (child.stdin.writable) {
          expect(sumsOf(session.trace)).toEqual(claimsOf(reports))
          child.stdin.end('x')
        }
      }
      expect(reports.map(({ path }) => path)).toEqual(['before', 'after', 'given'].map((name) => join(folder, name)))
      expect(sumsOf(await session.stop())).toEqual(claimsOf(reports))
    },
  )

  test('a session of scope self is told what was moved while it was open', async () => {
    const file = join(freshFolder(), 'file')
    writeFileSync(file, 'x'.repeat(2000))
    const fd = openSync(file, 'r')
    const inode = fstatSync(fd, { bigint: true }).ino
    const move = (bytes: number) => expect(readSync(fd, Buffer.alloc(bytes), 0, bytes, 0)).toBe(bytes)
    const moved = (trace: Trace) =>
      trace
        .ofKind('io')
        .filter((event) => event.inode === inode)
        .map(({ read, path }) => ({ ...read, path }))
    const outer = await openSession({ scope: 'self' })
    move(100)
    const inner = await openSession({ scope: 'self' })
    move(10)
    expect(moved(await inner.stop())).toEqual([{ calls: 1, bytes: 10, path: expect.anything() }])
    move(1)
    expect(moved(await outer.stop()).reduce((sum, { bytes }) => sum + bytes, 0)).toBe(111)
    move(1000)
    const later = await openSession({ scope: 'self' })
    move(2)
    closeSync(fd)
    expect(moved(await later.stop())).toEqual([{ calls: 1, bytes: 2, path: file }])
  })
})

interface Sum {
  readCalls: number
  readBytes: number
  writtenCalls: number
  writtenBytes: number
  mappedCalls: number
  mappedBytes: number
  mappedWritable: number
}

/** By process and file (device, inode and path). */
type Sums = Map<string, Sum>

/** Without looks at whether another thread blocks already. */
function sumsOf(trace: Trace): Sums {
  const transfers = trace.ofKind('io').filter((event) => !/^\/proc\/\d+\/syscall$/.test(shown(event)))
  return sums(
    transfers.map((event) => [
      [event.process.pid, event.device, event.inode, shown(event)],
      {
        readCalls: event.read.calls,
        readBytes: event.read.bytes,
        writtenCalls: event.written.calls,
        writtenBytes: event.written.bytes,
        mappedCalls: event.mapped.calls,
        mappedBytes: event.mapped.bytes,
        mappedWritable: event.mappedWritable,
      },
    ]),
  )
}

function shown({ path }: IoEvent): string {
  return typeof path === 'string' ? path : path.status
}

function claimsOf(reports: readonly Report[]): Sums {
  return sums(
    reports
      .filter(({ what }) => what === 'io')
      .map(({ what: _, pid, tid: _tid, path, device, inode, ...sum }) => [
        [pid, device, inode, path],
        sum as unknown as Sum,
      ]),
  )
}

function sums(parts: readonly (readonly [readonly unknown[], Sum])[]): Sums {
  const all: Sums = new Map()
  for (const [place, part] of parts) {
    const key = place.join(' ')
    const before = all.get(key)
    if (before === undefined) all.set(key, { ...part })
    else for (const name of Object.keys(part) as (keyof Sum)[]) before[name] += part[name]
  }
  return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)))
}
