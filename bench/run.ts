// SPDX-License-Identifier: MIT
// Benchmarks: `npm run bench -- [NAME…] [--quick] [--quiet] [--write]`. Leaves what it found in build/bench.json.
//   --quick: few rounds · --quiet: wait, up to 20 minutes, until nothing else runs · --write: put the tables into docs/performance.md
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Bench } from './bench.ts'
import { calls } from './calls.ts'
import { writeDocument } from './document.ts'
import type { Figure } from './figure.ts'
import { lua } from './lua.ts'
import { describeMachine, load, type Machine, quiet } from './machine.ts'
import { memory } from './memory.ts'
import { million } from './million.ts'
import { processes } from './processes.ts'
import { rateBench } from './rate.ts'
import { session } from './session.ts'
import { buildWorkloads, root } from './subject.ts'
import { printTable } from './table.ts'
import { walk } from './walk.ts'

const benches: readonly Bench[] = [lua, walk, processes, calls, session, million, rateBench, memory]

export interface Report {
  readonly machine: Machine
  readonly results: readonly Result[]
}

export interface Result {
  readonly bench: string
  readonly title: string
  /** Average number of runnable tasks in the minute before it began. */
  readonly loadBefore: number
  readonly seconds: number
  readonly figures: readonly Figure[]
}

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
const results: Result[] = []
for (const bench of benches.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  if (values.quiet) await quiet(20 * 60_000)
  const loadBefore = load()
  const start = performance.now()
  const figures = await bench.run({ quick: values.quick })
  results.push({
    bench: bench.name,
    title: bench.title,
    loadBefore,
    seconds: (performance.now() - start) / 1000,
    figures,
  })
  console.log(printTable(`${bench.name}: ${bench.title} (load before: ${loadBefore})`, figures))
  // After each: a run that is ended early leaves what it has.
  const report: Report = { machine: describeMachine(), results }
  writeFileSync(join(root, 'build/bench.json'), `${JSON.stringify(report, undefined, 2)}\n`)
  if (values.write) writeDocument(report)
}
