// SPDX-License-Identifier: MIT

import { quoteArgument, shortenArguments } from './escape.ts'
import type { ExecEvent } from './event.ts'
import type { History } from './history.ts'
import { commandOf, shortName } from './names.ts'
import { baseName } from './pattern.ts'
import type { Process } from './process.ts'

const shownSteps = 8
const stepColumns = 44

/**
 * How it came to a process, from the test down: `test → make -j4 → sh -c 'gcc …' ⇒ gcc -c a.c`. An arrow `→` is a new
 * process, `⇒` another program in the same one; `(forked)` marks a process that had executed nothing of its own yet.
 * Programs are those of the moment: of each ancestor when it made the next, of the last one up to and including `seq`.
 */
export function lineage(process: Process, seq: number, history: History): string {
  const chain: Process[] = []
  for (let current: Process | null = process; current !== null; current = current.parent) chain.unshift(current)
  const steps: string[] = []
  for (const [index, current] of chain.entries()) {
    const next = chain[index + 1]
    const until = next === undefined ? seq + 1 : history.bornAt(next) || seq + 1
    const label = current.isRoot ? 'test' : stepOf(current, until, history)
    steps.push(index === 0 ? label : `→ ${label}`)
  }
  const shown =
    steps.length <= shownSteps
      ? steps
      : [...steps.slice(0, 3), `→ … ${steps.length - shownSteps + 1} more`, ...steps.slice(4 - shownSteps)]
  return shown.join(' ')
}

function stepOf(process: Process, until: number, history: History): string {
  const execs = history.execsBefore(process, until)
  if (execs.length === 0) return `${quoteArgument(shortName(history.programAt(process, until)))} (forked)`
  return execs.map((exec) => shortCommand(exec, stepColumns)).join(' ⇒ ')
}

/** An execution as `name arguments` within about `columns`. */
export function shortCommand(exec: ExecEvent, columns: number): string {
  const [first, ...rest] = commandOf(exec)
  const name = typeof first === 'string' ? baseName(first) || first : (first ?? '')
  return shortenArguments([name, ...rest], columns)
}
