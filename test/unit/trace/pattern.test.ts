// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { anyOf, baseName, pathPattern, printValue, valuePattern } from '../../../src/trace/pattern.ts'

const match = (pattern: unknown, path: string) => pathPattern(pattern, '/project', 'the path').match(path) === 'yes'

describe('pathPattern', () => {
  test.each([
    ['a.c', '/project/src/a.c', true],
    ['a.c', '/project/src/xa.c', false],
    ['a.c', 'a.c', true],
    ['./a.c', '/project/a.c', true],
    ['./a.c', '/project/src/a.c', false],
    ['src/a.c', '/project/src/a.c', true],
    ['src/a.c', '/other/src/a.c', false],
    ['src/', '/project/src', true],
    ['../x', '/x', true],
    ['/a//b/./c', '/a/b/c', true],
    ['/a/b/c', '/a/x/../b//c', true],
    ['.', '/project', true],
    ['..', '/', true],
    ['/', '/', true],
    ['*.c', '/deep/down/a.c', true],
    ['*.c', '/deep/down/.c', true],
    ['*.c', '/deep/down.c/x', false],
    ['src/*.c', '/project/src/a.c', true],
    ['src/*.c', '/project/src/sub/a.c', false],
    ['src/**/*.c', '/project/src/sub/sub/a.c', true],
    ['src/**', '/project/src/.hidden/a', true],
    ['src/**', '/project/src/sub/new\nline', true],
    ['*', '/new\nline', true],
    ['/tmp/cc??????.s', '/tmp/ccAbCdEf.s', true],
    ['/tmp/{a,b}/*', '/tmp/b/x', true],
    ['../*/x', '/other/x', true],
    ['**/x', '/project/a/x', true],
    ['**/x', '/elsewhere/x', false],
    ['/**/x', '/elsewhere/x', true],
    ['./!src/x', '/project/!src/x', true],
    ['./!src/x', '/project/other', false],
    ['deep/\\{a,b}/*', '/project/deep/{a,b}/x', true],
    ['deep/\\{a,b}/*', '/project/deep/a/x', false],
    ['./\\{/*.c', '/project/{/x.c', true],
    ['app/[id].ts', '/project/app/[id].ts', true],
    ['app/[id].ts', '/project/app/i.ts', true],
    ['a[bc]/[id]/x.ts', '/project/a[bc]/[id]/x.ts', true],
    ['[id].ts', '/project/app/[id].ts', true],
    ['app/[id]/*', '/project/app/[id]/page.ts', true],
    ['app/[id]/*', '/project/app/i/page.ts', true],
    ['app/[id]/*', '/project/app/x/page.ts', false],
    ['app/(a)/[b]/**', '/project/app/(a)/[b]/c/d', true],
    ['*[a].c', '/project/b[a].c', true],
    ['app/\\[id\\].ts', '/project/app/[id].ts', true],
    ['app/\\[id]/*', '/project/app/[id]/page.ts', true],
    ['app/\\[id]/*', '/project/app/i/page.ts', false],
    ['out/\\*', '/project/out/*', true],
    ['out/\\*', '/project/out/\\*', true],
    ['out/\\*', '/project/out/x', false],
    ['\\*.c', '/project/*.c', true],
    ['\\*.c', '/project/a.c', false],
    ['a\\b', '/project/a\\b', true],
    ['(group).ts', '/project/(group).ts', true],
    ['{x}.ts', '/project/{x}.ts', true],
    [/\.c$/, '/project/a.c', true],
    [/^a/, '/project/a.c', false],
    [expect.stringMatching('proj'), '/project/a.c', true],
  ])('%s against %s: %s', (pattern, path, expected) => {
    expect(match(pattern, path)).toBe(expected)
  })

  test('a root with magic characters is no glob', () => {
    const pattern = pathPattern('src/*.c', '/work/[a] (b)', 'the path')
    expect(pattern.match('/work/[a] (b)/src/x.c')).toBe('yes')
    expect(pattern.match('/work/a (b)/src/x.c')).toBe('no')
  })

  test('a global RegExp has no memory, and stays as it was', () => {
    const global = /a/g
    const pattern = pathPattern(global, '/', 'the path')
    expect([pattern.match('/a'), pattern.match('/ab'), pattern.match('/a')]).toEqual(['yes', 'yes', 'yes'])
    expect(global.lastIndex).toBe(0)
  })

  test('an expensive predicate is asked once for each text', () => {
    let asked = 0
    const counting = { asymmetricMatch: () => Boolean(++asked) }
    const pattern = pathPattern(counting, '/', 'the path')
    for (let n = 0; n < 1000; n++) pattern.match(`/file-${n % 7}`)
    expect(asked).toBe(7)
  })

  test('text that was not read matches nothing, and may be anything', () => {
    const truncated = { status: 'truncated', prefix: '/project/a' } as const
    expect(pathPattern('a/b', '/project', 'x').match(truncated)).toBe('unknown')
    expect(pathPattern('b/b', '/project', 'x').match(truncated)).toBe('no')
    expect(pathPattern('b', '/project', 'x').match(truncated)).toBe('unknown')
    expect(pathPattern(/b/, '/project', 'x').match(truncated)).toBe('unknown')
    expect(pathPattern('b', '/project', 'x').match({ status: 'unreadable' })).toBe('unknown')
    expect(pathPattern('b', '/project', 'x').match({ status: 'absent' })).toBe('no')
  })
})

test('valuePattern takes a string as it is', () => {
  expect(valuePattern('*.c', 'x').match('a.c')).toBe('no')
  expect(valuePattern('*.c', 'x').match('*.c')).toBe('yes')
  expect(() => valuePattern(3, '`argv[1]`')).toThrow(
    'Expected `argv[1]` to be a string, a RegExp or an asymmetric matcher, got `3` (number).',
  )
})

test('printValue', () => {
  const values = ['a "b"\n', /\.o$/, ['-c', /x/], { port: 1, host: undefined }, 3n, undefined]
  expect(values.map(printValue)).toEqual(['"a \\"b\\"\\n"', '/\\.o$/', '["-c", /x/]', '{port: 1}', '3n', 'undefined'])
  expect(printValue(expect.arrayContaining(['-c', expect.any(String)]))).toBe('ArrayContaining ["-c", Any<String>]')
  expect(printValue(expect.not.stringContaining('x'))).toBe('StringNotContaining "x"')
  expect(printValue(expect.stringMatching(/x/))).toBe('StringMatching /x/')
  expect(printValue(expect.anything())).toBe('Anything')
  expect(printValue({ asymmetricMatch: () => true })).toBe('an asymmetric matcher')
})

test('anyOf', () => {
  expect(anyOf(['no', 'unknown', 'yes'])).toBe('yes')
  expect(anyOf(['no', 'unknown'])).toBe('unknown')
  expect(anyOf([])).toBe('no')
})

test('baseName', () => {
  expect(['/a/b', '/a/b/', 'b', '/', ''].map(baseName)).toEqual(['b', 'b', 'b', '', ''])
})
