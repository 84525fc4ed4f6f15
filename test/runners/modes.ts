// SPDX-License-Identifier: MIT
// How the runners are started: one mode is one command line, and what it is expected to run.

export type RunnerName = 'vitest' | 'jest'

/** Files of test/runners/spec/RUNNER. */
export type SpecFile = 'sequential' | 'concurrent' | 'timers' | 'mocks' | 'failing'

export interface Mode {
  readonly name: string
  readonly runner: RunnerName
  /** Command lines, run one after the other. */
  readonly runs: readonly (readonly string[])[]
  readonly env?: Readonly<Record<string, string>>
  /** How often all runs together run each file. */
  readonly files: Readonly<Partial<Record<SpecFile, number>>>
  /** The runner stays and runs its files again when one of them is written. */
  readonly watches?: true
}

/** What the files of a runner have, in one run of each. Tests whose name begins with `fails` are expected to. */
export const contents: Readonly<
  Record<RunnerName, Readonly<Record<SpecFile, { readonly tests: number; readonly claims: number }>>>
> = {
  vitest: {
    sequential: { tests: 14, claims: 19 },
    concurrent: { tests: 21, claims: 18 },
    timers: { tests: 8, claims: 9 },
    mocks: { tests: 2, claims: 3 },
    failing: { tests: 4, claims: 4 },
  },
  jest: {
    sequential: { tests: 13, claims: 17 },
    concurrent: { tests: 16, claims: 16 },
    timers: { tests: 2, claims: 4 },
    mocks: { tests: 3, claims: 4 },
    failing: { tests: 4, claims: 4 },
  },
}

const allFiles = { sequential: 1, concurrent: 1, timers: 1, mocks: 1 } as const
/** Jest mocks no ES modules. */
const withoutMocks = { sequential: 1, concurrent: 1, timers: 1 } as const

function vitest(name: string, args: readonly string[], rest: Partial<Mode> = {}): Mode {
  const files = rest.files ?? allFiles
  return { name, runner: 'vitest', runs: [['run', ...Object.keys(files), ...args]], ...rest, files }
}

function jest(name: string, args: readonly string[], rest: Partial<Mode> = {}): Mode {
  const files = rest.files ?? allFiles
  const config = ['--config', 'jest.config.cjs']
  return { name, runner: 'jest', runs: [[...Object.keys(files), ...config, ...args]], ...rest, files }
}

/** Without a limit of memory Jest takes few or fast files into its own process. */
const inWorkers = ['--maxWorkers=3', '--workerIdleMemoryLimit=4GB']
const esm = { SPY_RUNNERS_MODULES: 'esm', NODE_OPTIONS: '--experimental-vm-modules --no-warnings' }

export const modes: readonly Mode[] = [
  vitest('forks', ['--pool=forks']),
  vitest('threads', ['--pool=threads']),
  vitest('vmForks', ['--pool=vmForks']),
  vitest('vmThreads', ['--pool=vmThreads']),
  vitest('forks, isolate: false', ['--pool=forks', '--no-isolate', '--maxWorkers=3']),
  vitest('threads, isolate: false', ['--pool=threads', '--no-isolate', '--maxWorkers=3']),
  vitest('forks, isolate: false, one worker', ['--pool=forks', '--no-isolate', '--maxWorkers=1']),
  vitest('threads, isolate: false, one worker', ['--pool=threads', '--no-isolate', '--maxWorkers=1']),
  vitest('no file parallelism', ['--no-file-parallelism']),
  vitest('shuffled', ['--sequence.shuffle.tests', '--sequence.shuffle.files', '--pool=threads']),
  vitest('sequence.concurrent', ['--sequence.concurrent'], { files: { concurrent: 1 } }),
  vitest('projects', ['--config=projects.config.js'], { files: { sequential: 2, concurrent: 1 } }),
  vitest('shards', [], {
    runs: ['1/2', '2/2'].map((shard) => ['run', ...Object.keys(allFiles), '--pool=threads', `--shard=${shard}`]),
  }),
  vitest('tests that fail, forks', ['--pool=forks'], { files: { failing: 1 } }),
  vitest('tests that fail, threads', ['--pool=threads'], { files: { failing: 1 } }),
  vitest('watch, forks', ['--pool=forks'], {
    files: { sequential: 2 },
    runs: [['watch', 'sequential', '--pool=forks']],
    watches: true,
  }),
  vitest('watch, threads, isolate: false', [], {
    files: { sequential: 2 },
    runs: [['watch', 'sequential', '--pool=threads', '--no-isolate']],
    watches: true,
  }),
  jest('workers', inWorkers),
  jest('runInBand', ['--runInBand']),
  jest('workerThreads', [...inWorkers, '--workerThreads']),
  jest('ESM, workers', inWorkers, { env: esm, files: withoutMocks }),
  jest('ESM, runInBand', ['--runInBand'], { env: esm, files: withoutMocks }),
  jest('ESM, workerThreads', [...inWorkers, '--workerThreads'], { env: esm, files: withoutMocks }),
  jest('randomized', [...inWorkers, '--randomize']),
  jest('projects', [], {
    files: { sequential: 2 },
    runs: [['--config', 'projects.config.cjs', ...inWorkers]],
  }),
  jest('shards', [], {
    runs: ['1/2', '2/2'].map((shard) => [
      '--config',
      'jest.config.cjs',
      ...inWorkers,
      `--shard=${shard}`,
      ...Object.keys(allFiles),
    ]),
  }),
  jest('tests that fail, workers', inWorkers, { files: { failing: 1 } }),
  jest('tests that fail, runInBand', ['--runInBand'], { files: { failing: 1 } }),
  jest('watch', [], {
    files: { sequential: 2 },
    runs: [['--config', 'jest.config.cjs', '--watchAll', ...inWorkers, 'sequential']],
    watches: true,
  }),
  jest('watch, runInBand', [], {
    files: { sequential: 2 },
    runs: [['--config', 'jest.config.cjs', '--watchAll', '--runInBand', 'sequential']],
    watches: true,
  }),
]
