// SPDX-License-Identifier: MIT
import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { traced } from '../../src/session/index.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { workload } from '../helpers/workload.ts'

/** What a fixture did through one ring, and what the trace says is missing. */
async function ring(operation: string, events: ('process' | 'file' | 'network')[] = ['file', 'network']) {
  const { result, trace } = await traced(
    () => spawnSync(workload('uring'), [operation, '/etc/hostname'], { encoding: 'utf8' }),
    { events },
  )
  return {
    result: JSON.parse(result.stdout).result,
    gaps: trace.gaps.map(({ reason, count }) => ({ reason, count })),
    trace,
  }
}

describeKernel('io_uring', () => {
  test('F18: a file opened through a ring makes the trace incomplete', async () => {
    const { result, gaps, trace } = await ring('openat')
    expect(result).toBeGreaterThan(2)
    expect(gaps).toEqual([{ reason: 'io_uring', count: 1 }])
    expect(trace.complete).toBe(false)
  })

  test('N12: a connection through a ring is TCP’s own, and makes the trace incomplete', async () => {
    const { result, gaps, trace } = await ring('connect')
    expect(result).toBe(-111)
    expect(gaps).toEqual([{ reason: 'io_uring', count: 1 }])
    expect(trace.ofKind('connect')).toMatchObject([{ address: { host: '127.0.0.1', port: 1 }, outcome: 'refused' }])
  })

  test('operations that are no records take nothing from the trace', async () => {
    expect(await ring('nop')).toMatchObject({ result: 0, gaps: [] })
    expect(await ring('openat', ['network'])).toMatchObject({ gaps: [] })
    expect(await ring('connect', ['file'])).toMatchObject({ gaps: [] })
  })
})
