// SPDX-License-Identifier: MIT
import type { Figure } from './figure.ts'
import type { Machine } from './machine.ts'

/** What build/bench.json holds. */
export interface Report {
  readonly machine: Machine
  readonly results: readonly Result[]
}

export interface Result {
  readonly bench: string
  readonly title: string
  /** Average number of runnable tasks in the minute before it began. */
  readonly loadBefore: number
  /** Processors that others used meanwhile, at most. */
  readonly others: number
  readonly seconds: number
  readonly figures: readonly Figure[]
}

/** A line over the figures of one benchmark. */
export function heading({ bench, title, others }: Result): string {
  return `${bench}: ${title}. Meanwhile others used ${others.toFixed(2)} processors at most`
}
