// SPDX-License-Identifier: MIT
// Runs the samples of README and docs/, and holds the outputs that the pages show against what was printed.
// `npm run test:samples`; `-- --update` writes what was printed into the pages; `-- docs/limits.md …` runs those of some pages.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readPages } from '../docs/markdown.ts'
import { addTotals, Failure, readTotals, type Totals } from '../totals.ts'
import { checkProblems } from './check.ts'
import { difference, shown } from './compare.ts'
import { makeProject, type Placed, projectFolder } from './project.ts'
import { sortFences } from './sample.ts'

const root = resolve(import.meta.dirname, '../..')
const none: Totals = { passed: 0, failed: 0, skipped: 0 }

/** Nothing of the machine's own settings: what programs read of them is in the outputs. `CI` would refuse new snapshots. */
const environment = {
  ...Object.fromEntries(['HOME', 'TMPDIR', 'SPYSCALL_NATIVE_DIR'].map((name) => [name, process.env[name]])),
  PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`,
  NO_COLOR: '1',
}

export function runSamples({ update = false, only = [] as readonly string[] } = {}): Totals {
  const pages = readPages().filter(({ path }) => only.length === 0 || only.includes(path))
  const { samples, checked, problems } = sortFences(pages)
  const wrong = [...(only.length === 0 ? problems : []), ...checked.flatMap(checkProblems)]
  for (const problem of wrong) console.log(problem)
  let totals: Totals = { passed: checked.length, failed: wrong.length, skipped: 0 }

  const placed = makeProject(samples)
  const printed = new Map<Placed, string>()
  totals = addTotals(totals, checkTypes())
  totals = addTotals(totals, runTests('vitest', placed, printed))
  totals = addTotals(totals, runTests('jest', placed, printed))
  for (const sample of placed.filter(({ kind }) => kind === 'shell'))
    totals = addTotals(totals, runShell(sample, printed))
  for (const sample of placed.filter(({ output }) => output !== null))
    totals = addTotals(totals, compareOutput(sample, printed, update))
  console.log(`samples: ${totals.passed} passed, ${totals.failed} failed`)
  return totals
}

function checkTypes(): Totals {
  const { status, stdout } = spawnSync('tsc', ['-p', projectFolder], { encoding: 'utf8', cwd: projectFolder })
  if (status !== 0) console.log(stdout)
  return { ...none, [status === 0 ? 'passed' : 'failed']: 1 }
}

/** Files are expected to fail where the page says so; a test that keeps its message passes then. */
function runTests(kind: 'vitest' | 'jest', placed: readonly Placed[], printed: Map<Placed, string>): Totals {
  const own = placed.filter((sample) => sample.kind === kind)
  if (own.length === 0) return none
  const results = join(projectFolder, `${kind}.json`)
  const args = {
    vitest: ['run', '--root', projectFolder, '--reporter=json', `--outputFile=${results}`],
    jest: ['--config', 'jest.config.json', '--json', `--outputFile=${results}`],
  }[kind]
  const run = spawnSync(kind, args, { cwd: projectFolder, encoding: 'utf8', env: environment })
  if (!existsSync(results)) throw new Failure(`${kind} wrote no results:\n${run.stdout}${run.stderr}`)
  const json = readFileSync(results, 'utf8')
  const files: TestFile[] = JSON.parse(json).testResults
  let totals = readTotals(json)
  for (const sample of own) {
    const file = files.find(({ name }) => name === sample.test)
    const failed = file?.assertionResults.filter(({ status }) => status === 'failed') ?? []
    const first = failed[0]
    if (sample.shows === 'fails' && first && !existsSync(sample.kept)) {
      printed.set(sample, failureText(sample, first))
      totals = addTotals(totals, { passed: 1, failed: -1, skipped: 0 })
    } else if (file === undefined || file.status === 'failed') {
      console.log(`${sample.at} failed:\n${first?.failureMessages.join('\n') ?? file?.message ?? 'it did not run'}\n`)
    } else if (sample.shows === 'snapshot') printed.set(sample, storedSnapshot(sample))
    if (existsSync(sample.kept)) printed.set(sample, readFileSync(sample.kept, 'utf8'))
  }
  return totals
}

interface TestFile {
  readonly name: string
  readonly status: string
  readonly message?: string
  readonly assertionResults: readonly { status: string; fullName: string; failureMessages: readonly string[] }[]
}

/** As Vitest prints it, without the stack. */
function failureText({ file, test }: Placed, failed: TestFile['assertionResults'][number]): string {
  const message = failed.failureMessages.join('\n').replace(/\n +at .*$/s, '')
  return ` FAIL  ${basename(file ?? test)} > ${failed.fullName}\n${message}`
}

function storedSnapshot({ test }: Placed): string {
  const exports: Record<string, string> = {}
  new Function('exports', readFileSync(join(dirname(test), '__snapshots__', `${basename(test)}.snap`), 'utf8'))(exports)
  return Object.values(exports).join('\n').trim()
}

function runShell(sample: Placed, printed: Map<Placed, string>): Totals {
  const run = spawnSync('bash', ['-euo', 'pipefail', sample.test], {
    cwd: sample.place,
    encoding: 'utf8',
    env: environment,
  })
  const failed = (run.status !== 0) !== (sample.shows === 'fails')
  if (failed) console.log(`${sample.at} ended with ${run.status}:\n${run.stdout}${run.stderr}`)
  printed.set(sample, run.stdout + (sample.shows === 'fails' ? run.stderr : ''))
  return { ...none, [failed ? 'failed' : 'passed']: 1 }
}

function compareOutput(sample: Placed, printed: Map<Placed, string>, update: boolean): Totals {
  const raw = printed.get(sample)
  if (raw === undefined || sample.output === null) return none // it failed otherwise, and said so
  const text = shown(raw, sample.place)
  const told = sample.output.text
  // Of a test file the page may show the message alone.
  const part = text.startsWith(' FAIL ') && !told.startsWith(' FAIL ') ? text.slice(text.indexOf('expect(')) : text
  const differs = difference(told, part)
  if (differs === null) return { ...none, passed: 1 }
  if (update) writeOutput(sample, part)
  console.log(`${sample.output.page}:${sample.output.line} is not what ${sample.at} ${sample.shows}, ${differs}`)
  return update ? { ...none, passed: 1 } : { ...none, failed: 1 }
}

function writeOutput({ output }: Placed, text: string): void {
  if (output === null) return
  const path = join(root, output.page)
  const page = readFileSync(path, 'utf8')
  const fence = `\`\`\`${output.language}\n`
  if (!page.includes(fence + output.text)) throw new Failure(`cannot find the block of ${output.page}:${output.line}`)
  writeFileSync(
    path,
    page.replace(fence + output.text, () => `${fence}${text.trimEnd()}\n`),
  )
}

if (import.meta.main) {
  const options = { update: { type: 'boolean', short: 'u' } } as const
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  if (runSamples({ update: values.update ?? false, only: positionals }).failed > 0) process.exitCode = 1
}
