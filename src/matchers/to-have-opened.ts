// SPDX-License-Identifier: MIT
import type { OpenEvent, OpenMode } from '../trace/event.ts'
import { historyOf } from '../trace/history.ts'
import type { ProgramPatternInput } from '../trace/names.ts'
import type { AsymmetricMatcher, TextPattern } from '../trace/pattern.ts'
import { checked, checkGroup, checkOptions, checkSoFar, checkTarget, checkTimes, checkTrace } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { byCriterion, type Criterion, resultCriterion } from './criteria.ts'
import { createdCriterion, modeCriterion, openedFile } from './open-criteria.ts'
import { distanceTo, filePattern, pathCriterion, projectFiles } from './path-criteria.ts'
import { answer, type Search } from './search.ts'

export interface OpenedOptions {
  /** `'read'` and `'write'` each include `'readwrite'`; `'path'` is O_PATH, which is neither and otherwise left out. */
  readonly mode?: OpenMode | AsymmetricMatcher
  /** Look for failed attempts with this errno, instead of opens. */
  readonly errno?: string | AsymmetricMatcher
  /** Whether the call made the file. */
  readonly created?: boolean
  /** The program that opened it: what the process ran at the time. */
  readonly by?: ProgramPatternInput
  /** How often, exactly. */
  readonly times?: number
  /** The verdict is about what happened so far: processes that still run do not stand in the way of one that rests on absence. */
  readonly soFar?: boolean
}

const known = ['mode', 'errno', 'created', 'by', 'times', 'soFar'] as const

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
  const search = checked(call, () => searchOf(call, received, args))
  checkGroup(call, search.trace, 'file')
  return answer(search)
}

function searchOf(call: Call, received: unknown, args: readonly unknown[]): Search<OpenEvent> {
  const [path, given] = args
  const trace = checkTrace(received)
  checkTarget(args, 'the path')
  const options = checkOptions<OpenedOptions>(given, known)
  const root = trace.info.projectRoot
  const history = historyOf(trace)
  const pattern = path === undefined ? null : filePattern(path, root, 'the path')
  const near = distanceTo(pattern?.wanted ?? null)
  const times = checkTimes(options.times)
  const conditions: Criterion<OpenEvent>[] = [modeCriterion(options.mode), resultCriterion(options.errno)]
  if (options.created !== undefined) conditions.push(createdCriterion(options.created))
  if (options.by !== undefined) conditions.push(byCriterion(options.by, root, history))
  return {
    call,
    trace,
    history,
    subject: 'open',
    link: 'of',
    kinds: ['open'],
    target: pattern === null ? null : pathCriterion<OpenEvent>(pattern, openedFile),
    conditions,
    times,
    soFar: checkSoFar(options.soFar),
    distance: (event) => near(event.path),
    otherwise: () =>
      projectFiles<OpenEvent>(trace, ['open'], 'opened', ({ result, fileType, path }) =>
        result.ok && fileType !== 'directory' ? path : null,
      ),
  }
}
