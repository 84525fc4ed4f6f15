// SPDX-License-Identifier: MIT
import { misuse } from '../trace/misuse.ts'
import type { TraceSnapshotOptions } from '../trace/snapshot.ts'
import { checked } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { type MatchInlineSnapshot, rawText } from './snapshot-adapter.ts'
import { snapshotOf } from './snapshot-text.ts'
import { inlineText } from './stored-snapshot.ts'

/** `toMatchInlineTraceSnapshot(snapshot?)` or `(options, snapshot?)`. */
export type ToMatchInlineTraceSnapshot = (
  this: MatcherContext,
  received: unknown,
  optionsOrSnapshot?: TraceSnapshotOptions | string,
  snapshot?: string,
) => MatcherResult

/** The same as `toMatchTraceSnapshot`, with the snapshot in the test file: the runner writes it there. */
export function toMatchInlineTraceSnapshotWith(matchInlineSnapshot: MatchInlineSnapshot): ToMatchInlineTraceSnapshot {
  return function toMatchInlineTraceSnapshot(received, optionsOrSnapshot, snapshot) {
    const isOnly = typeof optionsOrSnapshot === 'string'
    const call: Call = {
      context: this,
      matcher: 'toMatchInlineTraceSnapshot',
      args: isOnly ? [] : [optionsOrSnapshot],
    }
    const stored = checked(call, () => checkSnapshot(optionsOrSnapshot, snapshot))
    const own = stored === undefined ? undefined : inlineText(stored)
    const text = snapshotOf(call, received, isOnly ? undefined : optionsOrSnapshot, () => own)
    const shown = own === text ? runnerText(text) : stored
    return checked(call, () => matchInlineSnapshot.call(this, rawText(text), shown))
  }
}

/** Spelled as the runners do: Jest takes a line by itself between two line breaks for another text. */
function runnerText(text: string): string {
  return text.includes('\n') ? `\n${text}\n` : text
}

function checkSnapshot(optionsOrSnapshot: unknown, snapshot: unknown): string | undefined {
  if (typeof optionsOrSnapshot === 'string') {
    if (snapshot === undefined) return optionsOrSnapshot
    throw misuse('the options to be an object when a snapshot follows', optionsOrSnapshot)
  }
  if (snapshot === undefined || typeof snapshot === 'string') return snapshot
  throw misuse('the inline snapshot to be a string, which the runner writes', snapshot)
}
