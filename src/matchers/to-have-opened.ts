// SPDX-License-Identifier: MIT
import type { OpenEvent, OpenMode } from '../trace/event.ts'
import { MisuseError } from '../trace/misuse.ts'
import type { AsymmetricMatcher, TextPattern } from '../trace/pattern.ts'
import { checked } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { type Criterion, resultCriterion } from './criteria.ts'
import { createdCriterion, modeCriterion, openedFiles } from './open-criteria.ts'
import { distanceTo, filePattern, pathCriterion, projectFiles } from './path-criteria.ts'
import { question, type SearchOptions } from './question.ts'
import { answer, type Search } from './search.ts'

export interface OpenedOptions extends SearchOptions {
  /** `'read'` and `'write'` each include `'readwrite'`; `'path'` is O_PATH, which is neither and otherwise left out. */
  readonly mode?: OpenMode | AsymmetricMatcher
  /** Look for failed attempts with this errno, instead of opens. */
  readonly errno?: string | AsymmetricMatcher
  /** Whether the call made the file. */
  readonly created?: boolean
}

/**
 * A file was opened: by the path that the kernel resolved, or by the one that was asked for. A failed attempt is none, unless
 * `errno` asks for it. Its absence, and `times`, need a complete trace in which nobody still runs.
 */
export function toHaveOpened(
  this: MatcherContext,
  received: unknown,
  ...args: [path?: TextPattern, options?: OpenedOptions]
): MatcherResult {
  const call: Call = { context: this, matcher: 'toHaveOpened', args }
  return answer(checked(call, () => searchOf(call, received)))
}

export function searchOf(call: Call, received: unknown): Search<OpenEvent> {
  const { trace, root, options, by, base } = question<OpenedOptions>(
    call,
    received,
    ['mode', 'errno', 'created'],
    'the path',
  )
  const [path] = call.args
  const pattern = path === undefined ? null : filePattern(path, root, 'the path')
  const near = distanceTo(pattern?.wanted ?? null)
  if (options.created === true && options.errno !== undefined)
    throw new MisuseError('The `created` option cannot be used with `errno`: an attempt that failed made no file.')
  const conditions: Criterion<OpenEvent>[] = [modeCriterion(options.mode), resultCriterion(options.errno)]
  if (options.created !== undefined) conditions.push(createdCriterion(options.created))
  return {
    ...base,
    subject: 'open',
    link: 'of',
    kinds: ['open'],
    target: pattern === null ? null : pathCriterion<OpenEvent>(pattern, openedFiles),
    conditions: [...conditions, ...by],
    distance: (event) => near(event.path),
    otherwise: () =>
      projectFiles<OpenEvent>(trace, ['open'], 'opened', ({ result, fileType, path }) =>
        result.ok && fileType !== 'directory' ? path : null,
      ),
  }
}
