// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { gapsOf } from '../../../src/trace/gaps.ts'
import type { Lost } from '../../../src/trace/trace-info.ts'

const none = { ioUrings: 0, replaced: 0, submitted: 0, cutMessages: 0, withheld: [] }

const nothing: Lost = {
  ring: 0,
  lifecycle: 0,
  scratch: 0,
  member: 0,
  unreadable: 0,
  truncated: 0,
  socket: 0,
  uring: 0,
  missed: 0,
  spill: 0,
}

test('nothing missing is no gap, and neither is a string that says itself that it could not be read', () => {
  const state = {
    lost: { ...nothing, unreadable: 3, truncated: 2 },
    helperLost: false,
    stuck: false,
    vanished: 0,
    neverRan: false,
  }
  expect(gapsOf(state, none)).toEqual([])
})

for (const reason of ['ring', 'lifecycle', 'scratch', 'member', 'socket', 'missed', 'spill'] as const) {
  test(`${reason} is a gap with its count and a sentence`, () => {
    const [gap, ...others] = gapsOf(
      { lost: { ...nothing, [reason]: 7 }, helperLost: false, stuck: false, vanished: 0, neverRan: false },
      none,
    )
    expect(others).toEqual([])
    expect(gap).toMatchObject({ reason, count: 7 })
    expect(gap?.text).toMatch(/\b7\b.*[.?]$/)
  })
}

test('a lost helper, a stuck record, a session that never ran anything, io_uring, io_submit and a replaced descriptor and rights are gaps', () => {
  const reasons = gapsOf(
    { lost: nothing, helperLost: true, stuck: true, vanished: 3, neverRan: true },
    { ioUrings: 2, replaced: 1, submitted: 4, cutMessages: 1, withheld: ['sudo[1]', 'sh[2]'] },
  ).map(({ reason }) => reason)
  expect(reasons).toEqual(['helper', 'vanished', 'stuck', 'run', 'io_uring', 'aio', 'dns', 'replaced', 'withheld'])
})
