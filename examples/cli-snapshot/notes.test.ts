// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'spyscall/vitest'
import { onTestFinished } from 'vitest'

test('notes', async ({ trace }) => {
  const folder = mkdtempSync(join(tmpdir(), 'notes-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))

  await execa('./notes.sh', ['add', 'Buy', 'milk'], { env: { NOTES: folder } })
  await execa('./notes.sh', ['list'], { env: { NOTES: folder } })

  // Change what notes.sh does, run `npm test`, and see the difference; `npm test -- -u` accepts it.
  expect(trace).toMatchTraceSnapshot()
})
