// SPDX-License-Identifier: MIT
import { type Summary, summarize } from './harness.ts'

export type Unit = 'ratio' | 's' | 'ms' | 'ns' | 'MiB' | 'records' | 'events/s'

/** One number that a benchmark found. */
export interface Figure {
  readonly bench: string
  readonly what: string
  readonly unit: Unit
  readonly summary: Summary
  /** At most this much, by the design; absent where nothing is promised. */
  readonly budget?: number
  /** Anything that belongs beside the number. */
  readonly note?: string
}

interface FigureExtras {
  readonly budget?: number
  readonly note?: string
}

export function figure(
  bench: string,
  what: string,
  unit: Unit,
  values: readonly number[],
  extras: FigureExtras = {},
): Figure {
  return { bench, what, unit, summary: summarize(values), ...extras }
}

/** A figure that could not be had, and why. */
export function missing(bench: string, what: string, unit: Unit, reason: string): Figure {
  return { ...figure(bench, what, unit, []), note: reason }
}

/** Digits after the point, at most; of large values fewer. */
const decimals: Record<Unit, number> = { ratio: 3, s: 2, ms: 3, ns: 0, MiB: 0, records: 0, 'events/s': 0 }

export function show(value: number, unit: Unit): string {
  if (Number.isNaN(value)) return '–'
  const digits =
    unit === 'ms'
      ? Math.max(0, decimals[unit] - Math.max(0, Math.floor(Math.log10(Math.abs(value) || 1)) + 1))
      : decimals[unit]
  const text = value.toFixed(digits).replace(/^-(0(\.0*)?)$/, '$1')
  return unit === 'ratio' ? text : `${text} ${unit}`
}

export function verdict({ summary, budget }: Figure): string {
  if (budget === undefined || Number.isNaN(summary.median)) return ''
  return summary.median <= budget ? 'met' : 'MISSED'
}
