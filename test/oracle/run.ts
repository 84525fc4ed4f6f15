// SPDX-License-Identifier: MIT
// One command, once under strace and once under spyscall, from the same start.
import { type SpawnSyncReturns, type StdioOptions, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { traced } from '../../src/session/index.ts'
import { compare, type Difference } from './compare.ts'
import { bytesOfText, type ProcessModel } from './model.ts'
import { modelOfTrace } from './spy-model.ts'
import { straceFlags } from './strace-flags.ts'
import { StraceLostError } from './strace-lines.ts'
import { parseStrace } from './strace-model.ts'

/** Takes out of strace's output what is read and written. Built with the fixtures. */
const cutter = resolve(import.meta.dirname, '../../build/workloads/cut-buffers')

const events = ['file', 'network', 'probe', 'sync', 'signal', 'namespace', 'credentials', 'system'] as const

export interface Command {
  /** Absolute path of the program: a search would be the launcher's, and each launcher has its own. */
  readonly program: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

export interface Comparison {
  readonly differences: readonly Difference[]
  /** How much was compared: of the run under strace. */
  readonly size: Size
  /** Kinds of events that strace saw, of `EventKind`. */
  readonly kinds: ReadonlySet<string>
  readonly stdout: string
}

export interface Size {
  readonly processes: number
  /** Calls whose order counts, and executions. */
  readonly acts: number
  readonly looks: number
  /** Files of a program that bytes were moved to or from. */
  readonly transfers: number
}

/**
 * `prepare` fills an empty folder and says what to run there; it is called before each of the two runs, with a folder of the same path, and
 * must leave the same in it.
 */
export async function runUnderBoth(
  prepare: (folder: string) => Command,
  { status: expectedStatus = 0, inMemory = false }: { readonly status?: number; readonly inMemory?: boolean } = {},
): Promise<Comparison> {
  return await inFreshFolders(
    prepare,
    async (fresh, log) => {
      const strace = untilHeard(() => {
        const command = fresh()
        const args = [...straceFlags, '-o', `|${cutter} >${log}`, command.program, ...command.args]
        check(start('strace', args, command), expectedStatus, `strace ${command.program}`)
        return parseStrace(readFileSync(log, 'latin1'), bytesOfText(command.cwd))
      })
      const second = fresh()
      const { result, trace } = await traced(() => start(second.program, second.args, second), { events })
      check(result, expectedStatus, second.program)
      const differences = compare(strace, modelOfTrace(trace))
      return { differences, size: sizeOf(strace.root), kinds: kindsOf(strace.root), stdout: result.stdout }
    },
    inMemory,
  )
}

/** `use` gets what fills an empty folder anew, at the same path each time, and where a log can be. */
export async function inFreshFolders<Result>(
  prepare: (folder: string) => Command,
  use: (fresh: () => Command, log: string) => Promise<Result>,
  inMemory = false,
): Promise<Result> {
  const base = realpathSync(mkdtempSync(join(inMemory ? '/dev/shm' : tmpdir(), 'spy-oracle-')))
  const folder = join(base, 'run')
  const fresh = () => {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder)
    return prepare(folder)
  }
  try {
    return await use(fresh, join(base, 'strace.log'))
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
}

/** A run of which strace lost something is made again, some times at most. */
export function untilHeard<Result>(run: () => Result): Result {
  for (let attempt = 1; ; attempt++) {
    try {
      return run()
    } catch (error) {
      if (!(error instanceof StraceLostError) || attempt === 5) throw error
    }
  }
}

export function start(program: string, args: readonly string[], { env, cwd }: Command): SpawnSyncReturns<string> {
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe']
  return spawnSync(program, args, {
    env,
    cwd,
    stdio,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 120_000,
    killSignal: 'SIGKILL',
  })
}

function check(result: SpawnSyncReturns<string>, expected: number, what: string): void {
  if (result.error) throw result.error
  if (result.status !== expected)
    throw new Error(`${what} ended with ${result.status ?? result.signal}:\n${result.stderr.slice(-4000)}`)
}

function sizeOf(process: ProcessModel): Size {
  const size = { processes: 1, acts: 0, looks: 0, transfers: 0 }
  const add = (one: Size) => {
    for (const name of Object.keys(size) as (keyof Size)[]) size[name] += one[name]
  }
  for (const { exec, acts, looks, transfers } of process.images) {
    add({ processes: 0, acts: acts.length + (exec === null ? 0 : 1), looks: looks.length, transfers: transfers.size })
    for (const act of acts) if (act.kind === 'fork') add(sizeOf(act.child))
  }
  return size
}

function kindsOf(process: ProcessModel, into = new Set<string>()): ReadonlySet<string> {
  if (process.end !== null) into.add('exit')
  for (const { exec, threaded, acts, looks, transfers } of process.images) {
    if (exec !== null) into.add('exec')
    if (threaded) into.add('thread')
    if (transfers.size > 0) into.add('io')
    for (const act of [...acts, ...looks]) {
      into.add(act.kind !== 'call' ? act.kind : act.call === 'received' ? 'signal' : String(act.facts['kind']))
      if (act.kind === 'fork') kindsOf(act.child, into)
    }
  }
  return into
}
