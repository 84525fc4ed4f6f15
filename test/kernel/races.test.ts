// SPDX-License-Identifier: MIT
// Catalogue F13, F14, N15, L6: races on purpose. Each test says how many chances there were, and how many may be wrong: none that is not told.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { traced } from '../../src/session/index.ts'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import { freshFolder, readReports, workload } from '../helpers/workload.ts'

const ringBytes = 64 * 1024 ** 2

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
  test('F13: of 300,000 opens whose descriptor another thread puts a file over, none that names the other file goes untold', async () => {
    const count = 300_000
    const { folder, trace } = await race('race-dup', count)
    const opens = trace.ofKind('open').filter(({ asked, call }) => asked === 'asked' && call !== 'creat')
    expect(opens).toHaveLength(count)
    const wrong = opens.filter(({ path }) => path !== join(folder, 'asked'))
    // Where the kernel tells of the file before it has a descriptor, there is nothing to replace.
    if (trace.info.capabilities.includes('openSettled')) expect(wrong).toEqual([])
    expect(wrong.every(({ path }) => path === join(folder, 'other'))).toBe(true)
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
    expect(new Set(opens.map(({ path }) => path))).toEqual(
      new Set(['p/d/file', 'q/e/file'].map((path) => join(folder, path))),
    )
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
    for (const report of readReports(result.stdout)) {
      expect(report['count']).toBeGreaterThan(0)
      expect(hosts.filter((host) => host === report['host'])).toHaveLength(report['count'])
    }
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
      expect(open.length).toBeLessThan(count / 100)
    },
  )
})
