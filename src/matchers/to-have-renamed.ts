// SPDX-License-Identifier: MIT
import type { RenameEvent } from '../trace/event.ts'
import { misuse } from '../trace/misuse.ts'
import { type AsymmetricMatcher, anyOf, isAsymmetric, type TextPattern, type Verdict } from '../trace/pattern.ts'
import type { Alike } from '../trace/traits.ts'
import { isExchange, newName, ownName } from './change-criteria.ts'
import { checked } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { alike, type Criterion, resultCriterion } from './criteria.ts'
import {
  distanceTo,
  type FilePattern,
  filePattern,
  type NamedFile,
  pathCriterion,
  projectFiles,
} from './path-criteria.ts'
import { question, type SearchOptions } from './question.ts'
import { answer, type Search } from './search.ts'

export interface RenamedOptions extends SearchOptions {
  /** Look for failed attempts with this errno, instead of renames. */
  readonly errno?: string | AsymmetricMatcher
}

/**
 * A file got another name. Two files that exchange theirs (RENAME_EXCHANGE) are each renamed to the other. Its absence, and `times`, need a complete trace in which nobody still runs.
 */
export function toHaveRenamed(
  this: MatcherContext,
  received: unknown,
  ...args: [from?: TextPattern, to?: TextPattern, options?: RenamedOptions]
): MatcherResult {
  const call: Call = { context: this, matcher: 'toHaveRenamed', args }
  return answer(checked(call, () => searchOf(call, received)))
}

export function searchOf(call: Call, received: unknown): Search<RenameEvent> {
  const [from, to] = call.args
  refuseOptions(to)
  const { trace, root, options, by, base } = question<RenamedOptions>(call, received, ['errno'], null, 2)
  if (call.args.length > 0 && call.args.every((argument) => argument === undefined))
    throw misuse('the old or the new path to be given', undefined, 'Leave both out to mean any.')
  const old = from === undefined ? null : filePattern(from, root, 'the old path')
  const next = to === undefined ? null : filePattern(to, root, 'the new path')
  const criteria = [
    ...(old === null ? [] : [pathCriterion<RenameEvent>(old, oldNames)]),
    ...(next === null ? [] : [pathCriterion<RenameEvent>(next, newNames, { preposition: 'to', name: 'new path' })]),
  ]
  if (old !== null && next !== null) criteria.push(oneWayCriterion(old, next))
  const [target = null, ...others] = criteria
  const near = distanceTo(old?.wanted ?? next?.wanted ?? null)
  return {
    ...base,
    subject: 'rename',
    link: old === null ? '' : 'of',
    kinds: ['rename'],
    target,
    conditions: [...others, resultCriterion(options.errno), ...by],
    distance: (event) => near(old === null ? event.to : event.path),
    otherwise: () =>
      projectFiles<RenameEvent>(trace, ['rename'], 'renamed', ({ result, path }) => (result.ok ? path : null)),
  }
}

function oldNames(event: Alike<RenameEvent>): readonly NamedFile[] {
  return isExchange(event) ? [ownName(event), newName(event)] : [ownName(event)]
}

function newNames(event: Alike<RenameEvent>): readonly NamedFile[] {
  return isExchange(event) ? [newName(event), ownName(event)] : [newName(event)]
}

/** One of the two directions of an exchange is from the one to the other; each for itself, its names could be of both. */
function oneWayCriterion(old: FilePattern, next: FilePattern): Criterion<RenameEvent> {
  const isWay = (from: NamedFile, to: NamedFile): Verdict => {
    const verdicts = [old.match(from), next.match(to)]
    return verdicts.includes('no') ? 'no' : verdicts.includes('unknown') ? 'unknown' : 'yes'
  }
  return alike<RenameEvent>({
    printed: '',
    test: (event) => {
      const way = isWay(ownName(event), newName(event))
      return isExchange(event) ? anyOf([way, isWay(newName(event), ownName(event))]) : way
    },
    reason: () => '',
  })
}

/** Options are the third argument: an object in place of the new path is a slip. */
function refuseOptions(to: unknown): void {
  const isObject = typeof to === 'object' && to !== null && !Array.isArray(to)
  if (!isObject || isAsymmetric(to) || Object.prototype.toString.call(to) === '[object RegExp]') return
  throw misuse(
    'the new path to be a string, a RegExp or an asymmetric matcher',
    to,
    'Options come third: `toHaveRenamed(from, undefined, { … })`.',
  )
}
