// SPDX-License-Identifier: MIT
import { spawnSync } from 'node:child_process'
import { traced } from '../../src/session/index.ts'
import { workload } from './workload.ts'

/** Opens one file as often as told, and says how often it did. */
export function storm(count: number, threads: number): { readonly opened: number } {
  const { stdout, stderr, status } = spawnSync(workload('storm'), [`${count}`, `${threads}`, '/etc/hostname'], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

/** A storm that was too much for a ring. A reader that is given a processor to itself can keep up with one, seldom with two, never with twenty. */
export async function overflow(ringBytes: number) {
  for (let attempt = 1; ; attempt++) {
    const { result, trace } = await traced(() => storm(100_003, 4), { ringBytes })
    if (trace.lost.ring > 0 || attempt === 20) return { result, trace }
  }
}
