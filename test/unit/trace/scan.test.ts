// SPDX-License-Identifier: MIT
// Events that are alike are judged by one of them: here each is compared with all of its class.
import { expect, test } from 'vitest'
import type { EventKind, TraceEvent } from '../../../src/trace/event.ts'
import { Flag } from '../../../src/trace/record.ts'
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

const kinds: readonly EventKind[] = ['open']

/** Records of every classed kind, with few values for each field, so that many are alike. */
function storm(count: number): Trace {
  const log = new RecordLogBuilder().fork(1).exec(1, '/bin/a').fork(2, 1)
  const draw = numbers(7)
  const one = <T>(...values: T[]): T => values[draw(values.length)] as T
  const path = () => one<string | null>('/x', 'y', '/', null)
  for (let n = 0; n < count; n++) {
    const process = 1 + draw(2)
    const tgid = 100 + process * 100
    const flags = one(0, 0, Flag.created, Flag.disconnected, Flag.blocked, Flag.partial, Flag.chrooted, Flag.deleted)
    const header = { process, tgid, tid: tgid, flags }
    const result = one(0, 3, 7, -2, -13)
    const inode = n % 3
    log.add(
      'open',
      {
        result,
        open_flags: one(0, 1, 2, 0o1101, 0o10000000),
        mode: one(0o600, 0o644),
        file_mode: result < 0 ? 0 : one(0, 0o100644, 0o40755, 0o10600),
        inode,
        dev_major: n % 2,
        nr: one(257, 2),
        dirfd: one(-100, 5),
      },
      [path(), '/base', result < 0 ? null : path()],
      header,
    )
  }
  return log.trace()
}

const trace = storm(5000)

/** What of an event is the same in all of its class. */
function sharedOf(event: TraceEvent): string {
  const { result, ...fields } = event as TraceEvent & { result?: { ok: boolean; errno?: string } }
  const outcome = result === undefined || !result.ok ? result : { ok: true }
  const kept = Object.entries({ ...fields, outcome }).filter(
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
    (judgement, { event, seq, process }) => {
      visited++
      found.push(seq)
      expect(sharedOf(event)).toBe(judgement)
      expect([event.seq, event.process]).toEqual([seq, process])
      return undefined
    },
  )
  const events = trace.ofKind(kind)
  expect(found).toEqual(events.map(({ seq }) => seq))
  expect(visited).toBe(events.length)
  expect(isClassed(kind)).toBe(true)
  expect(judged).toBeLessThan(visited * 0.8)
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
