// SPDX-License-Identifier: MIT
// A matcher asks several questions of a trace that may be live: all of them are about one moment, and so is its message.
import type { TraceView } from '../trace/view.ts'
import { traceOf } from './check.ts'
import type { MatcherContext, MatcherResult } from './context.ts'

type Matcher = (this: MatcherContext, received: unknown, ...args: never[]) => MatcherResult

/** The matcher, for which the trace stays as it is when it is called. */
export function atOneMoment<M extends Matcher>(matcher: M): M {
  const asked = function (this: MatcherContext, received: unknown, ...args: never[]): MatcherResult {
    const trace = traceOf(received)
    const result = still(trace, () => matcher.call(this, received, ...args))
    return { ...result, message: () => still(trace, result.message, false) }
  }
  return asked as M
}

/** Work during which a trace takes in nothing new; `isFresh`: but what there is when it begins. */
export function still<T>(trace: TraceView | null, work: () => T, isFresh = true): T {
  const held = trace as { isStill?: boolean; readonly lost: unknown } | null
  if (held === null || held.isStill !== false) return work()
  if (isFresh) void held.lost // which takes everything in
  held.isStill = true
  try {
    return work()
  } finally {
    held.isStill = false
  }
}
