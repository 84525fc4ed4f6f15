// SPDX-License-Identifier: MIT
// Benchmarks: `npm run bench -- [NAME…] [--quick] [--quiet] [--write]`. Leaves what it found in build/bench.json.
//   --quick: few rounds · --quiet: wait for calm and repeat what was disturbed, for 10 minutes a benchmark at most · --write: put the tables into docs/performance.md
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Bench } from './bench.ts'
import { calls } from './calls.ts'
import { cmake } from './cmake.ts'
import { writeDocument } from './document.ts'
import { Harness } from './harness.ts'
import { lua } from './lua.ts'
import { describeMachine, load } from './machine.ts'
import { matchersBench } from './matchers.ts'
import { memory } from './memory.ts'
import { million } from './million.ts'
import { processes } from './processes.ts'
import { rateBench } from './rate.ts'
import { heading, type Report, type Result } from './report.ts'
import { session } from './session.ts'
import { buildWorkloads, root } from './subject.ts'
import { printTable } from './table.ts'
import { walk } from './walk.ts'

const benches: readonly Bench[] = [
  lua,
  cmake,
  walk,
  processes,
  calls,
  session,
  million,
  matchersBench,
  rateBench,
  memory,
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const unknown = positionals.find((name) => !benches.some((bench) => bench.name === name))
if (unknown !== undefined)
  throw new Error(`Expected names of ${benches.map((bench) => bench.name).join(', ')}, got \`${unknown}\``)

buildWorkloads()
const output = join(root, 'build/bench.json')
const machine = describeMachine()
let results = earlier()
for (const bench of benches.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  const loadBefore = load()
  const start = performance.now()
  const harness = new Harness(bench.name, values.quiet ? 10 * 60_000 : 0)
  const figures = await bench.run({ quick: values.quick, harness })
  const result: Result = {
    bench: bench.name,
    title: bench.title,
    loadBefore,
    others: harness.others,
    seconds: (performance.now() - start) / 1000,
    figures,
  }
  results = benches.flatMap(({ name }) =>
    name === bench.name ? [result] : results.filter((one) => one.bench === name),
  )
  console.log(printTable(heading(result), figures))
  // After each: a run that is ended early leaves what it has.
  writeFileSync(output, `${JSON.stringify({ machine, results } satisfies Report, undefined, 2)}\n`)
  if (values.write) writeDocument({ machine, results })
}

/** Results of benchmarks that do not run this time stay, if they are of this machine. */
function earlier(): readonly Result[] {
  if (!existsSync(output)) return []
  // JSON has no NaN, which is the value of what could not be had.
  const report = JSON.parse(readFileSync(output, 'utf8'), (_, value) => (value === null ? Number.NaN : value)) as Report
  return JSON.stringify(report.machine) === JSON.stringify(machine) ? report.results : []
}
