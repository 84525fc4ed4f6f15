// SPDX-License-Identifier: MIT
// `npm test`: every check of the repository, in this order. `npm test -- lint types` runs only those.
// Runs under the pinned Node (scripts/with-node.sh). Leaves the totals of the test runners in build/totals.json.
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { runRunners } from '../test/runners/run.ts'
import { packPackage } from './pack.ts'
import { runExamples } from './run-examples.ts'
import { runInstalls } from './run-installs.ts'
import { runSamples } from './samples/run.ts'
import { addTotals, Failure, readTotals, type Totals } from './totals.ts'

const root = resolve(import.meta.dirname, '..')
process.chdir(root)
mkdirSync('build', { recursive: true })

interface Step {
  readonly name: string
  /** Throws, or returns what a test runner counted. */
  readonly run: () => Totals | undefined | Promise<Totals>
}

const steps: readonly Step[] = [
  {
    name: 'lint',
    run: () => {
      command('node', ['scripts/format.ts', '--check'])
      command('node', ['scripts/check-imports.ts'])
    },
  },
  { name: 'typecheck', run: () => command('tsc', ['-p', 'tsconfig.json']) },
  { name: 'generated', run: () => command('bash', ['scripts/check-generated.sh']) },
  {
    name: 'types',
    run: () => {
      for (const config of globSync('test/types/*/tsconfig.json').sort()) command('tsc', ['-p', config])
    },
  },
  // Long enough to find what is near; `make -C native fuzz SECONDS=3600` looks further.
  { name: 'fuzz', run: () => command('make', ['-s', '-C', 'native', 'fuzz', 'SECONDS=10']) },
  { name: 'unit', run: () => vitest('unit') },
  { name: 'kernel', run: () => vitest('kernel') },
  { name: 'kernels', run: kernels },
  { name: 'jest', run: jest },
  { name: 'samples', run: () => runSamples() },
  {
    name: 'package',
    run: () => {
      const tarball = packPackage()
      command('publint', ['run', tarball, '--strict'])
      // `./vitest` is for Vitest, which imports: that `require` needs a newer Node there is known.
      command('attw', [tarball, '--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm', '--format', 'ascii'])
    },
  },
  { name: 'install', run: () => runInstalls() },
  { name: 'examples', run: () => runExamples() },
  { name: 'runners', run: () => runRunners() },
]

process.exitCode = await main(process.argv.slice(2))

async function main(wanted: readonly string[]): Promise<number> {
  for (const name of wanted) {
    if (!steps.some((step) => step.name === name)) {
      console.error(`Expected one of ${steps.map((step) => step.name).join(', ')}, got \`${name}\``)
      return 1
    }
  }
  console.log(`Node ${process.version}`)
  const failed: string[] = []
  let totals: Totals = { passed: 0, failed: 0, skipped: 0 }
  for (const step of steps.filter((one) => wanted.length === 0 || wanted.includes(one.name))) {
    const start = performance.now()
    console.log(`\n── ${step.name}`)
    let counted: Totals | undefined
    let reason: string | undefined
    try {
      counted = await step.run()
      if (counted && counted.failed > 0) reason = `${counted.failed} failed`
    } catch (error) {
      if (!(error instanceof Failure)) console.error(error)
      if (error instanceof Failure) counted = error.totals
      reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    }
    if (counted) totals = addTotals(totals, counted)
    if (reason !== undefined) {
      failed.push(step.name)
      if (!counted?.failed) totals = addTotals(totals, { passed: 0, failed: 1, skipped: 0 })
    }
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.log(
      reason === undefined ? `── ${step.name}: ok (${seconds} s)` : `── ${step.name}: FAILED (${seconds} s): ${reason}`,
    )
  }
  writeFileSync('build/totals.json', JSON.stringify(totals))
  console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.join(', ')}.`)
  console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
  return failed.length === 0 ? 0 : 1
}

function vitest(project: string): Totals {
  const output = join(root, `build/${project}-results.json`)
  rmSync(output, { force: true })
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${output}`]
  return runner('vitest', args, output)
}

/** Other releases' kernels, in short: `npm run test:kernels` runs more of them, and more tests in each. */
function kernels(): Totals {
  const output = join(root, 'build/kernels-results.json')
  rmSync(output, { force: true })
  const result = spawnSync('node', ['test/kernels/run.ts', '--short'], { stdio: ['ignore', 'inherit', 'inherit'] })
  const totals: Totals | undefined = existsSync(output) ? JSON.parse(readFileSync(output, 'utf8')) : undefined
  if (totals === undefined) throw new Failure('test/kernels wrote no results')
  if (result.status !== 0) throw new Failure(`test/kernels ended with ${result.status ?? result.signal}`, totals)
  return totals
}

function jest(): Totals | undefined {
  if (globSync('test/jest/**/*.test.{cjs,ts,mts}').length === 0) return undefined
  const output = join(root, 'build/jest-results.json')
  rmSync(output, { force: true })
  return runner('jest', ['--config', 'test/jest/jest.config.cjs', '--json', `--outputFile=${output}`], output, {
    hideStdout: true,
  })
}

/** A test runner's exit status counts, too: a file that cannot be loaded is no failed test. */
function runner(name: string, args: string[], output: string, options: { hideStdout?: boolean } = {}): Totals {
  const result = spawnSync(name, args, { stdio: ['ignore', options.hideStdout ? 'ignore' : 'inherit', 'inherit'] })
  const totals = existsSync(output) ? readTotals(readFileSync(output, 'utf8')) : undefined
  if (result.status !== 0) throw new Failure(`${name} ended with ${result.status ?? result.signal}`, totals)
  if (totals === undefined) throw new Failure(`${name} wrote no results`)
  return totals
}

function command(name: string, args: string[]): undefined {
  const result = spawnSync(name, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  if (result.error) throw result.error
  if (result.status !== 0) throw new Failure(`${name} ${args[0] ?? ''} ended with ${result.status ?? result.signal}`)
}
