// SPDX-License-Identifier: MIT
import type { SessionOptions } from 'spyscall'
import type { Bench } from './bench.ts'
import { type Figure, figure } from './figure.ts'
import { difference, median, pairwise, type Variant } from './harness.ts'
import { at, run, type Tracing } from './subject.ts'

const path = '/etc/hostname'

export const calls: Bench = {
  name: 'calls',
  title: `Tight loops: openat and close of ${path}; getppid, the cheapest call there is`,
  async run({ quick, harness }) {
    const chunks = quick ? 9 : 31
    const pair = [at('calls'), 'pair', `${chunks}`, '20000', path]
    const getppid = [at('calls'), 'getppid', `${chunks}`, '200000']
    const variant = (
      name: string,
      tracing: Tracing,
      command: string[],
      session: SessionOptions = {},
    ): Variant<number> => ({
      name,
      run: async () => {
        const { stdout, lost } = await run(tracing, command, { session })
        if (lost > 0) throw new Error(`${name}: ${lost} records lost`)
        return median(JSON.parse(stdout))
      },
    })
    const samples = await harness.interleave(quick ? 2 : 9, [
      variant('pair', 'none', pair),
      variant('pair, traced', 'traced', pair),
      variant('pair, traced for processes only', 'traced', pair, { events: ['process'] }),
      variant('pair, beside a session', 'bystander', pair),
      variant('call', 'none', getppid),
      variant('call, beside two empty programs', 'none', [at('beside-empty'), ...getppid]),
      variant('call, traced', 'traced', getppid),
      variant('call, beside a session', 'bystander', getppid),
    ])
    const alone = (name: string): Figure => figure(this.name, name, 'ns', samples[name] ?? [])
    const added = (name: string, to: string, budget?: number, note?: string): Figure =>
      figure(this.name, `added to a ${name}`, 'ns', pairwise(samples[name] ?? [], samples[to] ?? [], difference), {
        ...(budget === undefined ? {} : { budget }),
        ...(note === undefined ? {} : { note }),
      })
    return [
      alone('pair'),
      added('pair, traced', 'pair', 1000),
      added('pair, traced for processes only', 'pair'),
      added('pair, beside a session', 'pair', 100, 'two calls'),
      alone('call'),
      added('call, beside two empty programs', 'call', undefined, 'a session cannot cost less than this, here'),
      added('call, traced', 'call', undefined, 'a call that is not recorded, of a recorded process'),
      added('call, beside a session', 'call', 50, 'any call of any process of the machine'),
    ]
  },
}
