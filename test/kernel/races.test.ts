// SPDX-License-Identifier: MIT
// Catalogue P2, P3, P6, P7, F13, F14, N15, L6: races on purpose. Each test says, also in its output, how many chances there were to be wrong and how many were: none that is not told.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { traced } from '../../src/session/index.ts'
import { state } from '../helpers/chances.ts'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import { retry } from '../helpers/retry.ts'
import { freshFolder, type Report, type Run, readReports, runWorkload, workload } from '../helpers/workload.ts'

const ringBytes = 64 * 1024 ** 2

/** Those of a fixture's reports of which the trace says something else. */
function contradicted(run: Run, what: string, agrees: (report: Report) => boolean): readonly Report[] {
  return run.all(what).filter((report) => !agrees(report))
}

async function race(name: string, count: number) {
  const folder = freshFolder()
  const { result, trace } = await traced(
    () => spawnSync(workload(name), [folder, String(count)], { encoding: 'utf8' }),
    { ringBytes },
  )
  expect(result).toMatchObject({ status: 0, stderr: '' })
  return { folder, trace, report: readReports(result.stdout)[0] }
}

describeKernel('races', () => {
  test('P7: of 600 processes in which two threads execute at the same time, each has the one exec that came through, of its thread', async () => {
    const count = 600
    const run = await runWorkload('race-exec', [String(count)], { session: { ringBytes } })
    expect(run.all('raced')).toHaveLength(count)
    expect(run.process.children).toHaveLength(count)
    const agrees = ({ of, code, first, second }: Report): boolean => {
      const [process, ...others] = run.byPid(of)
      const [exec, ...more] = process?.execs ?? []
      const tid = code % 2 === 0 ? first : second
      if (exec === undefined || others.length + more.length > 0) return false
      return (
        exec.argv[1] === `=${code}` && exec.fromThread === (tid === of ? null : tid) && process?.exit?.code === code
      )
    }
    const wrong = contradicted(run, 'raced', agrees)
    // The leader is one of the two in every third; both came through somewhere.
    expect(new Set(run.all('raced').map(({ of, code, first }) => `${first === of} ${code % 2}`)).size).toBe(4)
    state('P7, two threads that execute at once', count, wrong.length)
    expect(wrong.slice(0, 3)).toEqual([])
  })

  test('P2, P3: in a storm of 10,000 forks each process is its creator’s child, whoever is its parent by then', async () => {
    const count = 10_000
    const run = await runWorkload('race-forks', [String(count)], { session: { ringBytes } })
    const made = run.all('made')
    expect(made.length).toBeGreaterThanOrEqual(count)
    expect(run.trace.processes.filter(({ isRoot }) => !isRoot)).toHaveLength(made.length + 1)
    const processes = new Map(run.trace.processes.map((process) => [process.pid, process]))
    expect(processes.size).toBe(made.length + 2)
    const wrong = contradicted(run, 'made', ({ pid, index, creator }) => {
      const process = processes.get(pid)
      return process?.parent?.pid === creator && process?.exit?.code === index % 251
    })
    state('P2, P3, a storm of forks', made.length, wrong.length)
    expect(wrong.slice(0, 3)).toEqual([])
  })

  test.skipIf(lacksRoot)(
    'P6: of 2,000 processes that get one pid, each the moment that the one before lets it go, each is another, with what it did itself',
    async () => {
      const count = 2_000
      const run = await retry(() => runWorkload('pid-reuse', ['at-once', String(count)], { session: { ringBytes } }))
      const [first, ...reused] = run.byPid(run.one('reuse')['pidReused'])
      expect(first?.exit?.code).toBe(250)
      expect(reused).toHaveLength(count)
      const looked = new Map(reused.map((process) => [process, [] as unknown[]]))
      for (const { process, asked } of run.trace.ofKind('open')) looked.get(process)?.push(asked)
      const wrong = reused.filter((process, n) => {
        const [asked, ...more] = looked.get(process) ?? []
        if (process.parent !== run.process || process.exit?.code !== n % 251) return true
        return asked !== String(n) || more.length > 0
      })
      state('P6, one pid for many processes', count, wrong.length)
      expect(wrong.slice(0, 3)).toEqual([])
    },
  )

  test('F13: of 300,000 opens whose descriptor another thread puts a file over, none that names the other file goes untold', async () => {
    const count = 300_000
    const { folder, trace } = await race('race-dup', count)
    const opens = trace.ofKind('open').filter(({ asked, call }) => asked === 'asked' && call !== 'creat')
    expect(opens).toHaveLength(count)
    const wrong = opens.filter(({ path }) => path !== join(folder, 'asked'))
    // Where the kernel tells of the file before it has a descriptor, there is nothing to replace.
    if (trace.info.capabilities.includes('openSettled')) expect(wrong.slice(0, 3)).toEqual([])
    expect(wrong.every(({ path }) => path === join(folder, 'other'))).toBe(true)
    const told = trace.gaps.reduce((sum, { count: of }) => sum + of, 0)
    state('F13, a descriptor that is replaced', count, wrong.length, `, ${told} of them told`)
    // The trace as a whole is not sound then: no negative passes on it.
    expect(trace.gaps.map(({ reason, count }) => ({ reason, count }))).toEqual(
      wrong.length === 0 ? [] : [{ reason: 'replaced', count: wrong.length }],
    )
  })

  test('F14: of 200,000 opens in a folder that is renamed all the while, every path is one that there was', async () => {
    const count = 200_000
    const { folder, trace, report } = await race('race-rename', count)
    expect(report?.['renames']).toBeGreaterThan(1000)
    expect(trace.gaps).toEqual([])
    const opens = trace.ofKind('open').filter(({ asked, created }) => asked === 'file' && !created)
    expect(opens).toHaveLength(count)
    const there = ['p/d/file', 'q/e/file'].map((path) => join(folder, path))
    const wrong = opens.filter(({ path }) => !there.includes(String(path)))
    state(`F14, ${report?.['renames']} renames in the middle of a walk`, count, wrong.length)
    expect(wrong.slice(0, 3)).toEqual([])
    expect(new Set(opens.map(({ path }) => path))).toEqual(new Set(there))
  })

  test('of 5,000 folders made while a thread changes the working folder, none is told to be where it is not', async () => {
    const count = 5_000
    const { folder, trace, report } = await race('race-folder', count)
    expect(report?.['changes']).toBeGreaterThan(100)
    const made = new Map(
      ['a', 'b'].flatMap((name) => readdirSync(join(folder, name)).map((made) => [made, join(folder, name, made)])),
    )
    const told = trace.ofKind('mkdir').filter(({ asked }) => made.has(String(asked)))
    expect(told).toHaveLength(count)
    const known = told.filter(({ path }) => typeof path === 'string')
    expect(known.filter(({ asked, path }) => path !== made.get(String(asked)))).toEqual([])
    const unknown = told.filter(({ path }) => typeof path !== 'string')
    expect(unknown.every(({ path }) => (path as { status: string }).status === 'unreadable')).toBe(true)
    expect(known.length).toBeGreaterThan(count / 100)
    expect(unknown.length).toBeGreaterThan(0)
  })

  test('N15: of 20,000 connections whose address another thread rewrites, each has the peer that it got', async () => {
    const count = 20_000
    const { result, trace } = await traced(
      () => spawnSync(workload('race-address'), [String(count)], { encoding: 'utf8' }),
      { ringBytes },
    )
    expect(result).toMatchObject({ status: 0, stderr: '' })
    const hosts = trace.ofKind('connect').map(({ address }) => ('host' in address ? address.host : address.family))
    expect(hosts).toHaveLength(count)
    let wrong = 0
    for (const report of readReports(result.stdout)) {
      expect(report['count']).toBeGreaterThan(0)
      wrong += Math.abs(hosts.filter((host) => host === report['host']).length - report['count'])
    }
    state('N15, an address that is rewritten', count, wrong)
    expect(wrong).toBe(0)
  })

  test.skipIf(lacksRoot)(
    'L6: of 40,000 connections whose states change in the middle of each other, none has another outcome than the program saw, and all but a few have that one',
    async () => {
      const count = 40_000
      const { result, trace } = await traced(
        () => spawnSync(workload('race-interrupts'), [String(count)], { encoding: 'utf8' }),
        { ringBytes },
      )
      expect(result).toMatchObject({ status: 0, stderr: '' })
      expect(trace.gaps).toEqual([])
      const reports = readReports(result.stdout)
      const sum = (key: string) => reports.reduce((total, report) => total + Number(report[key]), 0)
      const outcomes = (refused: boolean) =>
        trace
          .ofKind('connect')
          .filter(({ address }) => 'port' in address && (address.port === 1) === refused)
          .map(({ outcome, errno }) => (errno === null ? outcome : errno))
      const [connected, refused] = [outcomes(false), outcomes(true)]
      expect([connected.length, refused.length]).toEqual([(count * 3) / 4, count / 4])
      expect(sum('established') + sum('refused')).toBe(count)
      // On a busy machine a listener can refuse, too: an earlier connection by the same port is not gone yet.
      const countOf = (...wanted: string[]) => connected.filter((outcome) => wanted.includes(outcome)).length
      expect(countOf('established')).toBeLessThanOrEqual(sum('established'))
      expect(countOf('ECONNREFUSED', 'failed')).toBeLessThanOrEqual(sum('refused') - count / 4)
      expect(countOf('established', 'ECONNREFUSED', 'failed', 'inProgress')).toBe(connected.length)
      // `failed`: the program took the error first. `inProgress`: an interrupt in a process that the kernel keeps from us (docs/limits.md); with one program for two it is thirty times that.
      expect([...new Set(refused)].filter((end) => !['ECONNREFUSED', 'failed', 'inProgress'].includes(end))).toEqual([])
      const open = [...connected, ...refused].filter((outcome) => outcome === 'inProgress')
      state('L6, states that change within each other', count, 0, `, ${open.length} open`)
      expect(open.length).toBeLessThan(count / 100)
    },
  )
})
