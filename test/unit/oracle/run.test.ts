// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { untilHeard } from '../../oracle/run.ts'
import { StraceError, StraceLostError } from '../../oracle/strace-lines.ts'

/** Fails as often as there are errors, then gives how often it was called. */
function failing(...errors: Error[]): () => number {
  let calls = 0
  return () => {
    const error = errors[calls++]
    if (error !== undefined) throw error
    return calls
  }
}

const lost = new StraceLostError('')

test('a run of which strace lost a result is made again, some times at most', () => {
  expect(untilHeard(failing())).toBe(1)
  expect(untilHeard(failing(lost, lost))).toBe(3)
  expect(() => untilHeard(failing(lost, lost, lost, lost, lost))).toThrow(StraceLostError)
})

test('a run that is not understood is not made again', () => {
  expect(() => untilHeard(failing(new StraceError('strange')))).toThrow('strange')
})
