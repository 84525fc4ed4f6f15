// SPDX-License-Identifier: MIT
// `npm run test:runners`: every mode of every runner's versions, on every Node. `npm run test:runners -- --short` is the part that `npm test` runs;
// words select rows: `npm run test:runners -- vitest-4.1.4 forks`.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { packPackage } from '../../scripts/pack.ts'
import type { Totals } from '../../scripts/totals.ts'
import { installAll } from './install.ts'
import { fullMatrix, type Row, shortMatrix } from './matrix.ts'
import { runMode } from './run-mode.ts'

/** Rows that run at the same time; each has workers of its own. */
const atOnce = 2

interface Outcome {
  readonly row: Row
  readonly problems: readonly string[]
  readonly seconds: number
}

/** Runs the rows, prints what went wrong and a table. Each row counts as a test. */
export async function runRunners(rows: readonly Row[] = shortMatrix()): Promise<Totals> {
  const names = new Set(rows.flatMap(({ runner, node }) => (node === 'tools' ? [runner] : [runner, node])))
  const { place, projects } = await installAll([...names])
  const outcomes: Outcome[] = []
  try {
    const waiting = [...rows]
    const one = async () => {
      for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
        const outcome = await runRow(row, projects)
        outcomes.push(outcome)
        if (outcome.problems.length > 0) console.log(`\n${describe(row)}\n  ${outcome.problems.join('\n  ')}`)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, one))
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
  printTable(rows.map((row) => outcomes.find((outcome) => outcome.row === row)!))
  const failed = outcomes.filter(({ problems }) => problems.length > 0).length
  return { passed: outcomes.length - failed, failed, skipped: 0 }
}

async function runRow(row: Row, projects: ReadonlyMap<string, string>): Promise<Outcome> {
  const start = performance.now()
  const problems = await runMode(row.mode, projects.get(row.runner)!, nodeOf(row.node, projects)).catch((error) => [
    error instanceof Error ? (error.stack ?? error.message) : String(error),
  ])
  return { row, problems, seconds: (performance.now() - start) / 1000 }
}

function nodeOf(name: string, projects: ReadonlyMap<string, string>): string {
  if (name === 'tools') return process.execPath
  return join(projects.get(name)!, `node_modules/node-linux-${process.arch}/bin/node`)
}

function describe({ runner, node, mode }: Row): string {
  return `${runner} | ${versionOf(node)} | ${mode.name}`
}

function versionOf(node: string): string {
  return node === 'tools' ? `node-${process.versions.node}` : node
}

function printTable(outcomes: readonly Outcome[]): void {
  console.log('\n| runner | Node | mode | |\n|---|---|---|---|')
  for (const { row, problems, seconds } of outcomes) {
    const verdict = problems.length === 0 ? 'passed' : 'FAILED'
    console.log(`| ${describe(row)} | ${verdict} (${seconds.toFixed(1)} s) |`)
  }
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({ options: { short: { type: 'boolean' } }, allowPositionals: true })
  packPackage()
  const rows = values.short ? shortMatrix() : fullMatrix()
  const wanted = rows.filter((row) => positionals.every((word) => describe(row).includes(word)))
  const { passed, failed } = await runRunners(wanted)
  console.log(`\n${passed} passed, ${failed} failed`)
  if (failed > 0) process.exitCode = 1
}
