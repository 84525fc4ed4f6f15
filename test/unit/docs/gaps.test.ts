// SPDX-License-Identifier: MIT
// docs/guide.md says of each reason why a trace is incomplete what to do.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { gapsOf } from '../../../src/trace/gaps.ts'

const lost = {
  ring: 1,
  lifecycle: 1,
  scratch: 1,
  member: 1,
  unreadable: 1,
  truncated: 1,
  socket: 1,
  uring: 1,
  missed: 1,
  spill: 1,
}
const state = { lost, helperLost: true, stuck: true, vanished: 1, neverRan: true }
const found = { ioUrings: 1, replaced: 1, submitted: 1, cutMessages: 1, withheld: ['sudo[1]'] }

const guide = readFileSync(new URL('../../../docs/guide.md', import.meta.url), 'utf8')
const table = /The message says \|.*?\n\n/s.exec(guide)?.[0] ?? ''
const phrases = [...table.matchAll(/^\| ([^|]+) \|/gm)].slice(1).flatMap(([, cell = '']) => cell.split(' · '))

test.each(gapsOf(state, found))('$reason: $text', ({ text }) => {
  expect(phrases.filter((phrase) => text.includes(phrase)).length).toBeGreaterThan(0)
})

test('no row is about a reason that there is not', () => {
  const texts = gapsOf(state, found).map(({ text }) => text)
  expect(phrases.filter((phrase) => !texts.some((text) => text.includes(phrase)))).toEqual([])
})
