// SPDX-License-Identifier: MIT
import { afterEach, expect, test, vi } from 'vitest'
import { installProgress, Progress } from '../../../src/trace/progress.ts'

afterEach(() => {
  vi.useRealTimers()
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
