// SPDX-License-Identifier: MIT
import { showText } from '../trace/escape.ts'
import type { OpenEvent, OpenMode, Text } from '../trace/event.ts'
import { historyOf } from '../trace/history.ts'
import { misuse } from '../trace/misuse.ts'
import type { ProgramPatternInput } from '../trace/names.ts'
import { editDistance, slipLimit } from '../trace/nearest.ts'
import {
  type AsymmetricMatcher,
  baseName,
  type Pattern,
  pathPattern,
  printValue,
  type TextPattern,
  type Verdict,
} from '../trace/pattern.ts'
import { checked, checkGroup, checkOptions, checkTimes, checkTrace } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { byCriterion, type Criterion, choiceTest, resultCriterion } from './criteria.ts'
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
}

const known = ['mode', 'errno', 'created', 'by', 'times'] as const

/**
 * A file was opened: by the path that the kernel resolved, or by the one that was asked for. A failed attempt is none, unless
 * `errno` asks for it. Its absence, and `times`, need a complete trace.
 */
export function toHaveOpened(
  this: MatcherContext,
  received: unknown,
  path?: TextPattern,
  options?: OpenedOptions,
): MatcherResult {
  const call: Call = { context: this, matcher: 'toHaveOpened', args: [path, options] }
  const search = checked(call, () => searchOf(call, received, path, options))
  checkGroup(call, search.trace, 'file')
  return answer(search)
}

function searchOf(call: Call, received: unknown, path: unknown, given: unknown): Search<OpenEvent> {
  const trace = checkTrace(received)
  const options = checkOptions<OpenedOptions>(given, known)
  const root = trace.info.projectRoot
  const history = historyOf(trace)
  const pattern = path === undefined ? null : pathPattern(path, root, 'the path')
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
    events: trace.opensWhere((path, asked) => pattern === null || pathVerdict(pattern, path, asked) !== 'no'),
    all: () =>
      trace.opensWhere(
        (path, asked) => pattern === null || near(path) !== null || pathVerdict(pattern, path, asked) !== 'no',
      ),
    target: pattern === null ? null : pathCriterion(pattern),
    conditions,
    times,
    distance: (event) => near(event.path),
  }
}

function pathCriterion(pattern: Pattern): Criterion<OpenEvent> {
  return {
    printed: pattern.printed,
    test: ({ path, asked }) => pathVerdict(pattern, path, asked),
    reason: ({ path }) => {
      if (typeof path !== 'string') return 'its path could not be read'
      const name = baseName(path)
      return name === pattern.wanted ? 'in another folder' : `named ${showText(name)}, not ${pattern.printed}`
    },
    note: ({ path, asked }) =>
      pattern.match(path) !== 'yes' && pathVerdict(pattern, path, asked) === 'yes'
        ? `matched by: asked path ${showText(asked)}`
        : null,
  }
}

/** The asked path counts too, since a link may be in it. A relative one is whole only in its last segment. */
function pathVerdict(pattern: Pattern, path: Text, asked: Text): Verdict {
  const verdict = pattern.match(path)
  if (verdict === 'yes' || asked === path) return verdict
  if (typeof asked === 'string' && !asked.startsWith('/') && !pattern.isName) return verdict
  const other = pattern.match(asked)
  return other === 'no' ? verdict : other
}

function modeCriterion(expected: unknown): Criterion<OpenEvent> {
  if (expected === undefined) {
    return {
      printed: '',
      test: ({ mode }) => (mode === 'path' ? 'no' : 'yes'),
      reason: () => 'opened with O_PATH: neither to read nor to write',
    }
  }
  const isMode = choiceTest<OpenMode>(expected, 'mode', ['read', 'write', 'readwrite', 'path'])
  const both = expected === 'read' || expected === 'write'
  return {
    printed: `mode ${printValue(expected)}`,
    test: ({ mode }) => (isMode(mode) || (both && mode === 'readwrite') ? 'yes' : 'no'),
    reason: ({ mode }) => `opened for ${mode}, not ${typeof expected === 'string' ? expected : printValue(expected)}`,
  }
}

function createdCriterion(expected: unknown): Criterion<OpenEvent> {
  if (typeof expected !== 'boolean') throw misuse('the `created` option to be true or false', expected)
  return {
    printed: `created ${expected}`,
    test: ({ created }) => (created === expected ? 'yes' : 'no'),
    reason: ({ created }) => (created ? 'the call made the file' : 'the file was there before'),
  }
}

/** How far the last segment of a path is from the wanted one; asked once for each path. */
function distanceTo(wanted: string | null): (path: Text) => number | null {
  if (wanted === null) return () => null
  const limit = slipLimit(wanted)
  const known = new Map<Text, number | null>()
  return (path) => {
    let distance = known.get(path)
    if (distance === undefined) {
      const changes = typeof path === 'string' ? editDistance(wanted, baseName(path), limit) : limit + 1
      distance = changes <= limit ? changes : null
      known.set(path, distance)
    }
    return distance
  }
}
