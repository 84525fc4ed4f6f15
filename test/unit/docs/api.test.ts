// SPDX-License-Identifier: MIT
// docs/api.md names what is exported, and pages name each option and each kind of event.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { exportedDeclarations } from '../../../scripts/docs/declarations.ts'
import { readPages } from '../../../scripts/docs/markdown.ts'
import * as matchers from '../../../src/matchers/index.ts'
import { searches } from '../../../src/matchers/searches.ts'
import { eventGroups, eventKinds, groupOfKind } from '../../../src/trace/groups.ts'

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
const api = read('docs/api.md')
const names = (entry: string) => [...new Set(exportedDeclarations(entry).map(({ name }) => name))]

test.each([...new Set([...names('index'), ...names('vitest'), ...names('matchers/index')])])(
  'docs/api.md names %s',
  (name) => {
    if (name in searches || name === 'test' || name === 'it' || name === 'expect') return // by what they are
    expect(api).toMatch(new RegExp(`\`${name}\\b`))
  },
)

test('docs/api.md names nothing that is not exported', () => {
  const all = ['index', 'vitest', 'matchers/index'].flatMap(names)
  const types = [...api.matchAll(/`([A-Z][a-z][A-Za-z]+)(?=[`.(])/g)].map(([, name]) => name as string)
  expect(types.filter((name) => !all.includes(name))).toEqual([])
})

test('README and docs/matchers.md name each matcher', () => {
  const all = Object.keys(matchers.matchers).map((name) => `\`${name}\``)
  for (const page of ['README.md', 'docs/matchers.md']) {
    const text = read(page)
    expect(
      all.filter((name) => !text.includes(name)),
      page,
    ).toEqual([])
  }
})

test('each matcher is exported by itself', () => {
  expect(matchers).toMatchObject(searches)
})

const pages = readPages().filter(({ path }) => path.startsWith('docs/'))
const texts = pages.map(({ path }) => read(path)).join('\n')
const options = exportedDeclarations('index').filter(
  ({ name }) => /(Options|Policy)$/.test(name) && name !== 'SuggestedPolicy',
)

test.each(options)('each key of $name is told', ({ text }) => {
  const keys = [...text.matchAll(/^ {4}(?:readonly )?(\w+)\??:/gm)].map(([, key]) => key)
  expect(keys.filter((key) => !new RegExp(`^\\|[^|]*\`${key}\``, 'm').test(texts))).toEqual([])
})

const classes = [...exportedDeclarations('index'), ...exportedDeclarations('vitest')].filter(({ name }) =>
  ['Trace', 'Session', 'Process', 'TraceInfo', 'SpyscallFixtures'].includes(name),
)

test.each(classes)('each member of $name is told', ({ text }) => {
  const members = [...text.matchAll(/^ {4}(?:static |readonly |get )*([a-z]\w*)[(<?:]/gm)].map(([, member]) => member)
  expect(members.length).toBeGreaterThan(0)
  const told = (member: string | undefined) => new RegExp(`\\b${member}\\b[^|\n]*\\|`).test(texts)
  expect(members.filter((member) => member !== 'constructor' && !told(member))).toEqual([])
})

test('docs/sessions.md tells each kind of event with its group', () => {
  const section = /## Events\n.*?\n## /s.exec(read('docs/sessions.md'))?.[0] ?? ''
  const rows = [...section.matchAll(/^\| `(\w+)` \| ((?:`\w+`(?:, )?)+) \| /gm)]
  const told = rows.flatMap(([, group, kinds = '']) => [...kinds.matchAll(/`(\w+)`/g)].map(([, kind]) => [kind, group]))
  const recorded = eventKinds.filter((kind) => groupOfKind[kind] !== null)
  expect(new Map(told as [string, string][])).toEqual(new Map(recorded.map((kind) => [kind, groupOfKind[kind]])))
})

test('docs/sessions.md tells each group', () => {
  const row = /^\| `events` \|.*$/m.exec(read('docs/sessions.md'))?.[0]
  for (const group of eventGroups) expect(row).toContain(`'${group}'`)
})
