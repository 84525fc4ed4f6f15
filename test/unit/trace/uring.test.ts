// SPDX-License-Identifier: MIT
// Two records that are one event, in orders that a kernel brings about too rarely to be tested with one.
import { expect, test } from 'vitest'
import { Flag } from '../../../src/trace/record.ts'
import { RecordLogBuilder } from '../../helpers/record-log.ts'

const NOP = 0
const FSYNC = 3
const FALLOCATE = 17
const OPENAT = 18
const STATX = 21
const RENAMEAT = 35
const UNLINKAT = 36
const of = { process: 1, tgid: 200, tid: 201, flags: Flag.uring }
const cwd = -100

function log(): RecordLogBuilder {
  return new RecordLogBuilder().fork(1).exec(1, '/bin/a')
}

type Strings = readonly (string | null)[]

function submit(to: RecordLogBuilder, id: number, opcode: number, strings: Strings, fields = {}): RecordLogBuilder {
  const all = [...strings, null, null, null, null, null].slice(0, 5)
  return to.add('uring', { id, opcode, dirfd: cwd, ...fields }, all, of)
}

function end(to: RecordLogBuilder, id: number, result: number, strings: Strings = [], fields = {}): RecordLogBuilder {
  const all = [...strings, null, null, null].slice(0, 3)
  return to.add('uringEnd', { id, result, ...fields }, all, of)
}

test('an operation is one event, at its end', () => {
  const records = submit(log(), 7, OPENAT, ['in/x', '/work'], { arguments: 0o101 })
  submit(records, 8, UNLINKAT, ['/y'])
  end(records, 8, -2)
  end(records, 7, 5, ['/work/in/x'], { inode: 9, file_mode: 0o100644, dev_major: 254, dev_minor: 1 })
  const trace = records.exit(1).trace()
  expect(trace.events.map(({ kind }) => kind)).toEqual(['fork', 'exec', 'unlink', 'open', 'exit'])
  expect(trace.ofKind('open')).toMatchObject([
    {
      call: 'io_uring:openat',
      source: 'io_uring_complete',
      tid: 201,
      asked: 'in/x',
      path: '/work/in/x',
      resolved: 'kernel',
      flags: ['O_WRONLY', 'O_CREAT'],
      result: { ok: true, value: 5 },
      device: '254:1',
      inode: 9n,
    },
  ])
  expect(trace.ofKind('unlink')).toMatchObject([{ call: 'io_uring:unlinkat', path: '/y', result: { errno: 'ENOENT' } }])
  expect(trace.complete).toBe(true)
})

test('an operation that has not ended is none yet', () => {
  const trace = submit(log(), 1, OPENAT, ['/x']).trace()
  expect(trace.ofKind('open')).toEqual([])
  expect(trace.running).toHaveLength(1)
})

test('one under way when its process ends got no answer', () => {
  const trace = submit(log(), 1, OPENAT, ['/x']).exit(1).trace()
  expect(trace.ofKind('open')).toMatchObject([{ path: '/x', result: { ok: false, errno: null }, died: true }])
  expect(trace.complete).toBe(true)
})

test('an end that comes after that of the process takes the place of that', () => {
  const records = submit(log(), 1, OPENAT, ['/x'])
  submit(records, 2, FSYNC, [], { dirfd: 4 }).exit(1)
  end(records, 1, -125)
  end(records, 2, -9)
  const trace = records.trace()
  expect(trace.ofKind('open')).toMatchObject([{ path: '/x', result: { errno: 'ECANCELED' }, died: false }])
  expect(trace.ofKind('sync')).toMatchObject([{ call: 'io_uring:fsync', result: { errno: 'EBADF' } }])
  expect(trace.processes).toHaveLength(2)
  expect(trace.running).toEqual([])
})

test('an end whose submission was lost is nothing: the loss is counted where it happened', () => {
  expect(end(log(), 3, 5, ['/x']).exit(1).trace().ofKind('open')).toEqual([])
})

test('a name is relative to the folder known at either time; with two of them nobody knows', () => {
  const records = log()
  submit(records, 1, RENAMEAT, ['a', null, null, 'b', '/to'])
  end(records, 1, 0, [null, '/late'])
  submit(records, 2, RENAMEAT, ['a', '/early', null, 'b', '/to'])
  end(records, 2, 0, [null, '/late', '/other'])
  expect(records.exit(1).trace().ofKind('rename')).toMatchObject([
    { asked: 'a', path: '/late/a', to: '/to/b' },
    { asked: 'a', path: { status: 'unreadable' }, to: { status: 'unreadable' } },
  ])
})

test('what ends in silence, or with a file that nobody saw, is a gap', () => {
  const records = submit(log(), 1, OPENAT, ['/x'], { silent: 1 })
  submit(records, 2, OPENAT, ['/y'])
  end(records, 2, 4, [], { unseen: 1 })
  expect(records.trace().gaps).toMatchObject([{ reason: 'io_uring', count: 2 }])
  expect(records.trace().ofKind('open')).toMatchObject([{ path: '/y', resolved: 'lexical', result: { value: 4 } }])
})

test('silence that was broken is none', () => {
  const records = submit(log(), 1, OPENAT, ['/x'], { silent: 1 })
  expect(end(records, 1, -2).exit(1).trace().gaps).toEqual([])
})

test('a look is told once', () => {
  const records = log()
  for (const [n, result] of [0, 0, -2, 0].entries()) {
    submit(records, n, STATX, ['/x'])
    end(records, n, result)
  }
  expect(records.exit(1).trace().ofKind('stat')).toMatchObject([
    { result: { ok: true } },
    { result: { errno: 'ENOENT' } },
  ])
})

test('events through a ring are judged by what they have in common, as others are', () => {
  const records = log()
  for (let n = 1; n <= 6; n++) {
    submit(records, n, OPENAT, [n % 2 ? '/x' : '/y'])
    end(records, n, 3 + n, [n % 2 ? '/x' : '/y'], { file_mode: 0o100644 })
  }
  const judged: string[] = []
  let seen = 0
  records.trace().scan(
    ['open'],
    ({ path, call }) => {
      judged.push(`${call} ${path}`)
      return true
    },
    () => {
      seen++
    },
  )
  expect([judged, seen]).toEqual([['io_uring:openat /x', 'io_uring:openat /y'], 6])
})

test('of an operation on an open file the end tells which it was', () => {
  const records = submit(log(), 1, FSYNC, [], { arguments: 1, dirfd: 4 })
  submit(records, 2, FALLOCATE, [], { dirfd: 5 })
  submit(records, 3, FSYNC, [])
  submit(records, 4, FALLOCATE, [])
  end(records, 2, 0)
  end(records, 1, 0, ['/x'], { inode: 9, file_mode: 0o100644, dev_major: 254, dev_minor: 1 })
  end(records, 4, -9)
  const trace = records.exit(1).trace()
  expect(trace.ofKind('sync')).toMatchObject([
    { call: 'io_uring:fsync', path: '/x', fileType: 'file', inode: 9n, device: '254:1', result: { ok: true } },
    { path: { status: 'unreadable' }, fileType: null, inode: 0n, device: '', died: true },
  ])
  expect(trace.ofKind('truncate')).toMatchObject([
    { call: 'io_uring:fallocate', path: { status: 'unreadable' }, result: { ok: true } },
    { path: { status: 'absent' }, result: { errno: 'EBADF' } },
  ])
})

test('a sync tells what was before its submission', () => {
  const records = submit(log(), 1, FSYNC, [], { dirfd: 4 })
  submit(records, 2, UNLINKAT, ['/y'])
  end(records, 2, 0)
  submit(records, 3, FSYNC, [], { dirfd: 4 })
  end(records, 1, 0, ['/x'])
  submit(records, 4, FSYNC, [], { dirfd: 4 })
  end(records, 3, 0, ['/x'])
  const trace = records.exit(1).trace()
  const [unlink] = trace.ofKind('unlink')
  const [first, second, died] = trace.ofKind('sync')
  expect([first?.submitted, second?.submitted, died]).toMatchObject([2, unlink?.seq, { died: true, submitted: 0 }])
})

test('a look is told again by the next program of the process', () => {
  const records = log()
  submit(records, 1, STATX, ['/x'])
  end(records, 1, 0)
  records.exec(1, '/bin/b')
  submit(records, 2, STATX, ['/x'])
  end(records, 2, 0)
  expect(records.exit(1).trace().ofKind('stat')).toHaveLength(2)
})

test('an operation that is told otherwise has no submission', () => {
  const records = submit(log(), 1, NOP, ['/x'])
  expect(() => end(records, 1, 0).trace()).toThrow('operation that there is not')
})
