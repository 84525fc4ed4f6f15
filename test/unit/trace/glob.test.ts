// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { globTest } from '../../../src/trace/glob.ts'

test.each([
  ['a"b*', 'a"b1', true],
  ['a"b*', 'ab1', false],
  ['a|b*', 'a|b1', true],
  ['a|b*', 'a', false],
  ['*{b', 'a{b', true],
  ['*(b', 'a(b', true],
  ['a)??', 'a)bc', true],
  ['a+*', 'a+b', true],
  ['a+*', 'aab', false],
  ['{a,b}+*', 'a+c', true],
  ['{a,b}+*', 'abc', false],
  ['$$*', '$$a', true],
  ['*.{c,h}', 'x.h', true],
  ['{a"b,c}*', 'a"b1', true],
  ['@(a|b)*', 'b1', true],
  ['+(ab)', 'abab', true],
  ['!(a|b)', 'a', false],
  ['[a-c]*', 'c1', true],
  ['[!a]*', 'a1', false],
  ['[[:digit:]]', '7', true],
  ['[]"|]x', '|x', true],
  ['[a', '[a', true],
  ['[id]*', '[id]*', true],
])('%j and %j', (glob, text, matches) => {
  expect(globTest(glob)(text)).toBe(matches)
})

test('every character but those of globs is itself, and a backslash makes one of them so', () => {
  const characters = [...'aZ1.-_+@!"\'|$^&)]},;:<>~#%= `\n\udc80é', '\\[', '\\{', '\\(', '\\*', '\\?', '\\\\']
  for (const one of characters)
    for (const other of characters) {
      const glob = `x${one}${other}*`
      const text = glob.slice(0, -1).replace(/\\(.)/g, '$1')
      const matches = globTest(glob)
      expect([glob, matches(`${text}end`), matches(text.slice(1)), matches(`x${text}`)]).toEqual([
        glob,
        true,
        false,
        false,
      ])
    }
})

test.each([1, 2, 3, 4, 5, 8])('%i backslashes in a name', (count) => {
  const matches = globTest(`*${'\\\\'.repeat(count)}`)
  expect(matches(`a${'\\'.repeat(count)}`)).toBe(true)
  expect(matches(`a${'\\'.repeat(count + 1)}`)).toBe(true)
  expect(matches(`a${'\\'.repeat(count - 1)}`)).toBe(false)
})
