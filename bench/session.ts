// SPDX-License-Identifier: MIT
import type { Bench } from './bench.ts'
import { figure } from './figure.ts'
import { subject } from './subject.ts'

export interface SessionSample {
  readonly firstOpenMs: number
  readonly firstStopMs: number
  readonly nextOpenMs: number
  readonly nextStopMs: number
  readonly besideOpenMs: number
  readonly drainMs: number
}

export const session: Bench = {
  name: 'session',
  title: 'Open, drain and stop of a session; each sample is a process of its own',
  async run({ quick, harness }) {
    const measured = await harness.interleave<SessionSample>(quick ? 3 : 21, [
      { name: 'session', run: () => subject<SessionSample>('session', {}) },
    ])
    const of = (name: keyof SessionSample): number[] => (measured['session'] ?? []).map((sample) => sample[name])
    return [
      figure(this.name, 'first open in a process', 'ms', of('firstOpenMs'), { budget: 60 }),
      figure(this.name, 'next open', 'ms', of('nextOpenMs'), { budget: 2 }),
      figure(this.name, 'next open while another is open', 'ms', of('besideOpenMs'), { budget: 2 }),
      figure(this.name, 'drain with nothing pending', 'ms', of('drainMs'), { budget: 0.2 }),
      figure(this.name, 'first stop', 'ms', of('firstStopMs')),
      figure(this.name, 'next stop', 'ms', of('nextStopMs')),
    ]
  },
}
