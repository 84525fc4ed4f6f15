// SPDX-License-Identifier: MIT
// A log that is read by what other threads find of its chunks gives the trace that it gives otherwise.
import { expect, test } from 'vitest'
import { prescan } from '../../../src/trace/prescan.ts'
import type { Trace } from '../../../src/trace/trace.ts'
import { RecordLogBuilder } from '../../helpers/record-log.ts'

function log(): RecordLogBuilder {
  const builder = new RecordLogBuilder().fork(1).exec(1, '/bin/one').fork(2, 1).exec(2, '/bin/two')
  for (let n = 0; n < 12_000; n++) {
    const header = { process: 1 + (n % 2), tgid: n % 2 ? 300 : 200, tid: n % 2 ? 300 : 200 }
    const path = `/file/${'x'.repeat(1000)}${n % 700}`
    if (n % 11 === 0) {
      const connect = { cookie: n + 1, type: 1, protocol: 6, nr: 42 }
      builder.add('connect', { ...connect, returned: 0 }, [null, null, null], header)
      builder.add('connect', { ...connect, returned: 1, result: -115 }, [null, null, null], header)
      builder.add('connectEnd', { cookie: n + 1, error: n % 3 === 0 ? 0 : 111 }, [], header)
      builder.add('signal', { signal: 10 + (n % 2), nr: 62, target_process: 1, target_tgid: 200 }, ['x'], header)
    }
    if (n % 5 === 0) builder.add('sync', { result: 0, nr: 74, inode: n }, [path], header)
    else if (n % 7 === 0)
      builder.add('change', { result: 0, operation: 2, nr: 87 }, [path, null, null, null, null], header)
    else builder.add('open', { result: n % 3 === 0 ? -2 : 3, nr: 257, file_mode: 0x8000 }, [path, null, path], header)
    if (n % 4000 === 3999) builder.add('mark', { number: n }, [], { tgid: 100, tid: 100 })
  }
  return builder.exit(2).exit(1)
}

/** All that a few questions to a trace can tell apart, without a million objects. */
function facts(trace: Trace) {
  const sums = new Map<string, number>()
  for (const event of trace.events) {
    const key = [
      event.kind,
      event.process.pid,
      'path' in event ? event.path : '',
      'result' in event && event.result.ok,
      'outcome' in event && event.outcome,
      'signal' in event && event.signal,
    ].join(' ')
    sums.set(key, (sums.get(key) ?? 0) * 31 + event.seq)
  }
  const classes = new Map<string, number>()
  trace.scan(
    ['connect', 'signal'],
    (event) => (event.kind === 'signal' ? event.signal : event.outcome),
    (what) => {
      classes.set(what, (classes.get(what) ?? 0) + 1)
      return undefined
    },
  )
  return { sums, classes, count: trace.eventCount, running: trace.running.length }
}

test('chunks that were scanned elsewhere, some of them not, and one that somebody looked at meanwhile', async () => {
  const expected = facts(log().trace())
  expect(expected.count).toBeGreaterThan(12_000)
  expect([...expected.classes.keys()]).toEqual(['established', 'SIGUSR1', 'refused', 'SIGSEGV'])
  const { trace, chunks, grow } = log().growing(1)
  expect(chunks.length).toBeGreaterThan(3)
  grow()
  const unread = trace.unreadChunks
  expect(unread).toBe(chunks.length - 2)
  const asked: number[] = []
  await trace.readAhead(2, async (chunk) => {
    asked.push(chunk)
    return chunk === 2 ? null : prescan(chunks[chunk] as Uint8Array)
  })
  expect(asked).toEqual(Array.from({ length: unread }, (_, n) => n + 1))
  expect(facts(trace)).toEqual(expected)

  const other = log().growing(1)
  other.grow()
  await other.trace.readAhead(1, async (chunk) => {
    if (chunk === 2) expect(other.trace.eventCount).toBe(expected.count)
    return prescan(chunks[chunk] as Uint8Array)
  })
  expect(facts(other.trace)).toEqual(expected)
})
