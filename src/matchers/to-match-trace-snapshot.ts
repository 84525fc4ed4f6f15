// SPDX-License-Identifier: MIT
import { misuse } from '../trace/misuse.ts'
import type { TraceSnapshotOptions } from '../trace/snapshot.ts'
import { checked } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { type MatchSnapshot, rawText } from './snapshot-adapter.ts'
import { snapshotOf } from './snapshot-text.ts'
import { storedSnapshot } from './stored-snapshot.ts'

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
    const options = typeof optionsOrHint === 'string' ? undefined : optionsOrHint
    const name = checked(call, () => checkHint(optionsOrHint, hint))
    const text = snapshotOf(call, received, options, () => storedSnapshot(this, name))
    return checked(call, () => matchSnapshot.call(this, rawText(text), name))
  }
}

function checkHint(optionsOrHint: unknown, hint: unknown): string | undefined {
  if (typeof optionsOrHint === 'string') {
    if (hint === undefined) return optionsOrHint
    throw misuse('the options to be an object when a hint follows', optionsOrHint)
  }
  if (hint === undefined || typeof hint === 'string') return hint
  throw misuse('the hint to be a string', hint)
}
