// SPDX-License-Identifier: MIT
import { MisuseError, misuse } from '../trace/misuse.ts'
import { snapshotText, type TraceSnapshotOptions } from '../trace/snapshot.ts'
import { checkEnded, checkEvidence, checked, checkGroup, checkOptions, checkSoFar, checkTrace } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { choiceTest } from './criteria.ts'
import { type MatchSnapshot, rawText } from './snapshot-adapter.ts'

/** `toMatchTraceSnapshot(hint?)` or `(options?, hint?)`. */
export type ToMatchTraceSnapshot = (
  this: MatcherContext,
  received: unknown,
  optionsOrHint?: TraceSnapshotOptions | string,
  hint?: string,
) => MatcherResult

/**
 * What the trace's processes did equals the stored snapshot: the same in every run, whatever the pids, temporary names and timing. The
 * snapshot says what did not happen too, so it needs a complete trace.
 */
export function toMatchTraceSnapshotWith(matchSnapshot: MatchSnapshot): ToMatchTraceSnapshot {
  return function toMatchTraceSnapshot(received, optionsOrHint, hint) {
    const call: Call = { context: this, matcher: 'toMatchTraceSnapshot', args: [optionsOrHint, hint] }
    const { trace, options, name } = checked(call, () => {
      if (this.isNot === true)
        throw new MisuseError('A snapshot cannot be used with `.not`: it would hold of nearly everything.')
      const own = typeof optionsOrHint === 'string' ? undefined : optionsOrHint
      return { trace: checkTrace(received), options: checkSnapshotOptions(own), name: checkHint(optionsOrHint, hint) }
    })
    checkGroup(call, trace, 'process')
    const text = snapshotText(trace, options)
    checkEvidence(call, trace, 'anything beside what a snapshot would show')
    if (!checkSoFar(options.soFar)) checkEnded(call, trace, 'more than a snapshot would show')
    return checked(call, () => matchSnapshot.call(this, rawText(text), name))
  }
}

function checkSnapshotOptions(given: unknown): TraceSnapshotOptions {
  const options = checkOptions<TraceSnapshotOptions>(given, ['order', 'soFar'])
  if (options.order !== undefined) choiceTest(options.order, 'order', ['sorted', 'recorded'])
  return options
}

function checkHint(optionsOrHint: unknown, hint: unknown): string | undefined {
  if (typeof optionsOrHint === 'string') {
    if (hint === undefined) return optionsOrHint
    throw misuse('the options to be an object when a hint follows', optionsOrHint)
  }
  if (hint === undefined || typeof hint === 'string') return hint
  throw misuse('the hint to be a string', hint)
}
