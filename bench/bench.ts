// SPDX-License-Identifier: MIT
import type { Figure } from './figure.ts'
import type { Harness } from './harness.ts'

export interface BenchOptions {
  /** Few rounds: to see that everything works, not to know how fast it is. */
  readonly quick: boolean
  readonly harness: Harness
}

export interface Bench {
  readonly name: string
  /** What it does, in a line. */
  readonly title: string
  readonly run: (options: BenchOptions) => Promise<Figure[]>
}
