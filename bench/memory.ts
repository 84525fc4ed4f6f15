// SPDX-License-Identifier: MIT
import type { Bench } from './bench.ts'
import { figure } from './figure.ts'
import type { QueryRequest, QuerySample } from './million.ts'
import { subject } from './subject.ts'

/** The default `memoryBytes`, and what the design allows beside it. */
const budget = 64 + 100

export const memory: Bench = {
  name: 'memory',
  title: '10,000,000 opens as fast as can be, default options',
  async run({ quick, harness }) {
    const request = (silent: boolean): QueryRequest => ({ opens: quick ? 1_000_000 : 10_000_000, files: 1000, silent })
    const samples = await harness.interleave<QuerySample>(quick ? 1 : 3, [
      { name: 'recorded', run: () => subject<QuerySample>('queries', request(true)) },
      { name: 'answered', run: () => subject<QuerySample>('queries', request(false)) },
    ])
    const recorded = samples['recorded'] ?? []
    const answered = samples['answered'] ?? []
    return [
      figure(
        this.name,
        'peak while recording',
        'MiB',
        recorded.map((one) => one.recordedMiB),
        { budget },
      ),
      figure(
        this.name,
        'peak with matchers answered',
        'MiB',
        answered.map((one) => one.answeredMiB),
        { budget },
      ),
      figure(
        this.name,
        'stop, decode and first toHaveOpened',
        'ms',
        answered.map((one) => one.stopMs + one.firstMs),
      ),
      figure(
        this.name,
        'records lost',
        'records',
        recorded.map((one) => one.lost),
        { budget: 0 },
      ),
    ]
  },
}
