// SPDX-License-Identifier: MIT
// Events that are alike are judged by one of them: here each is compared with all of its class.
import { expect, test } from 'vitest'
import type { EventKind, TraceEvent } from '../../../src/trace/event.ts'
import { changeKinds, probeKinds } from '../../../src/trace/kinds.ts'
import { Flag, Offset } from '../../../src/trace/record.ts'
import { type Transfers, transfersOf } from '../../../src/trace/sighting.ts'
import type { Trace } from '../../../src/trace/trace.ts'
import { isClassed, varyingFields } from '../../../src/trace/traits.ts'
import { RecordLogBuilder } from '../../helpers/record-log.ts'

/** Numbers that are the same in every run, and of which one says nothing of the next (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const sockets = ['connect', 'send', 'socket', 'bind', 'listen', 'accept'] as const
const others = ['sync', 'signal', 'namespace', 'syscall'] as const
const kinds: readonly EventKind[] = ['open', 'io', ...changeKinds, ...probeKinds, ...sockets, ...others]

/** Calls on sockets, among them connections that one record tells, and others that two and three do, in any order. */
function addSocketCalls(log: RecordLogBuilder, n: number, draw: (below: number) => number, of: object): void {
  const one = <T>(...values: T[]): T => values[draw(values.length)] as T
  const result = one(0, 3, -11, -111, -115)
  const [type, protocol] = one([1, 6], [2, 17], [1, 0])
  const end = () => ({ family: one(0, 2, 10, 1, 16), port: one(80, 443), last: draw(2) })
  const socket = { result, fd: n, type, protocol }
  const add = (kind: 'send' | 'bind' | 'listen' | 'accept' | 'connect', fields: object, ends: readonly number[]) => {
    const names = kind === 'accept' ? 4 : kind === 'bind' ? 4 : kind === 'connect' ? 3 : 2
    const strings = Array.from({ length: names }, () => one('/run/s', null))
    log.add(kind, { ...fields }, strings, { ...of })
    for (const at of ends) log.address(at, end())
  }
  add('send', { ...socket, nr: one(44, 46), index: draw(4) }, [Offset.send.asked])
  log.add('socket', { result, family: one(2, 16), type, protocol, inode: n, flags: n, nr: one(41, 53) }, [], { ...of })
  add('bind', { ...socket, inode: n, nr: 49 }, [Offset.bind.asked, Offset.bind.settled])
  add('listen', { ...socket, inode: n, nr: 50, backlog: one(5, 128) }, [Offset.listen.local])
  add('accept', { ...socket, inode: n, nr: one(43, 288) }, [Offset.accept.peer, Offset.accept.local])
  const way = draw(5)
  const cookie = way === 0 ? 0 : n + 1
  const tcp = { fd: n, type: 1, protocol: 6, nr: 42, cookie }
  const connect = (returned: 0 | 1) => {
    const told = returned === 0 ? { result: 0, state: 0 } : { result: one(0, -115), state: one(1, 2) }
    log.add('connect', { ...tcp, ...told, returned }, [null, null, null], { ...of })
    log
      .address(Offset.connect.asked, { family: one(2, 0xffff) })
      .address(Offset.connect.settled, { port: one(80, 443) })
  }
  const finish = () => log.add('connectEnd', { cookie, error: one(0, 111, 0xffffffff) })
  if (way > 0) connect(0)
  if (way === 4) finish()
  if (way !== 1) connect(1)
  if (way === 3) finish()
  if (draw(2) === 0) add('connect', { ...tcp, cookie: 0, returned: 1, type, protocol, result }, [Offset.connect.asked])
}

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
    addSocketCalls(log, n, draw, { ...of, flags: one(0, 0, Flag.blocked, Flag.partial) })
    const target = one({ target_process: 1, target_tgid: 200 }, { target_tgid: 100 }, { target_tgid: 77 })
    const signal = { ...target, result: one(0, 0, -3), signal: one(9, 10), nr: one(-1, 62), target_tid: one(200, 201) }
    const sender = one(of, { process: 0, tgid: 77, tid: n }, { process: 0, tgid: 100, tid: 100 })
    log.add('signal', { ...signal, code: one(0, -6), to_group: draw(2), delivery: draw(4) }, [one('a', 'b')], sender)
    const child = one({}, {}, { child_process: 2, child_tgid: 300 })
    const levels = { user_level: draw(2), user_owner: one(0, 1000) }
    log.add('namespace', { result, flags: one(0x20000, 0x10000000), ids: n, ...levels, nr: 272, ...child }, [], of)
    const call = { result: one(n, -2, -5000), arguments: n, duration_ns: n, nr: one(39, 102), endless: draw(2) }
    log.add('syscall', call, [], of)
  }
  return log.trace({ syscalls: 'all' })
}

const trace = storm(3000)

function numbersOf({
  readCalls,
  readBytes,
  writeCalls,
  writtenBytes,
  mapCalls,
  mappedWritable,
}: Transfers): Record<string, number> {
  return { readCalls, readBytes, writeCalls, writtenBytes, mapCalls, mappedWritable }
}

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
  const { result, ...fields } = event as TraceEvent & { result?: { ok: boolean; errno?: string }; to?: unknown }
  const ended = result === undefined || !result.ok ? result : { ok: true }
  // Of transfers only whether there were any.
  const any = 'read' in fields ? { read: 0, written: 0, mapped: 0, mappedWritable: 0, ...anyOf(fields) } : {}
  // Of a sender only whether there is one.
  const sender = 'sender' in fields ? { sender: fields.sender !== null } : {}
  const to = event.kind === 'signal' ? { to: event.to?.pid ?? null } : {}
  const kept = Object.entries({ ...fields, ...any, ...sender, ...to, ended }).filter(
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
      if (event.kind === 'io') expect(transfers).toMatchObject(transfersOf(event))
      else expect(transfers).toBeNull()
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

test('what was added up is the same by class as by event', () => {
  const sums = new Map<unknown, Record<string, number>>()
  trace.scan(
    ['io'],
    (event) => event,
    (shared, { transfers }) => {
      const sum = sums.get(shared) ?? { events: 0 }
      sums.set(shared, sum)
      sum['events']! += 1
      for (const [name, value] of Object.entries(numbersOf(transfers!))) sum[name] = (sum[name] ?? 0) + value
      return undefined
    },
  )
  const totals = [...trace.transferTotals()]
  expect(totals.map(({ total }) => total)).toMatchObject([...sums.values()])
  expect(totals.map(({ event }) => sharedOf(event as TraceEvent))).toEqual(
    [...sums.keys()].map((event) => sharedOf(event as TraceEvent)),
  )
})
