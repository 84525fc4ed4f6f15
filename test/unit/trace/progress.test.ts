// SPDX-License-Identifier: MIT
import { afterEach, expect, test, vi } from 'vitest'
import { showProgressOnTerminal } from '../../../src/progress.ts'
import { installProgress, Progress } from '../../../src/trace/progress.ts'
import { RecordLogBuilder } from '../../helpers/record-log.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  installProgress(() => {})
})

test('work is shown once it has taken a second, twice a second, and then its end', () => {
  vi.useFakeTimers()
  const shown: string[] = []
  installProgress((what, done) => shown.push(`${what} ${done}`))
  const progress = new Progress('reading')
  for (let step = 0; step < 10; step++) {
    vi.advanceTimersByTime(250)
    progress.at(step, 10)
  }
  progress.end()
  expect(shown).toEqual(['reading 0.3', 'reading 0.5', 'reading 0.7', 'reading 0.9', 'reading 1'])
})

test('work that is done within a second is not shown', () => {
  vi.useFakeTimers()
  const shown: number[] = []
  installProgress((_, done) => shown.push(done))
  const progress = new Progress('reading')
  vi.advanceTimersByTime(900)
  progress.at(1, 2)
  progress.end()
  expect(shown).toEqual([])
})

test('a log whose reading takes over a second says how far it is', () => {
  const builder = new RecordLogBuilder().fork(1).exec(1, '/bin/one')
  for (let n = 0; n < 6_000; n++)
    builder.add('sync', { result: 0, nr: 74, inode: n }, ['x'.repeat(1000)], { process: 1 })
  const { trace, grow } = builder.exit(1).growing(1)
  const shown: [string, number][] = []
  installProgress((what, done) => shown.push([what, done]))
  expect(trace.eventCount).toBeGreaterThan(0)
  expect(shown).toEqual([])
  let now = performance.now()
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 400))
  grow()
  expect(trace.eventCount).toBeGreaterThan(6_000)
  expect(new Set(shown.map(([what]) => what))).toEqual(new Set(['reading what was recorded']))
  expect(shown.length).toBeGreaterThan(1)
  expect(shown.at(-1)?.[1]).toBe(1)
})

test.each([
  [true, ['\rspyscall: reading, 25 %\u001b[K', '\rspyscall: reading, 75 %\u001b[K', '\r\u001b[K']],
  [false, ['spyscall: reading, 25 %\n']],
])('a terminal (%s) gets one line that goes away, a log file one that stays', (isTTY, expected) => {
  vi.useFakeTimers()
  const written: unknown[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(text) > 0)
  const before = Object.getOwnPropertyDescriptor(process.stderr, 'isTTY')
  Object.defineProperty(process.stderr, 'isTTY', { value: isTTY, configurable: true })
  showProgressOnTerminal()
  const progress = new Progress('reading')
  for (const step of [1, 3]) {
    vi.advanceTimersByTime(1000)
    progress.at(step, 4)
  }
  progress.end()
  if (before === undefined) Reflect.deleteProperty(process.stderr, 'isTTY')
  else Object.defineProperty(process.stderr, 'isTTY', before)
  expect(written).toEqual(expected)
})
