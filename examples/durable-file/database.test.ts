// SPDX-License-Identifier: MIT
// What real SQLite does for a transaction, by its own documentation (https://sqlite.org/atomiccommit.html, https://sqlite.org/wal.html).
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { test as base, expect } from 'spyscall/vitest'
import { beforeEach, onTestFinished } from 'vitest'

const test = base.extend({ sessionOptions: { events: ['process', 'file', 'sync'] } })

let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'durable-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
})

/** A transaction in a database that has its table. */
async function transaction(...pragmas: string[]) {
  await execa('node', ['database.js', join(folder, 'app.db'), ...pragmas])
}

test('a rollback journal is on the disk before the database changes, and goes after it has', async ({ session }) => {
  await transaction('journal_mode = DELETE')
  session.mark('second')
  await transaction('journal_mode = DELETE')

  expect(session).toHaveHappenedInOrder([
    { mark: 'second' },
    { create: 'app.db-journal' },
    { write: 'app.db-journal' },
    { sync: 'app.db-journal' },
    { write: 'app.db' },
    { sync: 'app.db' },
    { delete: 'app.db-journal' },
  ])
  // and not a byte of the database before its journal is safe
  expect(session).not.toHaveHappenedInOrder([{ mark: 'second' }, { write: 'app.db' }, { sync: 'app.db-journal' }])
})

test('a write-ahead log is on the disk before its content goes into the database', async ({ session }) => {
  await transaction('journal_mode = WAL')
  session.mark('second')
  await transaction('journal_mode = WAL')

  expect(session).toHaveHappenedInOrder([
    { mark: 'second' },
    { write: 'app.db-wal' },
    { sync: 'app.db-wal' },
    { write: 'app.db' },
    { sync: 'app.db' },
    { delete: 'app.db-wal' },
  ])
  expect(session).not.toHaveHappenedInOrder([{ mark: 'second' }, { write: 'app.db' }, { sync: 'app.db-wal' }])
})

test('synchronous = OFF leaves all of that to luck', async ({ trace }) => {
  await transaction('journal_mode = DELETE', 'synchronous = OFF')

  expect(trace).toHaveHappenedInOrder([{ write: 'app.db-journal' }, { write: 'app.db' }, { delete: 'app.db-journal' }])
  expect(trace).not.toHaveSynced()
})
