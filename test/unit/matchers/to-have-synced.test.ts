// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import { testLaws } from '../../helpers/laws.ts'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import { failed, projectRoot, TraceBuilder } from '../../helpers/trace-builder.ts'

const at = (name: string) => `${projectRoot}/${name}`

testLaws('toHaveSynced', {
  act: (process) => process.sync(at('db.wal')),
  hit: ['db.wal'],
  miss: ['db.log'],
  group: 'sync',
})

const builder = new TraceBuilder({ groups: ['process', 'sync'] })
const db = builder.root.spawn('/usr/bin/db', ['db'])
db.sync(at('data/db.wal'), 'fdatasync').sync(at('data'), 'fsync', { fileType: 'directory' })
db.sync(at('data/db.shm'), 'msync').sync('/dev/full', 'fsync', failed('EIO')).sync(at('ring'), 'io_uring:fsync')
db.sync({ status: 'absent' }, 'sync')
const trace = builder.ended()

describe('finds', () => {
  test.each(['db.wal', 'data', 'data/*', /shm$/])('%j', (path) => {
    expect(trace).toHaveSynced(path)
  })

  test('by each option', () => {
    expect(trace).toHaveSynced('db.wal', { call: 'fdatasync', by: 'db', times: 1 })
    expect(trace).toHaveSynced('ring', { call: 'fsync' })
    expect(trace).toHaveSynced(undefined, { call: 'sync', times: 1 })
    expect(trace).toHaveSynced('/dev/full', { errno: 'EIO' })
    expect(trace).toHaveSynced(undefined, { call: expect.stringContaining('sync'), times: 5 })
  })
})

describe('misses', () => {
  test('the call', () => {
    expect(messageOf(() => expect(trace).toHaveSynced('db.wal', { call: 'fsync' }))).toMatchInlineSnapshot(`
      "expect(trace).toHaveSynced("db.wal", {call: "fsync"})

      Expected: sync of "db.wal" with call "fsync"
      Found:    none in 9 events of 1 process, 0 lost

      Nearest:
        +3.0ms  db[1001]  sync fdatasync /home/me/project/data/db.wal
            its call is fdatasync
            test → db"
    `)
  })

  test('what puts nothing on the disk, and an fdatasync by a ring', () => {
    const builder = new TraceBuilder({ groups: ['process', 'sync'] })
    const db = builder.root.spawn('/usr/bin/db', ['db'])
    db.sync(at('db.shm'), 'msync', { flags: ['MS_ASYNC'] }).sync(at('other'), 'msync', { flags: ['MS_INVALIDATE'] })
    db.sync(at('db.wal'), 'io_uring:fsync', { flags: ['IORING_FSYNC_DATASYNC'] })
    const trace = builder.ended()
    expect(trace).not.toHaveSynced('db.shm')
    expect(trace).not.toHaveSynced('other', { call: 'msync' })
    expect(messageOf(() => expect(trace).toHaveSynced('db.shm'))).toContain(
      'sync msync /home/me/project/db.shm (MS_ASYNC)\n      without MS_SYNC it puts nothing on the disk',
    )
    expect(trace).toHaveSynced('db.wal', { call: 'fdatasync' })
    expect(trace).not.toHaveSynced('db.wal', { call: 'fsync' })
  })

  test('what failed', () => {
    expect(trace).not.toHaveSynced('/dev/full')
    expect(messageOf(() => expect(trace).toHaveSynced('/dev/full'))).toContain('failed: EIO')
  })

  test('with what was synced instead, and the call that names nothing', () => {
    expect(trace).not.toHaveSynced('/etc/elsewhere')
    expect(messageOf(() => expect(trace).toHaveSynced('/etc/elsewhere'))).toMatchInlineSnapshot(`
      "expect(trace).toHaveSynced("/etc/elsewhere")

      Expected: sync of "/etc/elsewhere"
      Found:    none in 9 events of 1 process, 0 lost

      Synced in the project: data/db.wal, data, data/db.shm, ring
      \`sync\` was called, which puts every file on the disk and names none."
    `)
  })
})

test('.not fails', () => {
  expect(messageOf(() => expect(trace).not.toHaveSynced('data'))).toMatchInlineSnapshot(`
    "expect(trace).not.toHaveSynced("data")

    Expected: no sync of "data"
    Found:    1 in 9 events of 1 process, 0 lost

      +4.0ms  db[1001]  sync fsync /home/me/project/data
          test → db"
  `)
})

test('a path that was not read', () => {
  const unread = new TraceBuilder({ groups: ['process', 'sync'] })
  unread.root.spawn('/usr/bin/db', ['db']).sync({ status: 'unreadable' })
  expect(errorOf(() => expect(unread.ended()).not.toHaveSynced('a'))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
})

test.each<[unknown, unknown, string]>([
  ['a', { call: 'flush' }, "Expected the `call` option to be one of 'fsync', 'fdatasync'"],
  ['a', { call: 'fsnyc' }, "Did you mean 'fsync'?"],
])('wrong expectation: %j %j', (path, options, message) => {
  for (const assertion of [expect(trace), expect(trace).not]) {
    const error = errorOf(() => assertion.toHaveSynced(path as never, options as never))
    expect(error.message).toContain(message)
    expect(error).toMatchObject({ code: 'MISUSE' })
  }
})
