// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { knownDifferences } from '../../oracle/known-differences.ts'
import { racyOpens, randomNames, timedFiles } from '../../oracle/normalise.ts'

const limits = readFileSync(resolve(import.meta.dirname, '../../../docs/limits.md'), 'utf8')

test.each([...knownDifferences, ...randomNames, ...timedFiles].map(({ name }) => name))(
  'docs/limits.md names what is not compared: %s',
  (name) => {
    expect(limits).toContain(`\`${name}\``)
  },
)

test.each(racyOpens.map(({ path }) => path))('docs/limits.md names what threads open by chance: %s', (path) => {
  expect(limits).toContain(`\`${path}\``)
})
