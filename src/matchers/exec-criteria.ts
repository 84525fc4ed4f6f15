// SPDX-License-Identifier: MIT
import { showText } from '../trace/escape.ts'
import type { ExecEvent, Text } from '../trace/event.ts'
import { type NameLabel, type ProgramPattern, programNames, shortName } from '../trace/names.ts'
import { editDistance, slipLimit } from '../trace/nearest.ts'
import { printValue } from '../trace/pattern.ts'
import { renderExit } from '../trace/render.ts'
import { type Criterion, numberTest, signalTest } from './criteria.ts'

export function programCriterion(pattern: ProgramPattern): Criterion<ExecEvent> {
  return {
    printed: pattern.printed,
    test: (event) => pattern.match(event).verdict,
    reason: (event) =>
      pattern.match(event).verdict === 'unknown'
        ? `its ${pattern.match(event).name?.label} could not be read`
        : namesText(event),
    note: (event) => {
      const { verdict, name, way } = pattern.match(event)
      return verdict === 'yes' && name !== null ? `matched by: ${name.label} ${showText(name.text)}${way}` : null
    },
  }
}

const shortLabels: Partial<Record<NameLabel, string>> = { 'asked path': 'asked', 'resolved file': 'resolved' }

/** Every name that could have matched. */
function namesText(event: ExecEvent): string {
  return programNames(event)
    .map(({ label, text }) => `${shortLabels[label] ?? label} ${showText(text)}`)
    .join(', ')
}

export function resolvedCriterion(pattern: ProgramPattern): Criterion<ExecEvent> {
  return {
    printed: `resolved ${pattern.printed}`,
    test: (event) => pattern.match(event).verdict,
    reason: (event) => (event.result.ok ? `its resolved file is ${showText(event.path)}` : ''),
  }
}

/** The process's end is that of its last program: an exec replaces a program, it does not end it. */
export function exitCodeCriterion(expected: unknown): Criterion<ExecEvent> {
  const matches = numberTest(expected, 'exitCode', 0, 255)
  return {
    printed: `exit code ${printValue(expected)}`,
    test: ({ process: { exit } }) => (exit === null ? 'unknown' : matches(exit.code) ? 'yes' : 'no'),
    reason: endReason,
  }
}

export function signalCriterion(expected: unknown): Criterion<ExecEvent> {
  const matches = signalTest(expected)
  return {
    printed: `signal ${printValue(expected)}`,
    test: ({ process: { exit } }) => (exit === null ? 'unknown' : matches(exit.signal) ? 'yes' : 'no'),
    reason: endReason,
  }
}

function endReason({ result, process: { exit } }: ExecEvent): string {
  if (!result.ok) return ''
  if (exit === null) return 'it still runs, so it has no exit code or signal yet: wait for it first'
  return exit.signal === null ? `exited with ${exit.code}` : `ended by ${renderExit(exit)}`
}

/** How far the short name of a program is from the wanted one; null: not near. */
export function nameDistance(wanted: string | null, name: Text): number | null {
  if (wanted === null || typeof name !== 'string') return null
  const distance = editDistance(wanted, name, slipLimit(wanted))
  if (distance <= slipLimit(wanted)) return distance
  return wanted.length >= 2 && name.includes(wanted) ? slipLimit(wanted) + 1 : null
}

export function executedNames(events: readonly ExecEvent[]): string[] {
  const names = new Set(events.filter(({ result }) => result.ok).map((event) => showText(shortName(event))))
  if (names.size === 0) return []
  const shown = [...names].slice(0, 12).join(', ')
  return [`Executed: ${shown}${names.size > 12 ? `, … ${names.size - 12} more` : ''}`]
}
