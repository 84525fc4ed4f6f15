// SPDX-License-Identifier: MIT
import type { AsymmetricMatcher, TextPattern } from '../trace/pattern.ts'
import { type DeletionEvent, deletingCriterion, deletionKinds, ownName } from './change-criteria.ts'
import { checked } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { resultCriterion } from './criteria.ts'
import { distanceTo, filePattern, pathCriterion, projectFiles } from './path-criteria.ts'
import { question, type SearchOptions } from './question.ts'
import { answer, type Search } from './search.ts'

export interface DeletedOptions extends SearchOptions {
  /** Look for failed attempts with this errno, instead of names that were removed. */
  readonly errno?: string | AsymmetricMatcher
}

/**
 * A name was removed: unlink or rmdir. A file that was renamed is not deleted, and neither is one that another one was renamed over. Its absence, and `times`, need a complete trace in which
 * nobody still runs.
 */
export function toHaveDeleted(
  this: MatcherContext,
  received: unknown,
  ...args: [path?: TextPattern, options?: DeletedOptions]
): MatcherResult {
  const call: Call = { context: this, matcher: 'toHaveDeleted', args }
  return answer(checked(call, () => searchOf(call, received)))
}

export function searchOf(call: Call, received: unknown): Search<DeletionEvent> {
  const { trace, root, options, by, base } = question<DeletedOptions>(call, received, ['errno'], 'the path')
  const [path] = call.args
  const pattern = path === undefined ? null : filePattern(path, root, 'the path')
  const near = distanceTo(pattern?.wanted ?? null)
  return {
    ...base,
    subject: 'deletion',
    link: 'of',
    kinds: deletionKinds,
    target: pattern === null ? null : pathCriterion<DeletionEvent>(pattern, (event) => [ownName(event)]),
    conditions: [deletingCriterion, resultCriterion(options.errno), ...by],
    distance: (event) => near(event.path),
    otherwise: () =>
      projectFiles<DeletionEvent>(trace, ['unlink', 'rmdir'], 'deleted', ({ result, path }) =>
        result.ok ? path : null,
      ),
  }
}
