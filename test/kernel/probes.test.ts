// SPDX-License-Identifier: MIT
// Files looked at by name: each look once, by every call and in both ABIs. The fixtures of test/workloads say what is true.
import { expect as expectSpies } from 'spyscall/vitest'
import { expect, test } from 'vitest'
import type { EventKind, ProbeEvent, TraceEvent } from '../../src/trace/event.ts'
import type { Process } from '../../src/trace/process.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { abiOf, freshFolder, inBothWidths, only, type Report, type Run, runWorkload } from '../helpers/workload.ts'

const session = { events: ['file', 'probe'] } as const
const kinds: readonly EventKind[] = ['stat', 'access', 'readlink', 'list']
/** How many calls look. */
const calls = { native: process.arch === 'x64' ? 11 : 6, i386: 15, arm: 13, x32: 0 }
const programs = inBothWidths('probes')

describeKernel('probe', () => {
  test.each(programs)('every form of looking is told, once (%s)', async (program) => {
    const run = await runWorkload(program, [freshFolder(), 'calls'], { session })
    expect(told(run)).toEqual(claimed(run))
    const abi = abiOf(program)
    expect(probesOf(run).every((event) => event.abi === abi && !event.blocked)).toBe(true)
    expect(new Set(run.all('probe').map((claim) => claim['call'])).size).toBe(calls[abi])
    expect(run.all('probe').length).toBeGreaterThan(2 * calls[abi])
  })

  test.each(inBothWidths('overwritten'))(
    'a path that the answer was written over is not taken for one (%s)',
    async (program) => {
      const run = await runWorkload(program, [freshFolder()], { session })
      const looks = run.all('look')
      // Those without a path are alike, and told once.
      const [readable, others] = [true, false].map((is) =>
        told(run)
          .slice(1)
          .filter(({ path }) => (typeof path === 'string') === is),
      )
      expect(readable?.map(({ path }) => path)).toEqual(looks.filter(({ over }) => over !== 1).map(({ path }) => path))
      expect(new Set(others?.map(({ call }) => call)).size).toBe(3)
      expect(others?.map(({ path }) => path)).toEqual(others?.map(() => ({ status: 'unreadable' })))
      expect(looks.filter(({ over, kept }) => over !== 1 && kept !== 1)).toEqual([])
      expect(looks.filter(({ kept }) => kept !== 1).length).toBeGreaterThan(15)
      expect(looks.filter(({ over }) => over !== 1).length).toBeGreaterThan(15)
      expect(() => expectSpies(run.trace).not.toHaveProbed('/nowhere')).toThrow('could not be read')
    },
  )

  test.each(programs)('those that a filter answers are blocked (%s)', async (program) => {
    const run = await runWorkload(program, [freshFolder(), 'blocked'], { session })
    // Of some, all that differed was the answer.
    const different = new Map(claimed(run).map((claim) => [JSON.stringify(claim), claim]))
    expect(told(run)).toEqual([...different.values()])
    expect(probesOf(run).map((event) => event.blocked)).toEqual(probesOf(run).map((_, n) => n > 0))
  })

  test('a look is told again when its answer, or the folder that it is relative to, is another', async () => {
    const run = await runWorkload('probes', [freshFolder(), 'changed'], { session })
    expect(told(run)).toEqual(claimed(run))
  })

  test('each process tells its own, and again what it executes', async () => {
    const run = await runWorkload('probes', [freshFolder(), 'processes'], { session })
    const processes = [run.process, ...run.process.children]
    expect(processes).toHaveLength(3)
    for (const process of processes) expect(told(run, process)).toEqual(claimed(run, process))
    const [, , executed] = processes as [Process, Process, Process]
    expect(claimed(run, executed)).toHaveLength(3)
  })

  test('threads look for their process', async () => {
    const run = await runWorkload('probes', [freshFolder(), 'threads'], { session })
    expect(told(run)).toEqual(claimed(run))
    expect(run.trace.ofKind('thread')).toHaveLength(7)
  })

  test('more looks than are remembered are all told, some again', async () => {
    const run = await runWorkload('probes', [freshFolder(), 'many'], { session })
    const { count } = run.one('many')
    const names = probesOf(run).map(({ asked }) => asked)
    const missing = names.filter((name) => typeof name === 'string' && name.startsWith('missing-'))
    expect(new Set(missing).size).toBe(count)
    expect(missing.length).toBeLessThanOrEqual(2 * count)
    expect(only(told(run).slice(0, 1))).toMatchObject({ asked: 'begin' })
  })
})

/** From the look at `begin` on: what comes before prepares, or is the C library's. */
function probesOf(run: Run, process: Process = run.process): ProbeEvent[] {
  const isProbe = (event: TraceEvent): event is ProbeEvent => kinds.includes(event.kind) && event.process === process
  const probes = run.trace.events.filter(isProbe)
  return process === run.process ? probes.slice(probes.findIndex(({ asked }) => asked === 'begin')) : probes
}

function told(run: Run, process: Process = run.process) {
  return probesOf(run, process)
    .filter(({ path }) => path !== '/proc/self/exe') // of the C library, and of `beside`
    .map((event) => {
      const { kind, call, result, asked, path } = event
      const facts = { kind, call, result, asked, path }
      if (event.kind === 'access') return { ...facts, mode: event.mode }
      return event.kind === 'readlink' ? { ...facts, target: event.target } : facts
    })
}

function claimed(run: Run, process: Process = run.process) {
  return run
    .all('probe')
    .filter(({ pid }) => pid === process.pid)
    .map(({ what: _, pid: _pid, tid: _tid, ok, value, errno, ...rest }: Report) => {
      const facts: Record<string, unknown> = { result: ok ? { ok, value } : { ok, errno } }
      for (const [key, fact] of Object.entries(rest)) {
        const of = /^(.*)Status$/.exec(key)?.[1]
        facts[of ?? key] = of === undefined ? fact : { status: fact }
      }
      return facts
    })
}
