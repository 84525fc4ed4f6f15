// SPDX-License-Identifier: MIT
// This test fails, and should: save-carelessly.js writes once more after its fsync. Run it with `npm run test:careless`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { test as base, expect } from 'spyscall/vitest'
import { onTestFinished } from 'vitest'

const test = base.extend({ sessionOptions: { events: ['process', 'file', 'sync'] } })

test('a saved file survives a power cut', async ({ trace }) => {
  const folder = mkdtempSync(join(tmpdir(), 'durable-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))

  await execa('node', ['save-carelessly.js', join(folder, 'notes.json'), '{}'])

  expect(readFileSync(join(folder, 'notes.json'), 'utf8')).toBe('{}\n') // nothing in what it leaves behind gives it away
  expect(trace).toHaveHappenedInOrder(
    [
      { write: 'notes.json.tmp' },
      { sync: 'notes.json.tmp', call: 'fsync' },
      { rename: ['notes.json.tmp', 'notes.json'] },
      { sync: folder, call: 'fsync' },
    ],
    { strict: true },
  )
})
