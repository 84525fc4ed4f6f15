// SPDX-License-Identifier: MIT
import type { TraceEvent } from '../trace/event.ts'
import type { History } from '../trace/history.ts'
import type { Sighting, Transfers } from '../trace/sighting.ts'
import type { TraceView } from '../trace/view.ts'
import { checkAnybody, checkEnded, checkEvidence, checkKinds } from './check.ts'
import type { Call, MatcherResult } from './context.ts'
import type { Criterion } from './criteria.ts'
import {
  countText,
  descriptionText,
  nobodyHints,
  pendingLines,
  type Shown,
  searchMessage,
  withArticle,
} from './message.ts'
import { mostShown, nearestOf, nearMiss, notesOf, show } from './near.ts'
import { seek, verdictOf } from './seek.ts'

/** What a matcher looks for, among which events. */
export interface Search<E extends TraceEvent> {
  readonly call: Call
  readonly trace: TraceView
  readonly history: History
  /** In words: `exec`, `open`, `connect`; and what leads from there to the target. */
  readonly subject: string
  readonly link: 'of' | 'to' | 'on' | 'for' | ''
  /** Kinds of event that can match, or come near. */
  readonly kinds: readonly E['kind'][]
  /** Program, path or address; null when any will do. */
  readonly target: Criterion<E> | null
  readonly conditions: readonly Criterion<E>[]
  readonly times: number | undefined
  readonly soFar: boolean
  /** Of events that the kernel added up. */
  readonly amount?: Amount
  /** It asks for nothing in particular, so that its absence says that nobody did anything. */
  readonly meansAnything?: boolean
  /** A failed attempt, which tells less than anything that worked; `'step'` of a search that then succeeded: nothing at all. */
  failure?(event: E): 'attempt' | 'step' | null
  /** How far the event is from the target that it missed, for showing it as near; null: not near. */
  distance(event: E): number | null
  /** What to say when nothing is near. */
  otherwise?(): readonly string[]
  /** Why nothing that was recorded can tell whether it happened; empty where it can. */
  doubts?(): readonly string[]
  /** A comparison for the runner to print: of the one event that missed by one condition. */
  difference?(event: E): Pick<MatcherResult, 'actual' | 'expected'>
}

/** What the events of a search stand for, when they are more than themselves. */
export interface Amount {
  /** `transfers`: of events that were added up, null of one that is a single call. `events`: how many, all of them alike. */
  calls(transfers: Transfers | null, events: number): number
  bytes(transfers: Transfers | null): number
  /** Whether the bytes of all that was found are as expected; null where that is not asked. */
  readonly expected: { readonly printed: string; matches(bytes: number): boolean } | null
}

/** What a search found: events, and what they stand for. */
interface Found<E extends TraceEvent> {
  readonly first: readonly Sighting<E>[]
  readonly events: number
  readonly calls: number
  readonly bytes: number
  readonly unknown: readonly Sighting<E>[]
  readonly unknowns: number
}

const mostDoubts = 5

/** Searches, refuses what the evidence does not bear, and answers. */
export function answer<E extends TraceEvent>(search: Search<E>): MatcherResult {
  const { call, trace, target, conditions, times, amount } = search
  checkKinds(call, trace, search.kinds)
  const criteria = target === null ? conditions : [target, ...conditions]
  const description = descriptionText(search.subject, search.link, target?.printed ?? '', [
    ...conditions.map(({ printed }) => printed),
    amount?.expected?.printed ?? '',
  ])
  const expectedBytes = amount?.expected ?? null
  const isCounted = times !== undefined || expectedBytes !== null
  const found = (isCounted ? tally(search, criteria) : null) ?? find(search, criteria, !isCounted)
  const isNone = found.events === 0
  const pass = isCounted
    ? (times === undefined ? !isNone : found.calls === times) && (expectedBytes?.matches(found.bytes) ?? true)
    : !isNone
  const restsOnAbsence = isCounted || isNone
  if (restsOnAbsence) checkEvidence(call, trace, withArticle(description), doubtsOf(search, found, criteria))
  const holds = pass !== (call.context.isNot === true)
  if (holds && !search.soFar && restsOnAbsence) checkEnded(call, trace, withArticle(description))
  if (holds && isNone && search.meansAnything !== true) checkAnybody(call, trace, description)
  return {
    pass,
    message: () => {
      const all = find(search, criteria, false)
      const tooFew = !pass && all.calls < (times ?? 1)
      return searchMessage(
        call,
        trace,
        { description, times },
        {
          text: countText(all, amount !== undefined),
          more: all.events - all.first.length,
          shown: all.first.map(({ event }) => show(search.history, event, notesOf(event, criteria))),
        },
        tooFew ? nearText(search, criteria, description) : { shown: [], more: [] },
      )
    },
    ...(pass ? {} : differenceOf(search, criteria)),
  }
}

function find<E extends TraceEvent>(
  search: Search<E>,
  criteria: readonly Criterion<E>[],
  onlyFirst: boolean,
): Found<E> {
  const { amount } = search
  const first: Sighting<E>[] = []
  const unknown: Sighting<E>[] = []
  let events = 0
  let unknowns = 0
  let calls = 0
  let bytes = 0
  seek(search.trace, search.kinds, criteria, (verdict, sighting) => {
    if (verdict === 'unknown') {
      if (++unknowns <= mostDoubts) unknown.push(sighting)
      return
    }
    if (++events <= mostShown) first.push(sighting)
    if (amount === undefined) calls += 1
    else {
      const { transfers } = sighting
      calls += amount.calls(transfers, 1)
      bytes += amount.bytes(transfers)
    }
    return onlyFirst
  })
  return { first, events, calls, bytes, unknown, unknowns }
}

/** As `find`, without a look at each event that was added up; null where something is asked of them that not all of a class share, or is not known. */
function tally<E extends TraceEvent>(search: Search<E>, criteria: readonly Criterion<E>[]): Found<E> | null {
  const { amount, kinds } = search
  if (amount === undefined || criteria.some(({ looksAt }) => looksAt !== 'alike')) return null
  const others = find({ ...search, kinds: kinds.filter((kind) => kind !== 'io') }, criteria, false)
  let { events, calls, bytes } = others
  for (const { event, total } of search.trace.transferTotals()) {
    const verdict = verdictOf(event as unknown as E, criteria)
    if (verdict === 'unknown') return null
    if (verdict === 'no') continue
    events += total.events
    calls += amount.calls(total, total.events)
    bytes += amount.bytes(total)
  }
  return { ...others, events, calls, bytes }
}

function doubtsOf<E extends TraceEvent>(
  search: Search<E>,
  found: Found<E>,
  criteria: readonly Criterion<E>[],
): string[] {
  const doubts = found.unknown.map(({ event }) => {
    const reasons = criteria
      .filter((criterion) => criterion.test(event) === 'unknown')
      .map((criterion) => criterion.reason(event))
    const { line, lineage } = show(search.history, event, [])
    return `${line}: ${reasons.join(', ')}\n      ${lineage}`
  })
  const more = found.unknowns - found.unknown.length
  return [...doubts, ...(more > 0 ? [`… and ${more} more`] : []), ...(search.doubts?.() ?? [])]
}

function nearText<E extends TraceEvent>(
  search: Search<E>,
  criteria: readonly Criterion<E>[],
  description: string,
): { readonly shown: readonly Shown[]; readonly more: readonly (readonly string[])[] } {
  const { trace } = search
  const { shown, anyFound } = nearestOf(search, criteria)
  const pending = search.soFar ? [] : pendingLines(trace, withArticle(description))
  if (shown.length > 0 || anyFound) return { shown, more: [pending] }
  const hints = nobodyHints(trace)
  const nobody = hints.length > 0 ? ["Nothing was started in this session's scope.", ...hints] : null
  return { shown, more: [nobody ?? search.otherwise?.() ?? [], pending] }
}

function differenceOf<E extends TraceEvent>(
  search: Search<E>,
  criteria: readonly Criterion<E>[],
): Pick<MatcherResult, 'actual' | 'expected'> {
  if (search.difference === undefined) return {}
  const event = nearMiss(search, criteria)
  return event === null ? {} : search.difference(event)
}
