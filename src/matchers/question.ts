// SPDX-License-Identifier: MIT
import type { TraceEvent } from '../trace/event.ts'
import { type History, historyOf } from '../trace/history.ts'
import type { ProgramPatternInput } from '../trace/names.ts'
import type { TraceView } from '../trace/view.ts'
import { checkOptions, checkSoFar, checkTarget, checkTimes, checkTrace } from './check.ts'
import type { Call } from './context.ts'
import { byCriterion, type Criterion } from './criteria.ts'
import type { Search } from './search.ts'

/** Options that every search has. */
export interface SearchOptions {
  /** The program that did it: what the process ran at the time. Never the test itself. */
  readonly by?: ProgramPatternInput
  /** How often, exactly. */
  readonly times?: number
  /** The verdict is about what happened so far: processes that still run do not stand in the way of one that rests on absence. */
  readonly soFar?: boolean
}

/** What every search begins with. */
export interface Question<O> {
  readonly trace: TraceView
  readonly root: string
  readonly history: History
  readonly options: O
  /** The option `by`: one criterion or none. */
  readonly by: readonly Criterion<TraceEvent>[]
  readonly base: Pick<Search<TraceEvent>, 'call' | 'trace' | 'history' | 'times' | 'soFar'>
}

const common = ['by', 'times', 'soFar'] as const

/**
 * Reads what is common to the arguments of all searches: the trace, and the options after the target. `known`: the options that are the matcher's own. `what`: how an error calls the
 * target, such as `the path`; null where there may be none. `place`: of the options among the arguments.
 */
export function question<O extends SearchOptions>(
  call: Call,
  received: unknown,
  known: readonly (keyof O & string)[],
  what: string | null,
  place = 1,
): Question<O> {
  const trace = checkTrace(received)
  if (what !== null) checkTarget(call.args, what)
  const options = checkOptions<O>(call.args[place], [...known, ...common])
  const root = trace.info.projectRoot
  const history = historyOf(trace)
  return {
    trace,
    root,
    history,
    options,
    by: options.by === undefined ? [] : [byCriterion(options.by, root, history)],
    base: { call, trace, history, times: checkTimes(options.times), soFar: checkSoFar(options.soFar) },
  }
}
