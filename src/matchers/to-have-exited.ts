// SPDX-License-Identifier: MIT
import { showText } from '../trace/escape.ts'
import type { ExitEvent } from '../trace/event.ts'
import type { History } from '../trace/history.ts'
import { misuse } from '../trace/misuse.ts'
import { type ProgramPattern, type ProgramPatternInput, programPattern, shortName } from '../trace/names.ts'
import { type AsymmetricMatcher, printValue } from '../trace/pattern.ts'
import { plural } from '../trace/print.ts'
import { renderExit } from '../trace/render.ts'
import type { TraceView } from '../trace/view.ts'
import { checked } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { type Criterion, numberTest, ofDoer, refuseBothEnds, signalTest } from './criteria.ts'
import { nameDistance } from './exec-criteria.ts'
import { question, type SearchOptions } from './question.ts'
import { answer, type Search } from './search.ts'

export interface ExitedOptions extends SearchOptions {
  /** Exit status, 0..255. */
  readonly code?: number | AsymmetricMatcher
  /** The signal that ended it, such as `'SIGSEGV'`. */
  readonly signal?: string | AsymmetricMatcher
  readonly coreDumped?: boolean
}

const known = ['code', 'signal', 'coreDumped'] as const

/**
 * A process ended: by the program that it ran last, which of a process that executed nothing is its parent's. Without options, in whatever way. Its absence, and `times`, need a complete trace in
 * which nobody still runs.
 */
export function toHaveExited(
  this: MatcherContext,
  received: unknown,
  ...args: [program?: ProgramPatternInput, options?: ExitedOptions]
): MatcherResult {
  const call: Call = { context: this, matcher: 'toHaveExited', args }
  return answer(checked(call, () => searchOf(call, received)))
}

export function searchOf(call: Call, received: unknown): Search<ExitEvent> {
  const { trace, root, history, options, by, base } = question<ExitedOptions>(call, received, known, 'the program')
  const [program] = call.args
  const pattern = program === undefined ? null : programPattern(program, root, 'the program')
  refuseBothEnds(options, 'code')
  const conditions: Criterion<ExitEvent>[] = []
  if (options.code !== undefined) conditions.push(codeCriterion(options.code))
  if (options.signal !== undefined) conditions.push(signalCriterion(options.signal))
  if (options.coreDumped !== undefined) conditions.push(coreCriterion(options.coreDumped))
  return {
    ...base,
    subject: 'exit',
    link: 'of',
    kinds: ['exit'],
    target: pattern === null ? null : lastProgram(pattern, history),
    conditions: [...conditions, ...by],
    distance: (event) => nameDistance(pattern?.wanted ?? null, shortName(history.programAt(event.process, event.seq))),
    otherwise: () => exitedNames(trace, history),
  }
}

/** What the process ran at its end. */
function lastProgram(pattern: ProgramPattern, history: History): Criterion<ExitEvent> {
  return ofDoer<ExitEvent>({
    printed: pattern.printed,
    test: ({ process, seq }) => pattern.match(history.programAt(process, seq)).verdict,
    reason: ({ process, seq }) => {
      const program = history.programAt(process, seq)
      return pattern.match(program).verdict === 'unknown'
        ? 'what it ran could not be read'
        : `it ran ${showText(shortName(program))}`
    },
    note: ({ process, seq }) => {
      const { name, way } = pattern.match(history.programAt(process, seq))
      return name === null ? null : `matched by: ${name.label} ${showText(name.text)}${way}`
    },
  })
}

function codeCriterion(expected: unknown): Criterion<ExitEvent> {
  const matches = numberTest(expected, 'code', 0, 255)
  return {
    printed: `code ${printValue(expected)}`,
    test: ({ code }) => (matches(code) ? 'yes' : 'no'),
    reason: endReason,
  }
}

function signalCriterion(expected: unknown): Criterion<ExitEvent> {
  const matches = signalTest(expected)
  return {
    printed: `signal ${printValue(expected)}`,
    test: ({ signal }) => (matches(signal) ? 'yes' : 'no'),
    reason: endReason,
  }
}

function endReason(exit: ExitEvent): string {
  return exit.signal === null ? `exited with ${exit.code}` : `ended by ${renderExit(exit)}`
}

function coreCriterion(expected: unknown): Criterion<ExitEvent> {
  if (typeof expected !== 'boolean') throw misuse('the `coreDumped` option to be true or false', expected)
  return {
    printed: expected ? 'a core dump' : 'no core dump',
    test: ({ coreDumped }) => (coreDumped === expected ? 'yes' : 'no'),
    reason: ({ coreDumped }) => (coreDumped ? 'a core was dumped' : 'no core was dumped'),
  }
}

const mostNames = 12

function exitedNames(trace: TraceView, history: History): string[] {
  const exits = trace.ofKind('exit')
  if (exits.length === 0) return ['No process ended.']
  const names = [...new Set(exits.map(({ process, seq }) => showText(shortName(history.programAt(process, seq)))))]
  const more = names.length > mostNames ? `, … ${names.length - mostNames} more` : ''
  return [`${plural(exits.length, 'process', 'es')} ended: ${names.slice(0, mostNames).join(', ')}${more}`]
}
