// SPDX-License-Identifier: MIT
import type { TextPattern } from '../trace/pattern.ts'
import { checked } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import {
  type AmountOptions,
  usedFiles,
  type WritingEvent,
  writingKinds,
  writtenAmount,
  writtenCriterion,
} from './io-criteria.ts'
import { distanceTo, filePattern, pathCriterion, projectFiles } from './path-criteria.ts'
import { question } from './question.ts'
import { answer, type Search } from './search.ts'

export interface WrittenOptions extends AmountOptions {}

/**
 * What is in a file was changed: written, mapped so that it may be written through, cut or extended, or emptied by an open with O_TRUNC. A file that was only created is not. `times` counts
 * calls.
 */
export function toHaveWritten(
  this: MatcherContext,
  received: unknown,
  ...args: [path?: TextPattern, options?: WrittenOptions]
): MatcherResult {
  const call: Call = { context: this, matcher: 'toHaveWritten', args }
  return answer(checked(call, () => searchOf(call, received)))
}

export function searchOf(call: Call, received: unknown): Search<WritingEvent> {
  const { trace, root, options, by, base } = question<WrittenOptions>(call, received, ['bytes'], 'the path')
  const [path] = call.args
  const pattern = path === undefined ? null : filePattern(path, root, 'the path')
  const near = distanceTo(pattern?.wanted ?? null)
  return {
    ...base,
    subject: 'write',
    link: 'of',
    kinds: writingKinds,
    target: pattern === null ? null : pathCriterion<WritingEvent>(pattern, usedFiles),
    conditions: [writtenCriterion, ...by],
    amount: writtenAmount(options.bytes),
    distance: (event) => near(event.kind === 'rename' ? event.to : event.path),
    otherwise: () =>
      projectFiles<WritingEvent>(trace, ['io'], 'written', (event) =>
        event.kind === 'io' && event.written.calls > 0 ? event.path : null,
      ),
  }
}
