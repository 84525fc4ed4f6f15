// SPDX-License-Identifier: MIT
import { showText } from '../trace/escape.ts'
import type { ExecEvent } from '../trace/event.ts'
import { historyOf } from '../trace/history.ts'
import { MisuseError } from '../trace/misuse.ts'
import {
  type ProgramPattern,
  type ProgramPatternInput,
  programPattern,
  resolvedPattern,
  shortName,
} from '../trace/names.ts'
import { editDistance, slipLimit } from '../trace/nearest.ts'
import { type AsymmetricMatcher, printValue, type TextPattern } from '../trace/pattern.ts'
import { renderExit } from '../trace/render.ts'
import { argvCriterion } from './argv.ts'
import { checked, checkGroup, checkOptions, checkTimes, checkTrace } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import {
  type ArgvExpectation,
  byCriterion,
  type Criterion,
  cwdCriterion,
  numberTest,
  resultCriterion,
  signalTest,
} from './criteria.ts'
import { answer, type Search } from './search.ts'

export interface ExecutedOptions {
  /** The whole argument list, program name first; or an asymmetric matcher over it, such as `expect.arrayContaining(['-c'])`. */
  readonly argv?: ArgvExpectation
  /** Not recorded yet: refused. */
  readonly env?: never
  /** Working folder at the time. */
  readonly cwd?: TextPattern
  /** How the process ended after it, 0..255. */
  readonly exitCode?: number | AsymmetricMatcher
  /** Which signal ended the process after it, such as `'SIGKILL'`. */
  readonly signal?: string | AsymmetricMatcher
  /** Look for failed attempts with this errno, instead of executions. */
  readonly errno?: string | AsymmetricMatcher
  /** The program that executed it: what the process ran before. */
  readonly by?: ProgramPatternInput
  /** How often, exactly. */
  readonly times?: number
  /** The file that really runs, all links resolved, and nothing else. */
  readonly resolved?: ProgramPatternInput
}

const known = ['argv', 'env', 'cwd', 'exitCode', 'signal', 'errno', 'by', 'times', 'resolved'] as const

/**
 * A program was executed, by any of its names: asked path, argv[0], script, interpreter or resolved file. A failed attempt, such as
 * a search along `$PATH`, is none. Its absence, and `times`, need a complete trace.
 */
export function toHaveExecuted(
  this: MatcherContext,
  received: unknown,
  program?: ProgramPatternInput,
  options?: ExecutedOptions,
): MatcherResult {
  const call: Call = { context: this, matcher: 'toHaveExecuted', args: [program, options] }
  const search = checked(call, () => searchOf(call, received, program, options))
  checkGroup(call, search.trace, 'process')
  return answer(search)
}

function searchOf(call: Call, received: unknown, program: unknown, given: unknown): Search<ExecEvent> {
  const trace = checkTrace(received)
  const options = checkOptions<ExecutedOptions>(given, known)
  if ('env' in options) throw new MisuseError('The `env` option cannot be used: environments are not recorded yet.')
  if (options.errno !== undefined) refuseWithErrno(options)
  const root = trace.info.projectRoot
  const history = historyOf(trace)
  const pattern = program === undefined ? null : programPattern(program, root, 'the program')
  const times = checkTimes(options.times)
  const conditions: Criterion<ExecEvent>[] = [resultCriterion(options.errno)]
  if (options.resolved !== undefined)
    conditions.push(resolvedCriterion(resolvedPattern(options.resolved, root, 'the `resolved` option')))
  if (options.argv !== undefined) conditions.push(argvCriterion(options.argv))
  if (options.cwd !== undefined) conditions.push(cwdCriterion(options.cwd, root))
  if (options.exitCode !== undefined) conditions.push(exitCodeCriterion(options.exitCode))
  if (options.signal !== undefined) conditions.push(signalCriterion(options.signal))
  if (options.by !== undefined) conditions.push(byCriterion(options.by, root, history))
  const events = trace.ofKind('exec')
  return {
    call,
    trace,
    history,
    subject: 'exec',
    link: 'of',
    events,
    target: pattern === null ? null : programCriterion(pattern),
    conditions,
    times,
    distance: (event) =>
      event.result.ok === (options.errno === undefined) ? distanceOf(pattern?.wanted ?? null, event) : null,
    otherwise: () => executedNames(events),
    difference: (event) => (Array.isArray(options.argv) ? { actual: event.argv, expected: options.argv } : {}),
  }
}

function refuseWithErrno(options: ExecutedOptions): void {
  for (const key of ['argv', 'exitCode', 'signal', 'resolved'] as const) {
    if (options[key] !== undefined)
      throw new MisuseError(`The \`${key}\` option cannot be used with \`errno\`: a failed attempt has none.`)
  }
}

function programCriterion(pattern: ProgramPattern): Criterion<ExecEvent> {
  return {
    printed: pattern.printed,
    test: (event) => pattern.match(event).verdict,
    reason: (event) =>
      pattern.match(event).verdict === 'unknown'
        ? `its ${pattern.match(event).name?.label} could not be read`
        : `named ${showText(shortName(event))}, not ${pattern.printed}`,
    note: (event) => {
      const { verdict, name } = pattern.match(event)
      return verdict === 'yes' && name !== null ? `matched by: ${name.label} ${showText(name.text)}` : null
    },
  }
}

function resolvedCriterion(pattern: ProgramPattern): Criterion<ExecEvent> {
  return {
    printed: `resolved ${pattern.printed}`,
    test: (event) => pattern.match(event).verdict,
    reason: (event) => (event.result.ok ? `its resolved file is ${showText(event.path)}` : ''),
  }
}

/** The process's end is that of its last program: an exec replaces a program, it does not end it. */
function exitCodeCriterion(expected: unknown): Criterion<ExecEvent> {
  const matches = numberTest(expected, 'exitCode', 0, 255)
  return {
    printed: `exit code ${printValue(expected)}`,
    test: ({ process: { exit } }) => (exit === null ? 'unknown' : matches(exit.code) ? 'yes' : 'no'),
    reason: endReason,
  }
}

function signalCriterion(expected: unknown): Criterion<ExecEvent> {
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

function distanceOf(wanted: string | null, event: ExecEvent): number | null {
  const name = shortName(event)
  if (wanted === null || typeof name !== 'string') return null
  const distance = editDistance(wanted, name, slipLimit(wanted))
  if (distance <= slipLimit(wanted)) return distance
  return wanted.length >= 2 && name.includes(wanted) ? slipLimit(wanted) + 1 : null
}

function executedNames(events: readonly ExecEvent[]): string[] {
  const names = new Set(events.filter(({ result }) => result.ok).map((event) => showText(shortName(event))))
  if (names.size === 0) return []
  const shown = [...names].slice(0, 12).join(', ')
  return [`Executed: ${shown}${names.size > 12 ? `, … ${names.size - 12} more` : ''}`]
}
