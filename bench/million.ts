// SPDX-License-Identifier: MIT
import type { Bench } from './bench.ts'
import { type Figure, figure } from './figure.ts'
import { subject } from './subject.ts'

export interface QueryRequest {
  readonly opens: number
  /** Distinct files among them. */
  readonly files: number
  /** Opens a second, and by how many processes together; as fast as one can when absent. */
  readonly paced?: { readonly rate: number; readonly workers: number }
  /** No question is asked of the trace. */
  readonly silent?: boolean
}

export interface QuerySample {
  readonly opened: number
  readonly seconds: number
  readonly stopMs: number
  /** Decoding included. */
  readonly firstMs: number
  /** Later matchers by what they are. */
  readonly furtherMs: Readonly<Record<string, number>>
  /** Growth of the process's peak, from before the session: after the stop, and after the matchers. */
  readonly recordedMiB: number
  readonly answeredMiB: number
  readonly lost: number
  readonly gaps: readonly string[]
}

export const million: Bench = {
  name: 'million',
  title: '1,000,000 opens: stop, first answer, further answers, memory',
  async run({ quick, harness }) {
    const figures: Figure[] = []
    const rounds = quick ? 1 : 7
    const kinds = { 'of one file': 1, 'of 20,000 files': 20_000 }
    const samples = await harness.interleave<QuerySample>(
      rounds,
      Object.entries(kinds).map(([name, files]) => ({
        name,
        run: () => subject<QuerySample>('queries', { opens: 1_000_000, files } satisfies QueryRequest),
      })),
    )
    for (const name of Object.keys(kinds)) {
      const found = samples[name] ?? []
      const further = [...new Set(found.flatMap((one) => Object.keys(one.furtherMs)))]
      figures.push(
        figure(
          this.name,
          `${name}: stop, decode and first toHaveOpened`,
          'ms',
          found.map((one) => one.stopMs + one.firstMs),
          { budget: 1000 },
        ),
        figure(
          this.name,
          `${name}: of that, the stop`,
          'ms',
          found.map((one) => one.stopMs),
        ),
        ...further.map((what) =>
          figure(
            this.name,
            `${name}: then ${what}`,
            'ms',
            found.map((one) => one.furtherMs[what] ?? Number.NaN),
            { budget: 50 },
          ),
        ),
        figure(
          this.name,
          `${name}: peak memory while recording`,
          'MiB',
          found.map((one) => one.recordedMiB),
        ),
        figure(
          this.name,
          `${name}: peak memory with all answers`,
          'MiB',
          found.map((one) => one.answeredMiB),
        ),
        figure(
          this.name,
          `${name}: records lost`,
          'records',
          found.map((one) => one.lost),
          { budget: 0 },
        ),
      )
    }
    return figures
  },
}
