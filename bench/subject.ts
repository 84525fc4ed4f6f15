// SPDX-License-Identifier: MIT
// What is measured runs in a Node of its own: this process holds no session, so that a run without one is without one.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { SessionOptions } from 'spyscall'
import { alone } from './machine.ts'

export const root = resolve(import.meta.dirname, '..')
const built = join(root, 'build/bench')
mkdirSync(built, { recursive: true })

export function buildWorkloads(): void {
  const made = spawnSync('make', ['-s', '-C', join(root, 'bench/workloads')], { encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`The programs of the benchmarks cannot be built:\n${made.stderr}`)
}

/** Path of something that the benchmarks built. */
export function at(name: string): string {
  return join(built, name)
}

/** Runs a module of bench/subjects in a Node of its own; what it printed, parsed. `beside`: with a helper that is there. */
export async function subject<Result>(
  name: string,
  request: unknown,
  { beside = false, env = {} }: { readonly beside?: boolean; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Result> {
  if (!beside) await alone()
  const args = [join(import.meta.dirname, 'subjects', `${name}.ts`), JSON.stringify(request)]
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (status !== 0) throw new Error(`The subject ${name} ended with ${status ?? signal}:\n${stderr}`)
  return JSON.parse(stdout) as Result
}

/** Whether a session is open while a command runs: none, one that records it, or one that it is no part of. */
export type Tracing = 'none' | 'traced' | 'bystander'

export interface RunRequest {
  readonly tracing: Tracing
  readonly session?: SessionOptions
  readonly command: readonly string[]
  readonly cwd?: string
}

export interface RunResult {
  readonly stdout: string
  readonly stderr: string
  /** Of the session, where there was one. */
  readonly events: number
  readonly lost: number
  readonly gaps: readonly string[]
  readonly stopMs: number
}

export function run(tracing: Tracing, command: readonly string[], more: Partial<RunRequest> = {}): Promise<RunResult> {
  return subject<RunResult>('run', { tracing, command, ...more } satisfies RunRequest)
}
