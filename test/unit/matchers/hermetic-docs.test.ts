// SPDX-License-Identifier: MIT
// docs/hermetic.md names what a policy means without naming it.
import { readFileSync } from 'node:fs'
import { delegateNames, hermeticIgnore, toolchainPaths } from 'spyscall'
import { expect, test } from 'vitest'
import { policyKeys } from '../../../src/trace/hermetic/policy.ts'

const guide = readFileSync(new URL('../../../docs/hermetic.md', import.meta.url), 'utf8')

test('every daemon that is known', () => {
  const paragraph = /Known are, .*?\(`delegateNames`\)/s.exec(guide)?.[0] ?? ''
  const named = [...paragraph.matchAll(/`([a-z0-9-]+)`/g)].map(([, name]) => name)
  expect(named.toSorted()).toEqual(delegateNames.toSorted())
})

test('every path of the toolchain', () => {
  const paragraph = /`toolchainPaths`\): (.*?);/s.exec(guide)?.[1] ?? ''
  const named = [...paragraph.matchAll(/`([^`]+)`/g)].map(([, path]) => path)
  expect(named).toEqual(toolchainPaths.map((path) => path.replace(/\/\*\*$/, '')))
})

test('every part of the paths that do not count', () => {
  const parts = hermeticIgnore.flatMap((path) => path.split(/[/{},]/)).filter((part) => /^[a-z_]+$/.test(part))
  for (const part of parts) if (!['thread', 'stdout', 'stderr'].includes(part)) expect(guide).toContain(part)
})

test('every part of a policy', () => {
  const rows = [...guide.matchAll(/^\| `([a-z]+)` \| /gm)].map(([, key]) => key)
  expect(rows).toEqual([...policyKeys])
})
