// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { type Entry, PathIndex } from '../../../../src/trace/hermetic/entry.ts'
import { escapeGlob, readNameGlob, readPathGlob, spellGlob, spellName } from '../../../../src/trace/hermetic/glob.ts'

const root = '/project'
const follow = (path: string) => path

function matches(glob: string, path: string, projectRoot = root): boolean {
  const index = new PathIndex()
  const entry: Entry = { key: 'inputs', printed: '', used: false }
  index.add(entry, glob, projectRoot, 'the path', follow)
  return index.match(path).includes(entry)
}

const oddNames = [
  '[id].ts',
  '*',
  '**',
  '{x}',
  '!x',
  '~',
  '~me',
  'a?b',
  'back\\slash',
  '(x)',
  '+(x)',
  '@x',
  'c:d',
  'file:x',
  "it's",
  ' ',
  '\n',
  '\udc80',
  '…',
  'a{b',
  '[',
]

describe('paths of a policy', () => {
  test.each<[string, string, boolean]>([
    ['a.c', '/project/a.c', true],
    ['a.c', '/project/src/a.c', false],
    ['.', '/project', true],
    ['.', '/project/a', false],
    ['../x', '/x', true],
    ['/a/./b/../c', '/a/c', true],
    ['src', '/project/src', true],
    ['src', '/project/src/a', false],
    ['src/**', '/project/src', true],
    ['src/**', '/project/src/.a/b', true],
    ['src/**', '/project/srcs', false],
    ['**', '/project', true],
    ['/**', '/', true],
    ['/**', '/x/y', true],
    ['*', '/project/.rc', true],
    ['*', '/project/src/a', false],
    ['*', '/project', false],
    ['/*', '/x', true],
    ['src/*.{c,h}', '/project/src/a.h', true],
    ['**/a', '/project/x/y/a', true],
    ['**/a', '/project/a', true],
    ['app/[id].ts', '/project/app/[id].ts', true],
    ['app/[id].ts', '/project/app/d.ts', true],
    ['app/\\[id].ts', '/project/app/d.ts', false],
    ['app/\\[id].ts', '/project/app/[id].ts', true],
    ['a\\*/*.c', '/project/a*/x.c', true],
    ['a\\*/*.c', '/project/ab/x.c', false],
    ['{a,b}/x', '/project/b/x', true],
    ['{a/b,c}/x', '/project/a/b/x', true],
    ['/tmp/cc??????.*', '/tmp/ccAbCdEf.cdtor.o', true],
    ['src/**/x', '/project/src/a\nb/x', true],
  ])('%j and %j', (glob, path, expected) => {
    expect(matches(glob, path)).toBe(expected)
  })

  test('in a project that is the root', () => {
    expect(matches('etc/*', '/etc/x', '/')).toBe(true)
    expect(matches('.', '/', '/')).toBe(true)
  })

  test.each(oddNames)('a name is spelled so that it is itself, and no other: %j', (name) => {
    for (const path of [`/project/${name}`, `/project/${name}/x`, `/elsewhere/${name}`]) {
      const spelled = spellGlob(escapeGlob(path), root)
      expect(readPathGlob(spelled, root, 'the path')).toMatchObject({ base: path, shape: 'path' })
    }
    const { literal, test: matchesOthers } = readNameGlob(spellName(name))
    expect(literal).toBe(name)
    expect(matchesOthers?.('other') ?? false).toBe(false)
  })

  test('folders on the way', () => {
    const index = new PathIndex()
    const entry: Entry = { key: 'inputs', printed: '', used: false }
    index.add(entry, 'src/deep/*.c', root, 'the path', follow)
    for (const path of ['/', '/project', '/project/src', '/project/src/deep'])
      expect(index.onTheWay(path)).toEqual([entry])
    for (const path of ['/project/src/deep/a.c', '/project/other', '/home']) expect(index.onTheWay(path)).toEqual([])
  })

  test('what is outside of a tree', () => {
    const index = new PathIndex()
    const entry: Entry = { key: 'toolchain', printed: '', used: false }
    index.add(entry, '/usr/**', root, 'the path', follow, '/usr/src/app')
    expect(index.match('/usr/src/application')).toEqual([entry])
    expect(index.match('/usr')).toEqual([entry])
    for (const path of ['/usr/src/app', '/usr/src/app/x']) expect(index.match(path)).toEqual([])
  })
})
