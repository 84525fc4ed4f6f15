// SPDX-License-Identifier: MIT
// docs/cases.md names tests that there are, and limits that are told.
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../..')
const rows = [
  ...readFileSync(resolve(root, 'docs/cases.md'), 'utf8').matchAll(/^\| ([A-Z]-?\w+) \| [^|]+ \| ([^|]+) \|$/gm),
]
const limits = readFileSync(resolve(root, 'docs/limits.md'), 'utf8')

test('every row is there once', () => {
  const names = rows.map(([, name]) => name as string)
  expect(new Set(names).size).toBe(names.length)
  const counted = (letter: string, count: number) => Array.from({ length: count }, (_, n) => `${letter}${n + 1}`)
  const letters = [...'abcdefghijklmno'].map((letter) => `E-${letter}`)
  const all = [...counted('P', 18), ...letters, ...counted('F', 21), ...counted('N', 15), ...counted('S', 11)]
  expect(names).toEqual(
    expect.arrayContaining([
      ...all,
      ...counted('L', 10),
      ...counted('T', 9),
      ...counted('B', 8),
      ...counted('O', 4),
      'X1',
    ]),
  )
})

test.each(rows.map(([, name = '', where = '']) => ({ name, where })))('$name: $where', ({ where }) => {
  const [, place = '', what = ''] = /^([^:]+): ?(.*)$/.exec(where) ?? []
  expect(what).not.toBe('')
  if (place === 'limit') return expect(limits).toContain(what)
  const file = resolve(root, existsSync(resolve(root, place)) ? place : `${place}.test.ts`)
  expect(readFileSync(file, 'utf8')).toContain(what)
})
