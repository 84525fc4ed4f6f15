// SPDX-License-Identifier: MIT
// Which modes run on which versions of the runners and of Node.
import { type Mode, modes, type RunnerName } from './modes.ts'

/** One line of the table: a mode of a runner's version, on a version of Node. */
export interface Row {
  /** Folder of test/runners/compat that has the runner. */
  readonly runner: string
  /** Folder of test/runners/compat that has the Node; `tools` is the one that everything else runs on. */
  readonly node: string
  readonly mode: Mode
}

const newest: Record<RunnerName, string> = { vitest: 'vitest-5.1.0', jest: 'jest-30.5.2' }
const older: Record<RunnerName, readonly string[]> = {
  vitest: ['vitest-4.1.4', 'vitest-4.1.12', 'vitest-5.0.0'],
  jest: ['jest-30.0.5'],
}
const nodes = ['node-22.12.0', 'node-22.23.3', 'node-26.10.0']

const rowsOf = (runner: string, node: string, some: readonly Mode[]): Row[] =>
  some.map((mode) => ({ runner, node, mode }))
const modesOf = (runner: string) => modes.filter((mode) => runner.startsWith(`${mode.runner}-`))

/** Every mode on each version of a runner with the pinned Node, and of the newest runners on each other Node; the oldest two together. */
export function fullMatrix(): Row[] {
  const runners = [...Object.values(newest), ...Object.values(older).flat()]
  return [
    ...runners.flatMap((runner) => rowsOf(runner, 'tools', modesOf(runner))),
    ...nodes.flatMap((node) => Object.values(newest).flatMap((runner) => rowsOf(runner, node, modesOf(runner)))),
    ...['vitest-4.1.4', 'jest-30.0.5'].flatMap((runner) => rowsOf(runner, nodes[0]!, modesOf(runner))),
  ]
}

/** What `npm test` runs: the modes that differ most in who starts a process, and a few on the oldest that is supported. */
export function shortMatrix(): Row[] {
  return [
    ...rowsOf(
      newest.vitest,
      'tools',
      named(
        'forks',
        'threads',
        'threads, isolate: false, one worker',
        'tests that fail, threads',
        'watch, threads, isolate: false',
      ),
    ),
    ...rowsOf(newest.jest, 'tools', named('workers', 'runInBand', 'ESM, workerThreads', 'tests that fail, runInBand')),
    ...rowsOf('vitest-4.1.4', 'node-22.12.0', named('vmThreads', 'threads')),
    ...rowsOf(newest.jest, 'node-22.12.0', named('workerThreads')),
  ].filter(({ runner, mode }) => runner.startsWith(`${mode.runner}-`))
}

function named(...names: readonly string[]): Mode[] {
  return modes.filter((mode) => names.includes(mode.name))
}
