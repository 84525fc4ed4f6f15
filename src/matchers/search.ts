// SPDX-License-Identifier: MIT

import { quoteArgument } from '../trace/escape.ts'
import type { TraceEvent } from '../trace/event.ts'
import type { History } from '../trace/history.ts'
import { lineage, shortCommand } from '../trace/lineage.ts'
import { shortName } from '../trace/names.ts'
import type { Verdict } from '../trace/pattern.ts'
import { renderDuration, renderEvent } from '../trace/render.ts'
import type { TraceView } from '../trace/view.ts'
import { checkAnybody, checkEnded, checkEvidence } from './check.ts'
import type { Call, MatcherResult } from './context.ts'
import type { Criterion } from './criteria.ts'
import { descriptionText, nobodyHints, type Shown, searchMessage, withArticle } from './message.ts'

/** What a matcher looks for, among which events. */
export interface Search<E extends TraceEvent> {
  readonly call: Call
  readonly trace: TraceView
  readonly history: History
  /** In words: `exec`, `open`, `connect`; and what leads from there to the target. */
  readonly subject: string
  readonly link: 'of' | 'to'
  /** Every event that can match; iterated more than once when the search fails. */
  readonly events: Iterable<E>
  /** Where `events` are a selection: all of them, for finding near ones. */
  all?(): Iterable<E>
  /** Program, path or address; null when any will do. */
  readonly target: Criterion<E> | null
  readonly conditions: readonly Criterion<E>[]
  readonly times: number | undefined
  readonly soFar: boolean
  /** It asks for nothing in particular, so that its absence says that nobody did anything. */
  readonly meansAnything?: boolean
  /** A failed attempt, which tells less than anything that worked; `'step'` of a search that then succeeded: nothing at all. */
  failure?(event: E): 'attempt' | 'step' | null
  /** How far the event is from the target that it missed, for showing it as near; null: not near. */
  distance(event: E): number | null
  /** What to say when nothing is near. */
  otherwise?(): readonly string[]
  /** A comparison for the runner to print: of the one event that missed by one condition. */
  difference?(event: E): Pick<MatcherResult, 'actual' | 'expected'>
}

const mostShown = 5
const mostDoubts = 5
const mostKept = 200
const mostLooked = 100_000 // for near ones: a message is not worth seconds
const offTarget = 100

/** Searches, refuses what the evidence does not bear, and answers. */
export function answer<E extends TraceEvent>(search: Search<E>): MatcherResult {
  const { call, trace, events, target, conditions, times } = search
  const criteria = target === null ? conditions : [target, ...conditions]
  const description = descriptionText(
    search.subject,
    search.link,
    target?.printed ?? '',
    conditions.map(({ printed }) => printed),
  )
  const unknown: E[] = []
  let count = 0
  for (const event of events) {
    const verdict = verdictOf(event, criteria)
    if (verdict === 'unknown') unknown.push(event)
    if (verdict !== 'yes') continue
    count += 1
    if (times === undefined) break
  }
  const pass = times === undefined ? count > 0 : count === times
  if (times !== undefined || count === 0)
    checkEvidence(call, trace, withArticle(description), doubtsOf(search, unknown, criteria))
  const holds = pass !== (call.context.isNot === true)
  if (holds && !search.soFar && (times !== undefined || count === 0)) checkEnded(call, trace, withArticle(description))
  if (holds && count === 0 && search.meansAnything !== true) checkAnybody(call, trace, description)
  return {
    pass,
    message: () => {
      const found = [...events].filter((event) => verdictOf(event, criteria) === 'yes')
      const tooFew = !pass && found.length < (times ?? 1)
      return searchMessage(
        call,
        trace,
        { description, times },
        {
          count: found.length,
          shown: found.slice(0, mostShown).map((event) => show(search, event, notesOf(event, criteria))),
        },
        tooFew ? nearestOf(search, criteria) : { shown: [], more: [] },
      )
    },
    ...(pass ? {} : differenceOf(search, criteria)),
  }
}

function verdictOf<E extends TraceEvent>(event: E, criteria: readonly Criterion<E>[]): Verdict {
  let verdict: Verdict = 'yes'
  for (const criterion of criteria) {
    const own = criterion.test(event)
    if (own === 'no') return 'no'
    if (own === 'unknown') verdict = 'unknown'
  }
  return verdict
}

function notesOf<E extends TraceEvent>(event: E, criteria: readonly Criterion<E>[]): string[] {
  return criteria.flatMap((criterion) => criterion.note?.(event) ?? [])
}

function doubtsOf<E extends TraceEvent>(
  search: Search<E>,
  unknown: readonly E[],
  criteria: readonly Criterion<E>[],
): string[] {
  const doubts = unknown.slice(0, mostDoubts).map((event) => {
    const reasons = criteria
      .filter((criterion) => criterion.test(event) === 'unknown')
      .map((criterion) => criterion.reason(event))
    const { line, lineage: way } = show(search, event, [])
    return `${line}: ${reasons.join(', ')}\n      ${way}`
  })
  return unknown.length > mostDoubts ? [...doubts, `… and ${unknown.length - mostDoubts} more`] : doubts
}

/** Events that come nearest, those with fewest misses first; alike ones of one process, and failed ones of any, are told once. */
function nearestOf<E extends TraceEvent>(
  search: Search<E>,
  criteria: readonly Criterion<E>[],
): { shown: Shown[]; more: readonly string[] } {
  const ranks = new Map<number, E[]>()
  let anyFound = false
  let looked = 0
  for (const event of search.all?.() ?? search.events) {
    if (++looked > mostLooked) break
    const rank = rankOf(search, event, criteria)
    if (rank === 0) anyFound = true
    if (rank === null || rank === 0) continue
    const kept = ranks.get(rank) ?? []
    if (kept.length === 0) ranks.set(rank, kept)
    if (kept.length < mostKept) kept.push(event)
  }
  // Of events with another target only the nearest: where the target is right, the others are beside the point.
  const best = Math.floor(Math.min(...ranks.keys()) / offTarget) // Infinity of none
  for (const rank of [...ranks.keys()]) if (Math.floor(rank / offTarget) > best) ranks.delete(rank)
  const groups = new Map<string, { event: E; reasons: string[]; count: number }>()
  for (const rank of [...ranks.keys()].sort((one, other) => one - other)) {
    if (groups.size >= mostShown) break
    for (const event of ranks.get(rank)!) {
      const reasons = criteria
        .filter((criterion) => criterion.test(event) !== 'yes')
        .map((criterion) => criterion.reason(event))
        .filter((reason) => reason !== '')
      const isAttempt = (search.failure?.(event) ?? null) !== null
      const way = isAttempt ? '' : lineage(event.process, event.seq, search.history)
      const key = JSON.stringify([reasons, way, groupKey(event)])
      const group = groups.get(key)
      if (group === undefined) groups.set(key, { event, reasons, count: 1 })
      else group.count += 1
    }
  }
  const shown = [...groups.values()].slice(0, mostShown).map(({ event, reasons, count }) => {
    const attempts = count > 1 && reasons.some(isFailure)
    const remarks = reasons.map((reason) =>
      attempts && isFailure(reason) ? `${count} failed attempts${reason.slice('failed'.length)}` : reason,
    )
    return { ...show(search, event, [...remarks, ...notesOf(event, criteria)]), count: attempts ? 1 : count }
  })
  return { shown, more: shown.length === 0 && !anyFound ? moreOf(search) : [] }
}

function moreOf<E extends TraceEvent>(search: Search<E>): readonly string[] {
  const hints = nobodyHints(search.trace)
  return hints.length > 0 ? ["Nothing was started in this session's scope.", ...hints] : (search.otherwise?.() ?? [])
}

function isFailure(reason: string): boolean {
  return reason.startsWith('failed: ')
}

const afterOthers = 50

/** Number of conditions missed; a missed target weighs more than any of them. What failed comes after what worked. */
function rankOf<E extends TraceEvent>(search: Search<E>, event: E, criteria: readonly Criterion<E>[]): number | null {
  const failure = search.failure?.(event) ?? null
  if (failure === 'step') return null
  const conditions = criteria.filter((criterion) => criterion !== search.target && criterion.test(event) !== 'yes')
  const missed = conditions.length + (failure === null ? 0 : afterOthers)
  if (search.target === null || search.target.test(event) === 'yes') return missed
  const distance = search.distance(event)
  return distance === null ? null : offTarget * (1 + distance) + missed
}

/** Attempts along `$PATH` are one search, opens of one path one thing. */
function groupKey(event: TraceEvent): string {
  return event.kind === 'exec' ? quoteArgument(shortName(event)) : renderEvent(event)
}

function show<E extends TraceEvent>(search: Search<E>, event: E, remarks: readonly string[]): Shown {
  const program = search.history.programAt(event.process, event.seq + 1)
  const who = event.process.isRoot ? 'test' : quoteArgument(shortName(program))
  const what = event.kind === 'exec' && event.result.ok ? `exec ${shortCommand(event, 90)}` : renderEvent(event)
  return {
    line: `+${renderDuration(event.timeNs)}  ${who}[${event.process.pid}]  ${what}`,
    remarks,
    lineage: lineage(event.process, event.seq, search.history),
    count: 1,
  }
}

function differenceOf<E extends TraceEvent>(
  search: Search<E>,
  criteria: readonly Criterion<E>[],
): Pick<MatcherResult, 'actual' | 'expected'> {
  if (search.difference === undefined) return {}
  const events = [...search.events]
  if (events.length > mostKept) return {}
  const near = events.filter((event) => rankOf(search, event, criteria) === 1)
  return near.length === 1 ? search.difference(near[0]!) : {}
}
