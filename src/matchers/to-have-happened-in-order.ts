// SPDX-License-Identifier: MIT
import { historyOf } from '../trace/history.ts'
import { misuse } from '../trace/misuse.ts'
import type { ProgramPatternInput } from '../trace/names.ts'
import { checkAnybody, checkEnded, checkEvidence, checked, checkOptions, checkSoFar, checkTrace } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { withArticle } from './message.ts'
import { doubtText, orderMessage, type Reached } from './order-message.ts'
import { Places } from './order-places.ts'
import { type Candidate, candidatesOf, certainChain, type Doubt, doubtIn, possibleChain } from './order-search.ts'
import { type Step, wantedSteps } from './order-steps.ts'
import { strictRun } from './order-strict.ts'

export interface OrderOptions {
  /** The program that did it, of every step that says nothing else. */
  readonly by?: ProgramPatternInput
  /** Nothing that one of the steps describes happens between them: each is there once or several times in a row, and none comes before its turn. */
  readonly strict?: boolean
  /** The verdict is about what happened so far: processes that still run do not stand in the way of one that rests on absence. */
  readonly soFar?: boolean
}

/**
 * Things happened one after the other: write, then fsync, then rename. The order is that of the trace, in which a call stands where it returned. Refused where the trace does not tell the order of two
 * things that decide. That it did not happen, and `strict`, need a complete trace.
 */
export function toHaveHappenedInOrder(
  this: MatcherContext,
  received: unknown,
  ...args: [steps: readonly Step[], options?: OrderOptions]
): MatcherResult {
  const call: Call = { context: this, matcher: 'toHaveHappenedInOrder', args }
  const { trace, steps, isStrict, soFar } = checked(call, () => read(call, received))
  const history = historyOf(trace)
  const places = new Places(trace, history)
  const candidates = checked(call, () => steps.map((step) => candidatesOf(trace, step, places)))
  const { pass, reached, doubt } = isStrict ? strictVerdict(candidates) : verdict(candidates)
  const absent = steps.map(({ printed }) => withArticle(printed)).join(', then ')
  const unseen = steps.flatMap(({ search }) => search.doubts?.() ?? [])
  const unsure = doubt === null ? [] : [doubtText(history, doubt)]
  if (isStrict || !pass) checkEvidence(call, trace, absent, [...unsure, ...unseen])
  if (!pass && this.isNot === true) {
    if (!soFar) checkEnded(call, trace, absent)
    checkAnybody(call, trace, absent)
  }
  return {
    pass,
    message: () => orderMessage({ call, trace, history, steps, candidates, isStrict, soFar, absent }, reached),
  }
}

function read(call: Call, received: unknown) {
  const [given, options] = call.args
  const trace = checkTrace(received)
  const { by, strict, soFar } = checkOptions<OrderOptions>(options, ['by', 'strict', 'soFar'])
  if (strict !== undefined && typeof strict !== 'boolean')
    throw misuse('the `strict` option to be true or false', strict)
  return {
    trace,
    steps: wantedSteps(call, trace, given, by),
    isStrict: strict === true,
    soFar: checkSoFar(soFar),
  }
}

interface Verdict {
  readonly pass: boolean
  readonly reached: Reached
  /** Why it is none; null where it is. */
  readonly doubt: Doubt | null
}

function verdict(candidates: readonly (readonly Candidate[])[]): Verdict {
  const certain = certainChain(candidates)
  if (certain !== null) return { pass: true, reached: { chain: certain, at: 0, intruder: null }, doubt: null }
  const { chain, at } = possibleChain(candidates)
  const reached = { chain: chain.map(({ place }) => place), at, intruder: null }
  return { pass: false, reached, doubt: chain.length === candidates.length ? doubtIn(chain) : null }
}

function strictVerdict(candidates: readonly (readonly Candidate[])[]): Verdict {
  const { chain, at, intruder, isWhole, doubt } = strictRun(candidates)
  return { pass: isWhole, reached: { chain, at, intruder }, doubt }
}
