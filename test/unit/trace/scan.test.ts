// SPDX-License-Identifier: MIT
// Events that are alike are judged by one of them: here each is compared with all of its class.
import { expect, test } from 'vitest'
import type { EventKind, TraceEvent } from '../../../src/trace/event.ts'
import { Flag } from '../../../src/trace/record.ts'
import { transfersOf } from '../../../src/trace/sighting.ts'
import type { Trace } from '../../../src/trace/trace.ts'
import { isClassed, varyingFields } from '../../../src/trace/traits.ts'
import { RecordLogBuilder } from '../../helpers/record-log.ts'

/** Numbers that are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % below
  }
}

const changes = [
  'rename',
  'unlink',
  'rmdir',
  'mkdir',
  'link',
  'symlink',
  'mknod',
  'chmod',
  'chown',
  'truncate',
] as const
const probes = ['stat', 'access', 'readlink', 'list'] as const
const kinds: readonly EventKind[] = ['open', 'io', ...changes, 'utimes', 'xattr', ...probes, 'sync']

/** Records of every classed kind, with few values for each field, so that many are alike. */
function storm(count: number): Trace {
  const log = new RecordLogBuilder().fork(1).exec(1, '/bin/a').fork(2, 1)
  const draw = numbers(7)
  const one = <T>(...values: T[]): T => values[draw(values.length)] as T
  const path = () => one<string | null>('/x', 'y', '/', null)
  for (let n = 0; n < count; n++) {
    const process = 1 + draw(2)
    const tgid = 100 + process * 100
    const of = { process, tgid, tid: tgid }
    const result = one(0, 3, 7, -2, -13)
    const inode = n % 3
    const device = { dev_major: n % 2, dev_minor: 1 }
    const file_mode = result < 0 ? 0 : one(0, 0o100644, 0o40755, 0o10600)
    const flags = one(0, 0, Flag.created, Flag.disconnected, Flag.blocked, Flag.partial, Flag.chrooted, Flag.deleted)
    const open_flags = one(0, 1, 2, 0o1101, 0o10000000)
    const opened = { result, open_flags, mode: one(0o600, 0o644), file_mode, inode, ...device, nr: one(257, 2) }
    log.add('open', opened, [path(), '/base', result < 0 ? null : path()], { ...of, flags })
    const chrooted = one(0, Flag.chrooted)
    const operation = 1 + draw(12)
    const change = { result, arguments: one(0, 1, 2, 0o10644, 0o60600, 0xffffffff), operation, nr: one(82, 87) }
    log.add('change', change, [path(), '/base', path(), path(), '/to'], { ...of, flags: chrooted })
    const transfers = {
      read_calls: one(0, 1, 2),
      read_bytes: n,
      write_calls: one(0, 3),
      map_calls: one(0, 1),
      mapped_writable_bytes: one(0, 4096),
    }
    const io = { ...transfers, inode, ...device, file_mode: one(0o100644, 0o60600), fd: n, first_ns: n }
    log.add('io', io, [one('/x', '/y', null)], { ...of, flags: chrooted })
    const probe = { result, operation: 1 + draw(4), nr: one(4, 262), mode: draw(5) }
    log.add('probe', probe, [path(), '/base', path(), path()], { ...of, flags: chrooted })
    const sync = { result, inode, ...device, nr: one(74, 75), file_mode: one(0, 0o100644), fd: n }
    log.add('sync', sync, [one('/x', null)], { ...of, flags: chrooted })
  }
  return log.trace()
}

const trace = storm(4000)

function anyOf({ read, written, mapped, mappedWritable }: any): object {
  return {
    read: read.calls > 0,
    written: written.calls > 0,
    mapped: mapped.calls > 0,
    mappedWritable: mappedWritable > 0,
  }
}

/** What of an event is the same in all of its class. */
function sharedOf(event: TraceEvent): string {
  const { result, ...fields } = event as TraceEvent & { result?: { ok: boolean; errno?: string } }
  const outcome = result === undefined || !result.ok ? result : { ok: true }
  // Of transfers only whether there were any.
  const any = 'read' in fields ? { read: 0, written: 0, mapped: 0, mappedWritable: 0, ...anyOf(fields) } : {}
  const kept = Object.entries({ ...fields, ...any, outcome }).filter(
    ([name]) => !(varyingFields as readonly string[]).includes(name),
  )
  return JSON.stringify(kept)
}

test.each(kinds)('what is judged of one %s is true of all that are alike', (kind) => {
  let judged = 0
  let visited = 0
  const found: number[] = []
  trace.scan(
    [kind],
    (event) => {
      judged++
      return sharedOf(event as unknown as TraceEvent)
    },
    (judgement, { event, seq, process, transfers }) => {
      visited++
      found.push(seq)
      expect(sharedOf(event)).toBe(judgement)
      expect([event.seq, event.process]).toEqual([seq, process])
      expect(transfers).toEqual(event.kind === 'io' ? transfersOf(event) : null)
      return undefined
    },
  )
  const events = trace.ofKind(kind)
  expect(found).toEqual(events.map(({ seq }) => seq))
  expect(visited).toBe(events.length)
  expect(isClassed(kind)).toBe(true)
  expect(judged).toBeLessThan(visited)
})

test('a call that was to be restarted is judged by itself', () => {
  const log = new RecordLogBuilder().fork(1)
  const restarted = { result: -512, nr: 257 }
  for (const tid of [201, 202, 203]) log.add('open', restarted, ['/fifo', '/', null], { tid, flags: Flag.restarted })
  log.add('interrupt', { nr: 257 }, [], { tid: 202 })
  log.add('open', { result: 3, nr: 257, file_mode: 0o10600 }, ['/fifo', null, '/fifo'], { tid: 203 })
  log.exit(1)
  const results: unknown[] = []
  log.trace().scan(
    ['open'],
    (event) => ({ died: event.died, result: event.result }),
    (judgement) => {
      results.push(judgement)
      return undefined
    },
  )
  expect(results).toEqual([
    { died: true, result: { ok: false, errno: null } },
    { died: false, result: { ok: false, errno: 'EINTR' } },
    { died: false, result: { ok: true, value: 3 } },
  ])
})

test('a judgement of null passes its class by, and true ends the search', () => {
  const seen: unknown[] = []
  trace.scan(
    ['open'],
    ({ path }) => (path === '/x' ? path : null),
    (path, { event }) => {
      seen.push(path)
      expect(event.path).toBe('/x')
      return seen.length === 3
    },
  )
  expect(seen).toEqual(['/x', '/x', '/x'])
})

test('several kinds come in one order, and those without classes are judged one by one', () => {
  const log = new RecordLogBuilder()
  for (let child = 1; child < 4; child++) {
    log.fork(child).add('open', { result: 3 }, ['/x', null, '/x'], { process: child })
  }
  let judged = 0
  const order: string[] = []
  log.trace().scan(
    ['open', 'fork'],
    ({ kind }) => {
      judged++
      return kind
    },
    (kind) => {
      order.push(kind)
      return undefined
    },
  )
  expect(order).toEqual(['fork', 'open', 'fork', 'open', 'fork', 'open'])
  expect(judged).toBe(4)
})

test('events are counted without decoding', () => {
  expect(trace.eventCount).toBe(trace.events.length)
})
