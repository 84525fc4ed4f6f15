// SPDX-License-Identifier: MIT
// Runs every example as its users would: the packed package is installed into a copy outside the repository, where nothing but
// what the example itself declares can be found.
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { parseArgs, stripVTControlCharacters } from 'node:util'
import { packPackage, tarballPath } from './pack.ts'
import { addTotals, Failure, readTotals, type Totals } from './totals.ts'

const root = resolve(import.meta.dirname, '..')

/** What an example has to catch: the npm script that must fail, and what its output must then say of the culprit. */
export const sneaky = { script: 'test:sneaky', says: /curl[\s\S]*127\.0\.0\.1:\d+/ }
const caught: Record<string, typeof sneaky> = {
  'hello-build': sneaky,
  'hermetic-build': { script: 'test:sneaky', says: /Found absent[\s\S]*\/home\/somebody\/\.greet\.mk/ },
  'durable-file': {
    script: 'test:careless',
    says: /rename of [\s\S]* was not next: step 1 came before it\n.* io .*notes\.json\.tmp/,
  },
}

export interface Example {
  readonly name: string
  readonly folder: string
}

/** Runs `use` with each example installed; takes the copies away afterwards. */
export function withExamples<T>(names: readonly string[], use: (examples: Example[]) => T): T {
  if (!existsSync(join(root, tarballPath))) packPackage()
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'spyscall-examples-')))
  try {
    mkdirSync(join(place, 'build'))
    cpSync(join(root, tarballPath), join(place, tarballPath))
    return use(names.map((name) => install(place, name)))
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

function install(place: string, name: string): Example {
  const folder = join(place, 'examples', name)
  cpSync(join(root, 'examples', name), folder, {
    recursive: true,
    filter: (path) => !['node_modules', 'build', '.vitest'].includes(basename(path)),
  })
  // The lockfile pins everything but the package itself, whose hash changes with each build.
  const lockPath = join(folder, 'package-lock.json')
  const lock = JSON.parse(readFileSync(lockPath, 'utf8'))
  delete lock.packages['node_modules/spyscall'].integrity
  writeFileSync(lockPath, JSON.stringify(lock))
  const result = npm(folder, [
    'ci',
    '--prefer-offline',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ])
  if (result.status !== 0) throw new Failure(`cannot install examples/${name}:\n${result.output}`)
  return { name, folder }
}

/** npm in an example's folder, under the pinned Node and without the repository's own tools in PATH. */
export function npm(
  folder: string,
  args: readonly string[],
  options: { show?: boolean } = {},
): { status: number | null; output: string } {
  const result = spawnSync('npm', [...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    stdio: ['ignore', options.show ? 'inherit' : 'pipe', options.show ? 'inherit' : 'pipe'],
    env: npmEnvironment(),
  })
  if (result.error) throw result.error
  return { status: result.status, output: `${result.stdout ?? ''}${result.stderr ?? ''}` }
}

/** For what is installed outside the repository, and run there. */
export function npmEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, VITEST: __, ...environment } = process.env
  const own = join(root, 'node_modules/.bin')
  const path = (environment['PATH'] ?? '').split(':').filter((entry) => entry !== own && entry !== '')
  return {
    ...Object.fromEntries(Object.entries(environment).filter(([name]) => !/^npm_/i.test(name))),
    ...npmSettings(),
    PATH: path.join(':'),
    // A file capability does not travel in a tarball: without root, the helper that has it is the built one.
    ...(process.getuid?.() === 0 ? {} : { SPYSCALL_NATIVE_DIR: join(root, 'build') }),
  }
}

/** Where to get packages from stays as it was; what this run of npm told its scripts does not reach the example. */
function npmSettings(): Record<string, string> {
  const kept = [
    'npm_config_registry',
    'npm_config_cache',
    'npm_config_userconfig',
    'npm_config_globalconfig',
    'npm_config_offline',
  ]
  return Object.fromEntries(
    kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
}

export function exampleNames(): string[] {
  return globSync('examples/*/package.json', { cwd: root })
    .map((path) => basename(dirname(path)))
    .sort()
}

/** Installs and tests all of them. Returns what their runners counted; a variant that was caught counts as passed. */
export function runExamples(names: readonly string[] = exampleNames(), update = false): Totals {
  let totals: Totals = { passed: 0, failed: 0, skipped: 0 }
  withExamples(names, (examples) => {
    for (const example of examples) totals = addTotals(totals, runExample(example, update))
  })
  return totals
}

function runExample({ name, folder }: Example, update: boolean): Totals {
  const results = join(folder, '.results.json')
  const reporting = isJest(folder)
    ? ['--json', `--outputFile=${results}`]
    : ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
  const { status, output } = npm(folder, ['test', '--', ...reporting, ...(update ? ['-u'] : [])])
  if (update) takeSnapshots(name, folder)
  let totals = existsSync(results) ? readTotals(readFileSync(results, 'utf8')) : { passed: 0, failed: 1, skipped: 0 }
  if (status !== 0 || totals.failed > 0) console.log(output)
  console.log(`examples/${name}: ${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
  if (status !== 0 && totals.failed === 0) totals = { ...totals, failed: 1 }

  const variant = caught[name]
  if (variant) {
    const problem = checkCaught(folder, variant)
    if (problem) console.log(problem)
    console.log(`examples/${name}: ${variant.script} ${problem ? 'was NOT caught' : 'was caught, as it should be'}`)
    totals = addTotals(totals, { passed: problem ? 0 : 1, failed: problem ? 1 : 0, skipped: 0 })
  }
  return totals
}

function checkCaught(folder: string, { script, says }: typeof sneaky): string | undefined {
  const { status, output } = npm(folder, ['run', script])
  if (status === 0) return `Expected \`npm run ${script}\` to fail, but it passed:\n${output}`
  if (!says.test(stripVTControlCharacters(output)))
    return `Expected \`npm run ${script}\` to fail with ${says}, got:\n${output}`
  return undefined
}

/** What `-u` wrote in the copy belongs into the repository. */
function takeSnapshots(name: string, folder: string): void {
  for (const path of globSync('**/__snapshots__/*', { cwd: folder, exclude: ['node_modules'] })) {
    cpSync(join(folder, path), join(root, 'examples', name, path))
  }
}

function isJest(folder: string): boolean {
  const { devDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return devDependencies?.jest !== undefined
}

// `npm run test:examples`, `npm run test:examples -- -u cli-snapshot`
if (import.meta.main) {
  const { values, positionals } = parseArgs({
    options: { update: { type: 'boolean', short: 'u' } },
    allowPositionals: true,
  })
  packPackage()
  const totals = runExamples(positionals.length > 0 ? positionals : undefined, values.update)
  if (totals.failed > 0) process.exitCode = 1
}
