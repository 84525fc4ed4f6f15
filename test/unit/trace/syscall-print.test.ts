// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { renderNs } from '../../../src/trace/syscall-print.ts'
import { messageOf } from '../../helpers/message-of.ts'
import { RecordLogBuilder } from '../../helpers/record-log.ts'

interface Counted {
  readonly nr: number
  readonly abi?: number
  readonly calls: number
  readonly errors?: number
  readonly totalNs?: number
  /** Calls by bucket. */
  readonly buckets?: Readonly<Record<number, number>>
}

function traceOf(...counts: readonly Counted[]) {
  const builder = new RecordLogBuilder()
  for (const { nr, abi = 0, calls, errors = 0, totalNs = 0, buckets = {} } of counts)
    builder.addCount({ nr, abi, calls, errors, total_ns: totalNs }, buckets)
  return builder.trace({ groups: ['process', 'syscall'] })
}

describe('counts', () => {
  test('are the last of each number and ABI, added up by name', () => {
    const trace = traceOf(
      { nr: 257, calls: 3, errors: 1, totalNs: 3000, buckets: { 10: 3 } },
      { nr: 257, calls: 5, errors: 2, totalNs: 9000, buckets: { 10: 4, 12: 1 } },
      { nr: 295, abi: 8, calls: 2, totalNs: 500, buckets: { 8: 2 } },
      { nr: -1, calls: 7, errors: 7, totalNs: 700, buckets: { 6: 7 } },
      { nr: -1, abi: 8, calls: 1, errors: 1, totalNs: 100, buckets: { 6: 1 } },
      { nr: 231, calls: 1 },
    )
    expect([...trace.syscallCounts.keys()]).toEqual(['openat', 'unknown', 'exit_group'])
    expect(trace.syscallCounts.get('openat')).toEqual({
      call: 'openat',
      calls: 7,
      errors: 2,
      totalNs: 9500n,
      histogram: [
        { fromNs: 256n, toNs: 512n, calls: 2 },
        { fromNs: 512n, toNs: 1024n, calls: 0 },
        { fromNs: 1024n, toNs: 2048n, calls: 4 },
        { fromNs: 2048n, toNs: 4096n, calls: 0 },
        { fromNs: 4096n, toNs: 8192n, calls: 1 },
      ],
    })
    expect(trace.syscallCounts.get('unknown')).toMatchObject({ calls: 8, errors: 8 })
    expect(trace.syscallCounts.get('exit_group')).toMatchObject({ calls: 1, totalNs: 0n, histogram: [] })
  })

  test('have no end beyond the last bucket', () => {
    const trace = traceOf({ nr: 35, calls: 1, totalNs: 600e9, buckets: { 39: 1 } })
    expect(trace.syscallCounts.get('nanosleep')?.histogram).toEqual([{ fromNs: 1n << 39n, toNs: null, calls: 1 }])
  })
})

describe('printed', () => {
  const trace = traceOf(
    { nr: 257, calls: 40, errors: 13, totalNs: 98_200, buckets: { 10: 30, 11: 9, 13: 1 } },
    { nr: 35, calls: 1, totalNs: 17_200_000_000, buckets: { 34: 1 } },
    { nr: 231, calls: 1 },
  )

  test('is a table, that of the longest time first', () => {
    expect(`\n${trace.printSyscalls()}`).toBe(`
calls  errors   total    mean  system call
    1           17.2s   17.2s  nanosleep
   40      13  98.2µs  2.46µs  openat
    1                          exit_group`)
  })

  test('of names is the distribution of each', () => {
    expect(`\n${trace.printSyscalls('openat', 'exit_group', 'fsync')}`).toBe(`
openat: 40 calls, 13 errors, 98.2µs in all, 2.46µs each
  1.02µs |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@           30
  2.05µs |@@@@@@@@@                                9
   4.1µs |                                         0
  8.19µs |@                                        1

exit_group: 1 call, without a time

fsync: not called`)
  })

  test('of a name that there is not is an error', () => {
    expect(messageOf(() => trace.printSyscalls('opeant'))).toBe(
      'There is no system call `opeant`; did you mean `openat`?',
    )
    expect(messageOf(() => trace.printSyscalls(3 as never))).toContain(
      'Expected the name of a system call, got `3` (number).',
    )
  })

  test('of no calls says so', () => {
    expect(traceOf().printSyscalls()).toBe('No system call was made.')
  })
})

test('durations have three digits', () => {
  const shown = [0n, 1n, 999n, 1000n, 4096n, 999_499n, 999_600n, 33_554_432n, 17_179_869_184n, 5_000_000_000_000n].map(
    renderNs,
  )
  expect(shown).toEqual(['0ns', '1ns', '999ns', '1µs', '4.1µs', '999µs', '1ms', '33.6ms', '17.2s', '5000s'])
})
