// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { escapeText, quoteArgument } from '../../../src/trace/escape.ts'
import { fitSnapshot, hasPatterns } from '../../../src/trace/snapshot-pattern.ts'
import { errorOf } from '../../helpers/message-of.ts'

const text = (...lines: string[]) => lines.join('\n')

describe('a snapshot with patterns', () => {
  const stored = text('$ make -> exit <*>', '  $ gcc -c <*>.c -> exit 0', '    <...>', '  $ ld -> exit 0')

  test('equals what it matches', () => {
    for (const received of [
      text('$ make -> exit 0', '  $ gcc -c a.c -> exit 0', '  $ ld -> exit 0'),
      text(
        '$ make -> exit 2',
        '  $ gcc -c .c -> exit 0',
        '    creates a.o',
        '    $ as -> exit 0',
        '      x',
        '  $ ld -> exit 0',
      ),
    ])
      expect(fitSnapshot(stored, received, 'sorted')).toBe(stored)
  })

  test('differs where it does not match, and keeps the patterns that hold', () => {
    const received = text('$ make -> exit 0', '  $ gcc -c a.c -> exit 0', '    creates a.o', '  $ rm x -> exit 0')
    const fitted = text('$ make -> exit <*>', '  $ gcc -c <*>.c -> exit 0', '    <...>', '  $ rm x -> exit 0')
    expect(fitSnapshot(stored, received, 'sorted')).toBe(fitted)
    expect(fitSnapshot(fitted, received, 'sorted')).toBe(fitted)
  })

  test('does not take in what is not beside it', () => {
    const received = text('$ make -> exit 0', '  $ gcc -c a.c -> exit 0', '  $ ld -> exit 0', '    deletes x', '$ rm')
    expect(fitSnapshot(stored, received, 'sorted')).toBe(
      text(
        '$ make -> exit <*>',
        '  $ gcc -c <*>.c -> exit 0',
        '    <...>',
        '  $ ld -> exit 0',
        '    deletes x',
        '$ rm',
      ),
    )
  })

  test('loses the patterns of a process that is gone', () => {
    const received = text('$ make -> exit 0', '  $ ld -> exit 0')
    expect(fitSnapshot(stored, received, 'sorted')).toBe(text('$ make -> exit <*>', '  $ ld -> exit 0'))
  })
})

test('a process that was told to do something else keeps the patterns below it', () => {
  const stored = text('$ make -j4', '  $ cc <*>', '    <...>', '  $ ld')
  for (const order of ['sorted', 'recorded'] as const) {
    const received = text('$ make all', '  $ cc a.c', '    creates a.o', '  $ ld')
    expect(fitSnapshot(stored, received, order)).toBe(text('$ make all', '  $ cc <*>', '    <...>', '  $ ld'))
    const other = text('$ ninja all', '  $ cc a.c', '    creates a.o', '  $ ld')
    expect(fitSnapshot(stored, other, order)).toBe(other)
  }
})

test('sorted lines have no order: a pattern may stand where the order is decided', () => {
  const stored = text('$ job <*> a', '  creates a', '$ job <*> b', '  creates b', '$ job <*> b', '  creates c')
  const received = text('$ job 1 b', '  creates c', '$ job 2 b', '  creates b', '$ job 3 a', '  creates a')
  expect(fitSnapshot(stored, received, 'sorted')).toBe(stored)
  expect(fitSnapshot(stored, received, 'recorded')).not.toBe(stored)
})

test('a match is found though another line would take it first', () => {
  const stored = text('$ <*>', '$ a')
  expect(fitSnapshot(stored, text('$ a', '$ b'), 'sorted')).toBe(stored)
  expect(fitSnapshot(text('$ <*>', '$ <*>'), text('$ a'), 'sorted')).toBe('$ <*>')
})

test('recorded lines have one', () => {
  const stored = text('$ a', '<...>', '$ <*>d')
  expect(fitSnapshot(stored, text('$ a', '$ b', '  x', '$ c', '$ d'), 'recorded')).toBe(stored)
  expect(fitSnapshot(stored, text('$ a', '$ d'), 'recorded')).toBe(stored)
  expect(fitSnapshot(stored, text('$ b', '$ a', '$ d'), 'recorded')).toBe(text('$ b', '$ a', '<...>', '$ <*>d'))
  expect(fitSnapshot(stored, text('$ a', '$ d', '$ e'), 'recorded')).toBe(text('$ a', '<...>', '$ <*>d', '$ e'))
  expect(fitSnapshot(stored, text('$ a', '  creates x', '$ d'), 'recorded')).toBe(
    text('$ a', '  creates x', '<...>', '$ <*>d'),
  )
})

test('programs that replace one another are one process', () => {
  const stored = text('$ sh -c <*>', '⇒ ls -> exit 0', '  creates x')
  expect(fitSnapshot(stored, text("$ sh -c 'exec ls'", '⇒ ls -> exit 0', '  creates x'), 'sorted')).toBe(stored)
  const other = text('$ sh -c y -> exit 0', '  creates x')
  expect(fitSnapshot(stored, other, 'sorted')).toBe(text('$ sh -c <*>', '  creates x'))
})

describe('names with numbers', () => {
  test('count by their use, so that lines which a pattern takes in may have some', () => {
    const stored = text('$ cc', '  <...>', '$ ld <tmp:1>.o <tmp:2>.o', '  deletes <tmp:2>.o')
    const received = text('$ cc', '  creates <tmp:1>.s', '$ ld <tmp:2>.o <tmp:3>.o', '  deletes <tmp:3>.o')
    expect(fitSnapshot(stored, received, 'sorted')).toBe(stored)
  })

  test('are the same where the stored ones are, and no others', () => {
    const stored = text('<...>', '$ a <tmp:1> <tmp:1>', '$ b <tmp:2> <tmp:1>')
    for (const other of [
      text('$ a <tmp:1> <tmp:2>', '$ b <tmp:3> <tmp:1>'),
      text('$ a <tmp:1> <tmp:1>', '$ b <tmp:1> <tmp:1>'),
      text('$ a <tmp:1> <tmp:1>', '$ b <tmp:2> <tmp:3>'),
    ])
      expect(fitSnapshot(stored, other, 'sorted')).not.toBe(stored)
    const renamed = text('$ a <tmp:7> <tmp:7>', '$ b <tmp:1> <tmp:7>', '$ c <tmp:2>')
    expect(fitSnapshot(stored, renamed, 'sorted')).toBe(stored)
  })

  test('of what does not match are free ones', () => {
    const stored = text('$ <*>', '  creates <tmp:1>', '  writes <tmp:2>')
    const received = text('$ x', '  creates <tmp:2>', '  deletes <tmp:1>', '  writes <tmp:3>')
    expect(fitSnapshot(stored, received, 'sorted')).toBe(
      text('$ <*>', '  creates <tmp:1>', '  deletes <tmp:3>', '  writes <tmp:2>'),
    )
  })

  test('may be any', () => {
    const stored = text('$ a <tmp:<*>>')
    expect(fitSnapshot(stored, '$ a <tmp:12>', 'sorted')).toBe(stored)
    expect(fitSnapshot(stored, '$ a <tmp:12>.c', 'sorted')).toBe('$ a <tmp:1>.c')
  })
})

test('the spelling of the stored one stays, indentation and all', () => {
  const stored = text('', '$ make <*>', '', '     $ ld', '')
  expect(fitSnapshot(stored, text('$ make all', '  $ ld'), 'sorted')).toBe(stored)
})

test('what a pattern is made of is literal', () => {
  const stored = '$ a (b) [c] $d ^e.f <*>'
  expect(fitSnapshot(stored, '$ a (b) [c] $d ^e.f x', 'sorted')).toBe(stored)
  expect(fitSnapshot(stored, '$ a (b) [c] $d ^eXf x', 'sorted')).not.toBe(stored)
})

test('no name of a program or file is a pattern', () => {
  for (const name of ['<*>', 'a<...>b', '<<*>>']) {
    expect(hasPatterns(escapeText(name))).toBe(false)
    expect(hasPatterns(quoteArgument(name))).toBe(false)
  }
  const spellings = ['<*>', '\\x3c*>', '<...>', '\\x3c...>', '<'].map(quoteArgument)
  expect(new Set(spellings).size).toBe(spellings.length)
  expect(spellings.slice(0, 2)).toEqual(["$'\\x3c*>'", "'\\x3c*>'"])
})

test('patterns that cannot be meant are refused', () => {
  expect(errorOf(() => fitSnapshot('$ gcc <...>', '$ gcc', 'sorted'))).toMatchObject({
    code: 'MISUSE',
    message: expect.stringContaining('for a part of a line write `<*>`. Got `$ gcc <...>`'),
  })
  expect(errorOf(() => fitSnapshot(text('<...>', '  creates x'), '$ gcc', 'sorted')).message).toContain(
    'Got `creates x`',
  )
})

test('a thousand siblings in another order', () => {
  const names = Array.from({ length: 1000 }, (_, n) => `n${(n * 7919) % 1000}`)
  const stored = names.map((name, n) => `$ job <*> ${name}${n % 2 === 0 ? '' : ' -> exit 0'}`).sort()
  const received = names.map((name, n) => `$ job ${n} ${name}${n % 2 === 0 ? '' : ' -> exit 0'}`).sort()
  const started = performance.now()
  expect(fitSnapshot(stored.join('\n'), received.join('\n'), 'sorted')).toBe(stored.join('\n'))
  expect(performance.now() - started).toBeLessThan(20_000)
})
