// SPDX-License-Identifier: MIT
import type { FileType } from '../trace/event.ts'
import type { AsymmetricMatcher, TextPattern } from '../trace/pattern.ts'
import { absent } from '../trace/text.ts'
import { type CreationEvent, createdFiles, creatingCriterion, creationKinds, typeCriterion } from './change-criteria.ts'
import { checked } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { type Criterion, resultCriterion } from './criteria.ts'
import { distanceTo, filePattern, pathCriterion, projectFiles } from './path-criteria.ts'
import { question, type SearchOptions } from './question.ts'
import { answer, type Search } from './search.ts'

export interface CreatedOptions extends SearchOptions {
  /** What kind of file. Of a rename and a link it is known only where the trace has the file by another event too. */
  readonly type?: FileType | AsymmetricMatcher
  /** Look for failed attempts with this errno, instead of files that were made. */
  readonly errno?: string | AsymmetricMatcher
}

/**
 * A name came into being: by an open that made the file, mkdir, symlink, link, mknod, the bind of a unix socket, or as the new name of a rename. The message says which. Its absence, and `times`, need a complete
 * trace in which nobody still runs.
 */
export function toHaveCreated(
  this: MatcherContext,
  received: unknown,
  ...args: [path?: TextPattern, options?: CreatedOptions]
): MatcherResult {
  const call: Call = { context: this, matcher: 'toHaveCreated', args }
  return answer(checked(call, () => searchOf(call, received)))
}

export function searchOf(call: Call, received: unknown): Search<CreationEvent> {
  const { trace, root, options, by, base } = question<CreatedOptions>(call, received, ['type', 'errno'], 'the path')
  const [path] = call.args
  const pattern = path === undefined ? null : filePattern(path, root, 'the path')
  const near = distanceTo(pattern?.wanted ?? null)
  const conditions: Criterion<CreationEvent>[] = [creatingCriterion, resultCriterion(options.errno)]
  if (options.type !== undefined) conditions.push(typeCriterion(options.type, trace))
  return {
    ...base,
    subject: 'creation',
    link: 'of',
    kinds: creationKinds(trace),
    target: pattern === null ? null : pathCriterion<CreationEvent>(pattern, createdFiles),
    conditions: [...conditions, ...by],
    distance: (event) => near(createdFiles(event)[0]?.path ?? absent),
    otherwise: () =>
      projectFiles<CreationEvent>(trace, creationKinds(trace), 'created', (event) =>
        event.result.ok && creatingCriterion.test(event as CreationEvent) === 'yes'
          ? (createdFiles(event)[0]?.path ?? null)
          : null,
      ),
  }
}
