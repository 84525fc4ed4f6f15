// SPDX-License-Identifier: MIT
// No matcher takes the place of one that a runner has: Vitest has a `toHaveResolved` of its own, say.
import { chai, expect, test } from 'vitest'
import { matchers } from '../../../src/matchers/index.ts'

const names = Object.keys(matchers)

test('of Vitest', () => {
  const own = Object.getOwnPropertyNames(chai.Assertion.prototype)
  expect(own).toContain('toHaveResolved')
  expect(names.filter((name) => own.includes(name))).toEqual([])
})

test('of Jest', async () => {
  const { expect: jestExpect } = await import('expect')
  const registry = (globalThis as Record<symbol, unknown>)[Symbol.for('$$jest-matchers-object')]
  const own = Object.keys((registry as { matchers: object }).matchers)
  expect(jestExpect).toBeDefined()
  expect(own).toContain('toHaveBeenCalled')
  expect(names.filter((name) => own.includes(name))).toEqual([])
})
