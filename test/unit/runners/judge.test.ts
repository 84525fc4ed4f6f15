// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { type Claim, judge } from '../../runners/judge.ts'

const signed = ['mine.10', 'mine.11', 'others.12']

function claim(changes: Partial<Claim> = {}): Claim {
  return {
    test: 'a test',
    tags: ['mine'],
    running: false,
    gaps: [],
    processes: [10, 11].map((pid) => ({ pid, argv: ['program', 'mine'] })),
    opened: ['mine.10', 'mine.11'],
    ...changes,
  }
}

test('a trace of just its own processes and files is right', () => {
  expect(judge(signed, [claim()])).toEqual([])
})

test('what is missing is named', () => {
  expect(judge(signed, [claim({ processes: [], opened: [] })])).toEqual([
    'a test: mine.10 is missing',
    'a test: mine.11 is missing',
  ])
  expect(judge(signed, [claim({ opened: ['mine.10'] })])).toEqual(['a test: mine.11 is missing'])
  expect(judge(signed, [claim({ tags: ['mine', 'never'] })])).toEqual([
    'a test: nothing was started with the tag never',
  ])
})

test("what is another's is named", () => {
  const other = { pid: 12, argv: ['program', 'others'] }
  expect(judge(signed, [claim({ processes: [...claim().processes, other] })])).toEqual([
    "a test: process 12 is another's: program others",
  ])
  expect(judge(signed, [claim({ processes: [...claim().processes, { pid: 99, argv: ['git'] }] })])).toEqual([
    "a test: process 99 is another's: git",
  ])
  expect(judge(signed, [claim({ opened: [...claim().opened, 'others.12'] })])).toEqual([
    "a test: another's open of others.12",
  ])
})

test('what is told twice is named', () => {
  expect(judge(signed, [claim({ processes: [...claim().processes, claim().processes[0]!] })])).toEqual([
    'a test: process 10 is in the trace twice',
  ])
  expect(judge(signed, [claim({ opened: [...claim().opened, 'mine.10'] })])).toEqual([
    'a test: the open of mine.10 is in the trace twice',
  ])
})

test('of programs that go on, the beginning is enough, and nothing foreign is let through', () => {
  const begun = { running: true, processes: claim().processes.slice(0, 1), opened: ['mine.10'] }
  expect(judge(signed, [claim(begun)])).toEqual([])
  expect(judge(signed, [claim({ ...begun, opened: [] })])).toEqual(['a test: mine is missing'])
  expect(judge(signed, [claim({ ...begun, opened: ['mine.10', 'others.12'] })])).toEqual([
    "a test: another's open of others.12",
  ])
})

test('an incomplete trace is no proof', () => {
  expect(judge(signed, [claim({ gaps: ['3 records were lost.'] })])).toEqual([
    'a test: the trace is incomplete: 3 records were lost.',
  ])
})
