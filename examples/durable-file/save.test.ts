// SPDX-License-Identifier: MIT
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

  await execa('node', ['save.js', join(folder, 'notes.json'), '{}'])

  expect(readFileSync(join(folder, 'notes.json'), 'utf8')).toBe('{}')
  expect(trace).toHaveHappenedInOrder(
    [
      { write: 'notes.json.tmp' },
      { sync: 'notes.json.tmp', call: 'fsync' },
      { rename: ['notes.json.tmp', 'notes.json'] },
      { sync: folder, call: 'fsync' },
    ],
    { strict: true }, // nothing is written after the sync
  )
})
