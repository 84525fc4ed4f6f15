// SPDX-License-Identifier: MIT
import type { Bench } from './bench.ts'
import { figure } from './figure.ts'
import { subject } from './subject.ts'

export interface MatchersRequest {
  /** What bench/workloads/events.c does, and how often. */
  readonly thing: string
  readonly count: number
}

export interface MatchersSample {
  readonly events: number
  /** Decoding included. */
  readonly firstMs: number
  /** Each after that, by what was asked. */
  readonly answersMs: Readonly<Record<string, number>>
  /** Growth of the process's peak. */
  readonly answeredMiB: number
  readonly lost: number
}

const things = ['transfer', 'change', 'sync', 'probe', 'connect', 'send', 'listen', 'signal', 'namespace', 'syscall']

export const matchersBench: Bench = {
  name: 'matchers',
  title: '1,000,000 things of a kind, and the matchers that look for them',
  async run({ quick, harness }) {
    const count = quick ? 100_000 : 1_000_000
    const samples = await harness.interleave<MatchersSample>(
      quick ? 1 : 3,
      things.map((thing) => ({
        name: thing,
        run: () => subject<MatchersSample>('matchers', { thing, count } satisfies MatchersRequest),
      })),
    )
    return things.flatMap((thing) => {
      const found = samples[thing] ?? []
      const asked = [...new Set(found.flatMap((one) => Object.keys(one.answersMs)))]
      const of = (what: string) => `${thing}: ${what}`
      return [
        figure(
          this.name,
          of('first answer'),
          'ms',
          found.map((one) => one.firstMs),
          { budget: 1000 },
        ),
        ...asked.map((what) =>
          figure(
            this.name,
            of(what),
            'ms',
            found.map((one) => one.answersMs[what] ?? Number.NaN),
            { budget: 50 },
          ),
        ),
        figure(
          this.name,
          of('peak memory'),
          'MiB',
          found.map((one) => one.answeredMiB),
        ),
        figure(
          this.name,
          of('records lost'),
          'records',
          found.map((one) => one.lost),
          { budget: 0 },
        ),
      ]
    })
  },
}
