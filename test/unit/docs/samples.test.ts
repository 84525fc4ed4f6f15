// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { parsePage } from '../../../scripts/docs/markdown.ts'
import { checkProblems, shellProblems } from '../../../scripts/samples/check.ts'
import { difference, shown } from '../../../scripts/samples/compare.ts'
import { sortFences } from '../../../scripts/samples/sample.ts'

const sort = (text: string, table = [] as Parameters<typeof sortFences>[1]) =>
  sortFences([parsePage('docs/a.md', `# A\n\n${text}`)], table)

describe('blocks of a page', () => {
  test('TypeScript is run, as it is', () => {
    const { samples, problems } = sort('```ts\nf()\n```\n')
    expect(problems).toEqual([])
    expect(samples).toEqual([
      expect.objectContaining({ kind: 'vitest', at: 'docs/a.md:3', folder: null, shows: null, output: null }),
    ])
  })

  test('a comment says where, and what comes out', () => {
    const { samples, problems } = sort('<!-- sample in=hello fails -->\n```ts\nf()\n```\n\n```\nno\n```\n')
    expect(problems).toEqual([])
    const output = expect.objectContaining({ text: 'no\n' })
    expect(samples).toEqual([expect.objectContaining({ folder: 'test/samples/hello', shows: 'fails', output })])
  })

  test('data is checked', () => {
    expect(sort('```json\n{}\n```\n').checked).toEqual([expect.objectContaining({ kind: 'json' })])
  })

  test.each([
    ['an output of nothing', '```\nno\n```\n', 'the output of nothing'],
    ['shell that is not run', '```sh\nls\n```\n', 'nothing runs it'],
    ['another language', '```py\n1\n```\n', '`py`, and nothing runs it'],
    ['a word that means nothing', '<!-- sample fail -->\n```ts\nf()\n```\n', '`fail` means nothing'],
    ['no output where one is promised', '<!-- sample prints -->\n```ts\nf()\n```\n', 'with what it prints'],
  ])('refuses %s', (_, text, problem) => {
    expect(sort(text).problems).toEqual([expect.stringContaining(problem)])
  })

  test('exempts what the table names, and refuses rows that fit nothing', () => {
    const drawing = { page: 'docs/a.md', starts: ' a ->', reason: 'a drawing' }
    expect(sort('```\n a -> b\n```\n', [drawing])).toEqual({ samples: [], checked: [], problems: [] })
    expect(sort('', [drawing]).problems).toEqual([expect.stringContaining('no block begins with ` a ->`')])
  })
})

describe('outputs', () => {
  const told = 'Found:    1 in 22 events of 2 processes\n\n  +7.0ms  gcc[1002]  open read a.h\n      test → gcc … a.c'

  test('times, pids and counts of events may differ', () => {
    const printed = told.replace('22', '471').replace('7.0ms', '1.25s').replace('1002', '7')
    expect(difference(told, printed)).toBe(null)
  })

  test.each([
    ['another word', 'a.h', 'b.h'],
    ['another program', 'gcc[', 'cc1['],
    ['another number of processes', 'of 2', 'of 3'],
    ['another number of finds', '1 in', '2 in'],
    ['a line more', 'test →', 'x\ntest →'],
    ['a line less', '\n\n', '\n'],
  ])('nothing else may: %s', (_, from, to) => {
    expect(difference(told, told.replace(from, to))).toMatch(/^line \d/)
  })

  test('three dots stand for text in a line, and alone in a line for lines', () => {
    expect(difference('gcc …\n…\nend', 'gcc -c a.c\nx\ny\nend')).toBe(null)
    expect(difference('gcc …\n…\nend', 'gcc -c a.c\nend')).toBe(null)
    expect(difference('gcc …\n…\nend', 'gcc -c a.c\nx')).toMatch(/^line/)
  })

  test('the beginning is not enough', () => {
    expect(difference('a', 'a\nb')).toMatch(/^line 2/)
  })

  test('the folder of the run is shown as a project', () => {
    expect(shown('\u001b[31mopen /x/y/a.c \u001b[0m\n', '/x/y')).toBe('open /home/me/project/a.c\n')
  })
})

describe('commands', () => {
  test.each([
    ['npm run lint'],
    ['sudo -n true'],
    ['A=1 ls -l # lists'],
    ['cp <clone>/a b\nls'],
    ['docker run \\\n  a'],
  ])('%j is one', (text) => {
    expect(shellProblems(text)).toEqual([])
  })

  test.each([
    ['npm run nothing', 'no script `nothing`'],
    ['sudo nothing-at-all', 'no command `nothing-at-all`'],
    ['for', 'syntax error'],
  ])('%j is none', (text, problem) => {
    expect(shellProblems(text)).toEqual([expect.stringContaining(problem)])
  })

  test('those of a CI system are looked at', () => {
    const fence = parsePage('a.md', '# A\n\n```yaml\njobs: { a: { steps: [{ run: nothing-at-all }] } }\n```\n')
      .fences[0]
    expect(checkProblems({ kind: 'yaml', fence: fence as never })).toEqual([expect.stringContaining('no command')])
  })
})
