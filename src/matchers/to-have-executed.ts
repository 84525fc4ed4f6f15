// SPDX-License-Identifier: MIT
import type { ExecEvent } from '../trace/event.ts'
import { MisuseError } from '../trace/misuse.ts'
import { isSearchStep, type ProgramPatternInput, programPattern, resolvedPattern, shortName } from '../trace/names.ts'
import type { AsymmetricMatcher, TextPattern } from '../trace/pattern.ts'
import { argvCriterion } from './argv.ts'
import { checked } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { type ArgvExpectation, type Criterion, cwdCriterion, refuseBothEnds, resultCriterion } from './criteria.ts'
import { type EnvironmentExpectation, environmentCriterion } from './environment-criterion.ts'
import {
  executedNames,
  exitCodeCriterion,
  nameDistance,
  programCriterion,
  resolvedCriterion,
  signalCriterion,
} from './exec-criteria.ts'
import { question, type SearchOptions } from './question.ts'
import { answer, type Search } from './search.ts'

export interface ExecutedOptions extends SearchOptions {
  /** The whole argument list, program name first; or an asymmetric matcher over it, such as `expect.arrayContaining(['-c'])`. */
  readonly argv?: ArgvExpectation
  /** Variables of its environment: `{ CC: 'gcc', NODE_OPTIONS: null }`, null for one that is not set. Needs the option `env` of the session. */
  readonly env?: EnvironmentExpectation
  /** Working folder at the time. */
  readonly cwd?: TextPattern
  /** How the process ended after it, 0..255. */
  readonly exitCode?: number | AsymmetricMatcher
  /** Which signal ended the process after it, such as `'SIGKILL'`. */
  readonly signal?: string | AsymmetricMatcher
  /** Look for failed attempts with this errno, instead of executions. */
  readonly errno?: string | AsymmetricMatcher
  /** The file that really runs, all links resolved, and nothing else. */
  readonly resolved?: ProgramPatternInput
}

const known = ['argv', 'env', 'cwd', 'exitCode', 'signal', 'errno', 'resolved'] as const

/**
 * A program was executed, by any of its names: asked path, argv[0], script, interpreter or resolved file. A failed attempt, such as
 * a search along `$PATH`, is none. Its absence, and `times`, need a complete trace in which nobody still runs.
 */
export function toHaveExecuted(
  this: MatcherContext,
  received: unknown,
  ...args: [program?: ProgramPatternInput, options?: ExecutedOptions]
): MatcherResult {
  const call: Call = { context: this, matcher: 'toHaveExecuted', args }
  return answer(checked(call, () => searchOf(call, received)))
}

export function searchOf(call: Call, received: unknown): Search<ExecEvent> {
  const { trace, root, options, by, base } = question<ExecutedOptions>(call, received, known, 'the program')
  const [program] = call.args
  if (options.errno !== undefined) refuseWithErrno(options)
  const pattern = program === undefined ? null : programPattern(program, root, 'the program')
  refuseBothEnds(options, 'exitCode')
  const conditions: Criterion<ExecEvent>[] = [resultCriterion(options.errno)]
  if (options.resolved !== undefined)
    conditions.push(resolvedCriterion(resolvedPattern(options.resolved, root, 'the `resolved` option')))
  if (options.argv !== undefined) conditions.push(argvCriterion(options.argv))
  if (options.env !== undefined) conditions.push(environmentCriterion(call, trace, options.env))
  if (options.cwd !== undefined) conditions.push(cwdCriterion(options.cwd, root))
  if (options.exitCode !== undefined) conditions.push(exitCodeCriterion(options.exitCode))
  if (options.signal !== undefined) conditions.push(signalCriterion(options.signal))
  return {
    ...base,
    subject: 'exec',
    link: 'of',
    kinds: ['exec'],
    target: pattern === null ? null : programCriterion(pattern),
    conditions: [...conditions, ...by],
    meansAnything: pattern === null && conditions.length === 1 && by.length === 0 && options.errno === undefined,
    distance: (event) =>
      event.result.ok === (options.errno === undefined)
        ? nameDistance(pattern?.wanted ?? null, shortName(event))
        : null,
    failure: (event) => (options.errno === undefined ? failureOf(event) : null),
    otherwise: () => executedNames(trace.ofKind('exec')),
    difference: (event) => (Array.isArray(options.argv) ? { actual: event.argv, expected: options.argv } : {}),
  }
}

function failureOf(event: ExecEvent): 'attempt' | 'step' | null {
  if (event.result.ok) return null
  return isSearchStep(event, event.process.execs) ? 'step' : 'attempt'
}

function refuseWithErrno(options: ExecutedOptions): void {
  for (const key of ['argv', 'env', 'exitCode', 'signal', 'resolved'] as const) {
    if (options[key] !== undefined)
      throw new MisuseError(`The \`${key}\` option cannot be used with \`errno\`: a failed attempt has none.`)
  }
}
