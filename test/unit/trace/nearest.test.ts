// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { closest, editDistance } from '../../../src/trace/nearest.ts'

test('editDistance counts changes of letters, and stops at the limit', () => {
  expect(editDistance('gcc', 'gcc', 3)).toBe(0)
  expect(editDistance('gcc', 'g++', 3)).toBe(2)
  expect(editDistance('form', 'from', 3)).toBe(1)
  expect(editDistance('', 'ab', 3)).toBe(2)
  expect(editDistance('kitten', 'sitting', 3)).toBe(3)
  expect(editDistance('kitten', 'sitting', 2)).toBe(3)
  expect(editDistance('a', 'abcdefgh', 2)).toBe(3)
})

test('closest finds what was meant, or nothing', () => {
  expect(closest('exitcode', ['exitCode', 'errno'])).toBe('exitCode')
  expect(closest('time', ['mode', 'times'])).toBe('times')
  expect(closest('banana', ['mode', 'times'])).toBe(null)
})
