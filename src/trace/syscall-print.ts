// SPDX-License-Identifier: MIT
import { callNames } from './call-names.ts'
import { escapeText } from './escape.ts'
import { MisuseError, misuse } from './misuse.ts'
import { closest } from './nearest.ts'
import type { LatencyBucket, SyscallCount } from './syscall-counts.ts'

const barColumns = 40

/** Counts for a terminal: a table of all calls, that of the longest time first; or, of the calls that are named, how their durations are distributed. */
export function printSyscalls(counts: ReadonlyMap<string, SyscallCount>, names: readonly string[]): string {
  if (names.length === 0) return printTable([...counts.values()])
  return names.map((name) => printCount(checkName(name), counts.get(name))).join('\n\n')
}

function checkName(name: unknown): string {
  if (typeof name !== 'string') throw misuse('the name of a system call', name)
  if (callNames.has(name) || name === 'unknown' || /^syscall \d+$/.test(name)) return name
  const meant = closest(name, callNames)
  throw new MisuseError(
    `There is no system call \`${escapeText(name)}\`${meant === null ? '.' : `; did you mean \`${meant}\`?`}`,
  )
}

function printTable(counts: readonly SyscallCount[]): string {
  if (counts.length === 0) return 'No system call was made.'
  const rows = counts.map(({ call, calls, errors, totalNs, histogram }) => [
    String(calls),
    errors === 0 ? '' : String(errors),
    histogram.length === 0 ? '' : renderNs(totalNs),
    histogram.length === 0 ? '' : renderNs(mean(totalNs, histogram)),
    call,
  ])
  return alignRight([['calls', 'errors', 'total', 'mean', 'system call'], ...rows])
}

function printCount(name: string, count: SyscallCount | undefined): string {
  if (count === undefined) return `${name}: not called`
  const { calls, errors, totalNs, histogram } = count
  const facts = [
    `${calls} ${calls === 1 ? 'call' : 'calls'}`,
    errors === 0 ? '' : `${errors} ${errors === 1 ? 'error' : 'errors'}`,
    histogram.length === 0
      ? 'without a time'
      : `${renderNs(totalNs)} in all, ${renderNs(mean(totalNs, histogram))} each`,
  ]
  const heading = `${name}: ${facts.filter((fact) => fact !== '').join(', ')}`
  if (histogram.length === 0) return heading
  const timed = sum(histogram)
  const rows = histogram.map(({ fromNs, calls: some }) => [renderNs(fromNs), bar(some, timed), String(some)])
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)))
  const lines = rows.map(
    ([from, drawn, some]) => `  ${from!.padStart(widths[0]!)} |${drawn!.padEnd(barColumns)} ${some}`,
  )
  return [heading, ...lines].join('\n')
}

/** Of the calls whose time is known. */
function mean(totalNs: bigint, histogram: readonly LatencyBucket[]): bigint {
  const timed = sum(histogram)
  return timed === 0 ? 0n : totalNs / BigInt(timed)
}

function sum(histogram: readonly LatencyBucket[]): number {
  return histogram.reduce((calls, bucket) => calls + bucket.calls, 0)
}

/** What is there shows. */
function bar(part: number, whole: number): string {
  return '@'.repeat(part === 0 ? 0 : Math.max(1, Math.round((barColumns * part) / whole)))
}

/** Columns aligned to the right, but for the last one. */
function alignRight(rows: readonly (readonly string[])[]): string {
  const last = (rows[0]?.length ?? 0) - 1
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) => row.map((cell, column) => (column === last ? cell : cell.padStart(widths[column]!))).join('  '))
    .join('\n')
}

/** `512ns`, `4.1µs`, `33.6ms`, `17.2s`: three digits. */
export function renderNs(ns: bigint): string {
  let value = Number(ns)
  for (const unit of ['ns', 'µs', 'ms']) {
    if (value < 999.5) return `${threeDigits(value)}${unit}`
    value /= 1000
  }
  return `${value < 999.5 ? threeDigits(value) : Math.round(value)}s`
}

function threeDigits(value: number): string {
  return String(Number(value.toPrecision(3)))
}
