// SPDX-License-Identifier: MIT
import { MisuseError, misuse } from '../trace/misuse.ts'
import { closest } from '../trace/nearest.ts'
import { snapshotText, type TraceSnapshotOptions } from '../trace/snapshot.ts'
import { groupsOf, snapshotEvents } from '../trace/snapshot-events.ts'
import { type PathFilterInput, pathFilter } from '../trace/snapshot-paths.ts'
import { fitSnapshot, hasPatterns } from '../trace/snapshot-pattern.ts'
import { checkEnded, checkEvidence, checked, checkGroup, checkOptions, checkSoFar, checkTrace } from './check.ts'
import type { Call } from './context.ts'
import { choiceTest } from './criteria.ts'
import { still } from './moment.ts'

/** The text to hand to a runner: the trace's, with the patterns of the stored snapshot where they match. Refuses what cannot be a snapshot. */
export function snapshotOf(
  call: Call,
  received: unknown,
  given: unknown,
  storedText: () => string | undefined,
): string {
  const { trace, options } = checked(call, () => {
    if (call.context.isNot === true)
      throw new MisuseError('A snapshot cannot be used with `.not`: it would hold of nearly everything.')
    const trace = checkTrace(received)
    return { trace, options: checkSnapshotOptions(given, trace.info.projectRoot) }
  })
  for (const group of ['process', ...(options.events === undefined ? [] : groupsOf(options.events))] as const)
    checkGroup(call, trace, group)
  const text = still(trace, () => {
    checkEvidence(call, trace, 'anything beside what a snapshot would show')
    if (!checkSoFar(options.soFar)) checkEnded(call, trace, 'more than a snapshot would show')
    return snapshotText(trace, options)
  })
  const stored = storedText()
  if (stored === undefined || !hasPatterns(stored)) return text
  return checked(call, () => fitSnapshot(stored, text, options.order ?? 'sorted'))
}

function checkSnapshotOptions(given: unknown, root: string): TraceSnapshotOptions {
  const options = checkOptions<TraceSnapshotOptions>(given, ['events', 'paths', 'order', 'soFar'])
  if (options.events !== undefined) checkEvents(options.events)
  if ('paths' in options) checkPaths(options.paths, root)
  if (options.order !== undefined) choiceTest(options.order, 'order', ['sorted', 'recorded'])
  return options
}

function checkEvents(events: unknown): void {
  if (!Array.isArray(events)) throw misuse('the `events` option to be an array', events)
  for (const word of events) {
    if ((snapshotEvents as readonly unknown[]).includes(word)) continue
    const meant = typeof word === 'string' ? closest(word, snapshotEvents) : null
    const list = snapshotEvents.map((known) => `'${known}'`).join(', ')
    throw misuse(
      'the `events` option to hold words for what to show',
      word,
      meant === null ? `They are ${list}.` : `Did you mean '${meant}'?`,
    )
  }
}

function checkPaths(paths: unknown, root: string): void {
  if (paths === undefined || (Array.isArray(paths) && paths.length === 0))
    throw misuse('the `paths` option to hold a pattern', paths, 'Leave it out to show all files.')
  pathFilter(paths as PathFilterInput, root)
}
