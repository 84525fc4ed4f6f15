// SPDX-License-Identifier: MIT
// One command: alone, in a session, and under the other tracers.
import { type Figure, figure, missing } from './figure.ts'
import { type Harness, pairwise, ratio } from './harness.ts'
import { at, type RunResult, run } from './subject.ts'
import { type Command, lostByBpftrace, refusalOf, underBpftrace, underStrace } from './tracers.ts'

interface Comparison {
  readonly harness: Harness
  readonly bench: string
  readonly rounds: number
  readonly command: Command
  readonly cwd?: string
  /** Wall time in a session over that without one, at most. */
  readonly budget?: number
  /** Done before each run, outside of what is measured. */
  readonly prepare?: () => void
}

interface Sample {
  readonly wallMs: number
  /** Of the command and all that it started; of no tracer. */
  readonly cpuMs: number
  readonly result: RunResult
}

export async function compare({
  harness,
  bench,
  rounds,
  command,
  cwd,
  budget,
  prepare,
}: Comparison): Promise<Figure[]> {
  const timed = [at('timed'), ...command]
  const sample = (tracing: 'none' | 'traced', wrapped: Command) => async (): Promise<Sample> => {
    prepare?.()
    const result = await run(tracing, wrapped, cwd === undefined ? {} : { cwd })
    const { wallNs, userNs, systemNs, status } = JSON.parse(result.stdout)
    if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}`)
    return { wallMs: wallNs / 1e6, cpuMs: (userNs + systemNs) / 1e6, result }
  }
  const strace = refusalOf(underStrace)
  const bpftrace = refusalOf(underBpftrace)
  const samples = await harness.interleave(rounds, [
    { name: 'untraced', run: sample('none', timed) },
    { name: 'spyscall', run: sample('traced', timed) },
    ...(strace === undefined ? [{ name: 'strace', run: sample('none', underStrace(timed)) }] : []),
    ...(bpftrace === undefined ? [{ name: 'bpftrace', run: sample('none', underBpftrace(timed)) }] : []),
  ])
  const column = (name: string, of: 'wallMs' | 'cpuMs'): number[] => (samples[name] ?? []).map((one) => one[of])
  const against = (name: string, extras = {}): Figure =>
    figure(
      bench,
      `${name} / untraced`,
      'ratio',
      pairwise(column(name, 'wallMs'), column('untraced', 'wallMs'), ratio),
      extras,
    )

  const sessions = (samples['spyscall'] ?? []).map((one) => one.result)
  const events = sessions[0]?.events ?? 0
  const gaps = [...new Set(sessions.flatMap((one) => one.gaps))].join(' ')
  const figures: Figure[] = [
    figure(
      bench,
      'untraced',
      's',
      column('untraced', 'wallMs').map((ms) => ms / 1000),
    ),
    against('spyscall', { ...(budget === undefined ? {} : { budget }), note: `${events} events` }),
    figure(
      bench,
      'spyscall / untraced, time of the processor',
      'ratio',
      pairwise(column('spyscall', 'cpuMs'), column('untraced', 'cpuMs'), ratio),
      { note: 'of the traced processes, without the reader' },
    ),
    figure(
      bench,
      'records lost',
      'records',
      sessions.map((one) => one.lost),
      { budget: 0, ...(gaps === '' ? {} : { note: gaps }) },
    ),
  ]
  if (strace === undefined) figures.push(against('strace'))
  else figures.push(missing(bench, 'strace / untraced', 'ratio', strace))
  if (bpftrace === undefined) {
    const lost = (samples['bpftrace'] ?? []).map((one) => lostByBpftrace(one.result.stderr))
    figures.push(against('bpftrace', { note: `lost ${Math.max(...lost)} events at most` }))
  } else figures.push(missing(bench, 'bpftrace / untraced', 'ratio', bpftrace))
  return figures
}
