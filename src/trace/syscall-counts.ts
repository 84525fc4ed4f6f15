// SPDX-License-Identifier: MIT
// How often system calls were made and how long they took, as the kernel counted them.
import type { Architecture } from './architecture.ts'
import { callName } from './call-names.ts'
import { abiOf } from './decode-context.ts'
import { Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'

/** Calls of one duration. */
export interface LatencyBucket {
  /** Nanoseconds: a power of two. */
  readonly fromNs: bigint
  /** Up to and without; null of the last one there is (9 minutes and longer). */
  readonly toNs: bigint | null
  readonly calls: number
}

/** How often a system call was made, by 64-bit and 32-bit programs together, and how long it took. */
export interface SyscallCount {
  /** Name such as `'openat'`; `'unknown'` of all numbers from 575 on. */
  readonly call: string
  readonly calls: number
  /** Of them, how many were answered with an errno. */
  readonly errors: number
  /** From entry to return, waiting included; of a call that was restarted from its first entry. */
  readonly totalNs: bigint
  /**
   * By duration, from the shortest to the longest, without empty buckets at either end. Calls that do not return, that were blocked, or that were under way when their
   * thread came into scope are in none.
   */
  readonly histogram: readonly LatencyBucket[]
}

const bucketCount = 40

interface Sum {
  calls: number
  errors: number
  totalNs: bigint
  readonly buckets: number[]
}

/** Counts by name, that of the longest time first. */
export function syscallCountsOf(
  records: Iterable<RecordReader>,
  architecture: Architecture,
): ReadonlyMap<string, SyscallCount> {
  const sums = new Map<string, Sum>()
  for (const r of records) addRecord(sums, r, architecture)
  const counts = [...sums].map(([call, sum]) => countOf(call, sum))
  counts.sort((a, b) => (a.totalNs < b.totalNs ? 1 : a.totalNs > b.totalNs ? -1 : a.call < b.call ? -1 : 1))
  return new Map(counts.map((count) => [count.call, count]))
}

function addRecord(sums: Map<string, Sum>, r: RecordReader, architecture: Architecture): void {
  const offsets = Offset.syscallCount
  const nr = r.s32(offsets.nr)
  const name = nr < 0 ? 'unknown' : callName(nr, abiOf(r.u32(offsets.abi), architecture), architecture)
  let sum = sums.get(name)
  if (sum === undefined) {
    sum = { calls: 0, errors: 0, totalNs: 0n, buckets: new Array(bucketCount).fill(0) }
    sums.set(name, sum)
  }
  sum.calls += r.s64(offsets.calls)
  sum.errors += r.s64(offsets.errors)
  sum.totalNs += r.u64(offsets.total_ns)
  for (let n = 0; n < bucketCount; n++) sum.buckets[n]! += r.s64(offsets.buckets + 8 * n)
}

function countOf(call: string, { calls, errors, totalNs, buckets }: Sum): SyscallCount {
  const first = buckets.findIndex((count) => count !== 0)
  const last = buckets.findLastIndex((count) => count !== 0)
  const histogram = buckets.slice(Math.max(first, 0), last + 1).map((count, n): LatencyBucket => {
    const bit = first + n
    return Object.freeze({
      fromNs: 1n << BigInt(bit),
      toNs: bit === bucketCount - 1 ? null : 1n << BigInt(bit + 1),
      calls: count,
    })
  })
  return Object.freeze({ call, calls, errors, totalNs, histogram: Object.freeze(histogram) })
}
