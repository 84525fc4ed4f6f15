// SPDX-License-Identifier: MIT
import type { Bench } from './bench.ts'
import { figure } from './figure.ts'
import type { QueryRequest, QuerySample } from './million.ts'
import { subject } from './subject.ts'

const rate = 300_000
const seconds = 10
/** One alone does not get that far. */
const workers = 2

export const rateBench: Bench = {
  name: 'rate',
  title: `${rate.toLocaleString('en')} opens a second for ${seconds} s by ${workers} processes, default options`,
  async run({ quick, harness }) {
    const opens = rate * (quick ? 1 : seconds)
    const request: QueryRequest = { opens, files: 1000, paced: { rate, workers }, silent: true }
    const samples = await harness.interleave<QuerySample>(quick ? 1 : 5, [
      { name: 'storm', run: () => subject<QuerySample>('queries', request) },
    ])
    const storms = samples['storm'] ?? []
    const gaps = [...new Set(storms.flatMap((one) => one.gaps))].join(' ')
    return [
      figure(
        this.name,
        'rate reached',
        'events/s',
        storms.map((one) => one.opened / one.seconds),
      ),
      figure(
        this.name,
        'records lost',
        'records',
        storms.map((one) => one.lost),
        { budget: 0, ...(gaps === '' ? {} : { note: gaps }) },
      ),
    ]
  },
}
