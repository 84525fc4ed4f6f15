// SPDX-License-Identifier: MIT
// Runs one mode of a runner in an installed project, and says what was wrong.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { npmEnvironment } from '../../scripts/run-examples.ts'
import { type Claim, judge } from './judge.ts'
import { contents, type Mode, type RunnerName, type SpecFile } from './modes.ts'

const root = resolve(import.meta.dirname, '../..')
const patienceMs = 60_000
const entries: Record<RunnerName, string> = { vitest: 'vitest/vitest.mjs', jest: 'jest/bin/jest.js' }

/** Sentences; none when each test did what was expected and saw just its own. `project` has node_modules, `node` is the program to run it with. */
export async function runMode(mode: Mode, project: string, node: string): Promise<string[]> {
  const place = mkdtempSync(join(project, 'run-'))
  const folder = join(place, 'folder')
  const spec = join(place, 'spec')
  cpSync(join(import.meta.dirname, 'spec'), spec, { recursive: true })
  for (const part of ['signed', 'claims']) mkdirSync(join(folder, part), { recursive: true })
  const problems: string[] = []
  try {
    for (const [n, args] of mode.runs.entries()) {
      const results = join(place, `results-${n}.json`)
      const runner = startRunner(mode, args, { project, node, folder, results, cwd: join(spec, mode.runner) })
      if (mode.watches) await writeAgain(runner, join(spec, mode.runner), folder, mode)
      problems.push(...(await runner.ended()))
    }
    problems.push(...checkResults(mode, place), ...checkClaims(mode, folder))
  } finally {
    problems.push(...(await endLeftovers(folder)))
    rmSync(place, { recursive: true })
  }
  return problems
}

interface Runner {
  readonly child: ChildProcess
  /** Ends the runner when its time is up; sentences about how it ended. */
  ended(): Promise<string[]>
}

function startRunner(
  mode: Mode,
  args: readonly string[],
  places: { project: string; node: string; folder: string; results: string; cwd: string },
): Runner {
  const { project, node, folder, results, cwd } = places
  const reporting =
    mode.runner === 'jest'
      ? ['--json', `--outputFile=${results}`]
      : ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
  const environment = npmEnvironment()
  const child = spawn(node, [join(project, 'node_modules', entries[mode.runner]), ...args, ...reporting], {
    cwd,
    detached: true, // a group of its own, to be ended as a whole
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...environment,
      NO_COLOR: '1',
      ...mode.env,
      PATH: `${dirname(node)}:${environment['PATH']}`,
      SPY_RUNNERS_FOLDER: folder,
      SPY_RUNNERS_PROGRAM: join(root, 'build/workloads/tagged'),
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += data))
  let late = false
  const timer = setTimeout(() => {
    late = true
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }, patienceMs)
  const closed = once(child, 'close')
  return {
    child,
    async ended() {
      const [code] = await closed
      clearTimeout(timer)
      if (late) return [`the runner did not end within ${patienceMs / 1000} s:\n${tail(output)}`]
      const expected = mode.files.failing ? 1 : 0
      if (mode.watches || code === expected) return []
      return [`the runner ended with ${code}, expected ${expected}:\n${tail(output)}`]
    },
  }
}

function tail(output: string): string {
  return stripVTControlCharacters(output).split('\n').slice(-60).join('\n')
}

/** Lets a runner that watches run twice. */
async function writeAgain({ child }: Runner, spec: string, folder: string, mode: Mode): Promise<void> {
  const all = expectedOf(mode, 'claims')
  const file = readdirSync(spec).find((name) => name.startsWith('sequential.test.'))!
  const ended = () => child.exitCode !== null || child.signalCode !== null
  const claims = () => readdirSync(join(folder, 'claims')).filter((name) => name.endsWith('.json')).length
  while (!ended() && claims() < all / 2) await pause(20)
  // The runner watches before or after it has run, and does not say when.
  for (let tries = 0; !ended() && claims() === all / 2; tries++) {
    if (tries % 25 === 0) utimesSync(join(spec, file), new Date(), new Date())
    await pause(20)
  }
  while (!ended() && claims() < all) await pause(20)
  child.kill('SIGINT')
}

function expectedOf(mode: Mode, what: 'tests' | 'claims'): number {
  return Object.entries(mode.files).reduce(
    (sum, [file, times]) => sum + contents[mode.runner][file as SpecFile][what] * times,
    0,
  )
}

function checkResults(mode: Mode, place: string): string[] {
  if (mode.watches) return []
  const problems: string[] = []
  let count = 0
  for (const name of readdirSync(place).filter((one) => one.startsWith('results-'))) {
    const { testResults } = JSON.parse(readFileSync(join(place, name), 'utf8'))
    for (const file of testResults) {
      if (file.assertionResults.length === 0) problems.push(`${file.name} could not be loaded: ${file.message}`)
      for (const { fullName, title, status, failureMessages } of file.assertionResults) {
        count++
        const expected = title.startsWith('fails') ? 'failed' : 'passed'
        if (status !== expected)
          problems.push(`${fullName}: expected that it ${expected}, it ${status}: ${failureMessages?.[0] ?? ''}`)
      }
    }
  }
  const expected = expectedOf(mode, 'tests')
  if (count !== expected) problems.push(`${count} tests ran, expected ${expected}`)
  return problems
}

function checkClaims(mode: Mode, folder: string): string[] {
  const claims = readdirSync(join(folder, 'claims')).map(
    (name): Claim => JSON.parse(readFileSync(join(folder, 'claims', name), 'utf8')),
  )
  const problems = judge(readdirSync(join(folder, 'signed')), claims)
  const expected = expectedOf(mode, 'claims')
  if (claims.length !== expected) problems.push(`${claims.length} traces were looked at, expected ${expected}`)
  return problems
}

/** What still runs after a while is one sentence each, and ended. */
async function endLeftovers(folder: string): Promise<string[]> {
  for (let tries = 0; tries < 100 && processesOf(folder).length > 0; tries++) await pause(20)
  return processesOf(folder).map((pid) => {
    const sentence = `process ${pid} was left behind: ${commandOf(pid)}`
    process.kill(pid, 'SIGKILL')
    return sentence
  })
}

/** Everything that was started for this run has its folder in the environment. */
function processesOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => environmentOf(pid).includes(`SPY_RUNNERS_FOLDER=${folder}\0`))
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    return '' // has ended meanwhile
  }
}

function commandOf(pid: number): string {
  const path = `/proc/${pid}/cmdline`
  return existsSync(path) ? readFileSync(path, 'utf8').replaceAll('\0', ' ') : ''
}
