// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { describe as describeValue, misuse } from '../../../src/trace/misuse.ts'

test('a value and its type', () => {
  class Session {}
  const values = [
    null,
    undefined,
    'a\n',
    5000,
    3n,
    true,
    Symbol('x'),
    () => 1,
    [1, 2],
    /x/,
    new Session(),
    {},
    Object.create(null),
  ]
  expect(values.map(describeValue)).toEqual([
    '`null`',
    '`undefined`',
    '`"a\\n"` (string)',
    '`5000` (number)',
    '`3` (bigint)',
    '`true` (boolean)',
    '`Symbol(x)` (symbol)',
    'a function',
    'an array of 2',
    '`/x/` (RegExp)',
    'an object (Session)',
    'a plain object',
    'a plain object',
  ])
})

test('expected, got, remedy', () => {
  const error = misuse('the `times` option to be an integer', 'x', 'Count again.')
  expect(error.message).toBe('Expected the `times` option to be an integer, got `"x"` (string). Count again.')
  expect(error).toMatchObject({ name: 'MisuseError', code: 'MISUSE' })
})
