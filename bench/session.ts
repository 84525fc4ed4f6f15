// SPDX-License-Identifier: MIT
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bench } from './bench.ts'
import { figure } from './figure.ts'
import { root, subject } from './subject.ts'

export interface SessionSample {
  readonly firstOpenMs: number
  readonly firstStopMs: number
  readonly nextOpenMs: number
  readonly nextStopMs: number
  readonly besideOpenMs: number
  readonly drainMs: number
}

/** A helper's file that nobody knows has no helper that runs. */
async function withoutHelper(): Promise<SessionSample> {
  const folder = mkdtempSync(join(tmpdir(), 'spy-bench-'))
  try {
    for (const file of ['spyscall-helper', 'spyscall.node']) copyFileSync(join(root, 'build', file), join(folder, file))
    return await subject<SessionSample>('session', {}, { env: { SPYSCALL_NATIVE_DIR: folder } })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The helper of a process before is still there. */
async function withHelper(): Promise<SessionSample> {
  await subject('session', {})
  return subject<SessionSample>('session', {}, { beside: true })
}

export const session: Bench = {
  name: 'session',
  title: 'Open, drain and stop of a session; each sample is a process of its own',
  async run({ quick, harness }) {
    const measured = await harness.interleave<SessionSample>(quick ? 3 : 21, [
      { name: 'alone', run: withoutHelper },
      { name: 'after another', run: withHelper },
    ])
    const samples = (variant: string, name: keyof SessionSample) =>
      (measured[variant] ?? []).map((sample) => sample[name])
    const of = (name: keyof SessionSample) => samples('after another', name)
    return [
      figure(this.name, 'first open of a user', 'ms', samples('alone', 'firstOpenMs'), {
        budget: 60,
        note: 'starts the helper',
      }),
      figure(this.name, 'first open in a process', 'ms', of('firstOpenMs'), {
        budget: 60,
        note: 'the helper of a process before serves it',
      }),
      figure(this.name, 'next open', 'ms', of('nextOpenMs'), { budget: 2 }),
      figure(this.name, 'next open while another is open', 'ms', of('besideOpenMs'), { budget: 2 }),
      figure(this.name, 'drain with nothing pending', 'ms', of('drainMs'), { budget: 0.2 }),
      figure(this.name, 'first stop', 'ms', of('firstStopMs')),
      figure(this.name, 'next stop', 'ms', of('nextStopMs')),
    ]
  },
}
