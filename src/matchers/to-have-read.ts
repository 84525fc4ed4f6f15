// SPDX-License-Identifier: MIT
import type { TextPattern } from '../trace/pattern.ts'
import { checked } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import {
  type AmountOptions,
  type ReadingEvent,
  readAmount,
  readCriterion,
  readingKinds,
  usedFiles,
} from './io-criteria.ts'
import { distanceTo, filePattern, pathCriterion, projectFiles } from './path-criteria.ts'
import { question } from './question.ts'
import { answer, type Search } from './search.ts'

export interface ReadOptions extends AmountOptions {}

/**
 * Something was read of a file, or it was mapped: by whatever descriptor, one that was inherited or passed as well. A call that gives no bytes, at the end of the file, is a read. `times` counts
 * calls. What the kernel itself reads to execute a program is none.
 */
export function toHaveRead(
  this: MatcherContext,
  received: unknown,
  ...args: [path?: TextPattern, options?: ReadOptions]
): MatcherResult {
  const call: Call = { context: this, matcher: 'toHaveRead', args }
  return answer(checked(call, () => searchOf(call, received)))
}

export function searchOf(call: Call, received: unknown): Search<ReadingEvent> {
  const { trace, root, options, by, base } = question<ReadOptions>(call, received, ['bytes'], 'the path')
  const [path] = call.args
  const pattern = path === undefined ? null : filePattern(path, root, 'the path')
  const near = distanceTo(pattern?.wanted ?? null)
  return {
    ...base,
    subject: 'read',
    link: 'of',
    kinds: readingKinds,
    target: pattern === null ? null : pathCriterion<ReadingEvent>(pattern, usedFiles),
    conditions: [readCriterion, ...by],
    amount: readAmount(options.bytes),
    distance: (event) => near(event.path),
    otherwise: () =>
      projectFiles<ReadingEvent>(trace, ['io'], 'read', (event) =>
        event.kind === 'io' && event.read.calls + event.mapped.calls > 0 ? event.path : null,
      ),
  }
}
