// SPDX-License-Identifier: MIT
import type { SyncEvent } from '../trace/event.ts'
import { type AsymmetricMatcher, printValue, type TextPattern } from '../trace/pattern.ts'
import { absent } from '../trace/text.ts'
import type { TraceView } from '../trace/view.ts'
import { checked } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { alike, type Criterion, choiceTest, plainCall, resultCriterion } from './criteria.ts'
import { distanceTo, filePattern, pathCriterion, projectFiles } from './path-criteria.ts'
import { question, type SearchOptions } from './question.ts'
import { answer, type Search } from './search.ts'

export interface SyncedOptions extends SearchOptions {
  /** The system call; through io_uring as well. */
  readonly call?: 'fsync' | 'fdatasync' | 'syncfs' | 'sync_file_range' | 'msync' | 'sync' | AsymmetricMatcher
  /** Look for failed attempts with this errno, instead of syncs. */
  readonly errno?: string | AsymmetricMatcher
}

/**
 * Data of a file was asked to be on the disk, and the call worked: fsync, fdatasync, syncfs, sync_file_range, msync with MS_SYNC. `sync` is about every file and names none: it is found without a path. Its
 * absence, and `times`, need a complete trace in which nobody still runs.
 */
export function toHaveSynced(
  this: MatcherContext,
  received: unknown,
  ...args: [path?: TextPattern, options?: SyncedOptions]
): MatcherResult {
  const call: Call = { context: this, matcher: 'toHaveSynced', args }
  return answer(checked(call, () => searchOf(call, received)))
}

export function searchOf(call: Call, received: unknown): Search<SyncEvent> {
  const { trace, root, options, by, base } = question<SyncedOptions>(call, received, ['call', 'errno'], 'the path')
  const [path] = call.args
  const pattern = path === undefined ? null : filePattern(path, root, 'the path')
  const near = distanceTo(pattern?.wanted ?? null)
  const conditions: Criterion<SyncEvent>[] = [resultCriterion(options.errno)]
  if (options.errno === undefined) conditions.push(askedCriterion)
  if (options.call !== undefined) conditions.push(callCriterion(options.call))
  return {
    ...base,
    subject: 'sync',
    link: 'of',
    kinds: ['sync'],
    target:
      pattern === null
        ? null
        : pathCriterion<SyncEvent>(pattern, (event) => [
            { path: event.path, asked: absent, isName: false, isWalked: true },
          ]),
    conditions: [...conditions, ...by],
    distance: (event) => near(event.path),
    otherwise: () => [
      ...projectFiles<SyncEvent>(trace, ['sync'], 'synced', (event) => event.path),
      ...wholeSyncs(trace),
    ],
  }
}

/** Linux does nothing for an msync that need not wait. */
const askedCriterion = alike<SyncEvent>({
  printed: '',
  test: ({ call, flags }) => (call === 'msync' && !flags.includes('MS_SYNC') ? 'no' : 'yes'),
  reason: ({ call, flags }) =>
    call === 'msync' && !flags.includes('MS_SYNC') ? 'without MS_SYNC it puts nothing on the disk' : '',
})

function callCriterion(expected: unknown): Criterion<SyncEvent> {
  const matches = choiceTest<string>(expected, 'call', [
    'fsync',
    'fdatasync',
    'syncfs',
    'sync_file_range',
    'msync',
    'sync',
  ])
  return alike<SyncEvent>({
    printed: `call ${printValue(expected)}`,
    test: ({ call, flags }) =>
      matches(flags.includes('IORING_FSYNC_DATASYNC') ? 'fdatasync' : plainCall(call)) ? 'yes' : 'no',
    reason: ({ call }) => `its call is ${call}`,
  })
}

function wholeSyncs(trace: TraceView): string[] {
  let count = 0
  trace.scan(
    ['sync'],
    ({ call, result }) => (call === 'sync' && result.ok ? true : null),
    () => {
      count += 1
      return undefined
    },
  )
  return count === 0 ? [] : ['`sync` was called, which puts every file on the disk and names none.']
}
