// SPDX-License-Identifier: MIT
import { quoteArgument } from '../trace/escape.ts'
import type { TraceEvent } from '../trace/event.ts'
import type { History } from '../trace/history.ts'
import { lineage, shortCommand } from '../trace/lineage.ts'
import { shortName } from '../trace/names.ts'
import { renderDuration, renderEvent } from '../trace/render.ts'
import type { Sighting } from '../trace/sighting.ts'
import type { Criterion } from './criteria.ts'
import type { Shown } from './message.ts'
import type { Search } from './search.ts'
import { sorted } from './seek.ts'

export const mostShown = 5
const mostKept = 200
const mostDecoded = 100_000 // a message is not worth seconds
const offTarget = 100
const afterOthers = 50

/** Events that come nearest, those with fewest misses first; alike ones of one process, and failed ones of any, are told once. */
export function nearestOf<E extends TraceEvent>(
  search: Search<E>,
  criteria: readonly Criterion<E>[],
): { readonly shown: readonly Shown[]; readonly anyFound: boolean } {
  const { ranks, anyFound } = rankedOf(search, criteria)
  // Of events with another target only the nearest: where the target is right, the others are beside the point.
  const best = Math.floor(Math.min(...ranks.keys()) / offTarget) // Infinity of none
  for (const rank of [...ranks.keys()]) if (Math.floor(rank / offTarget) > best) ranks.delete(rank)
  const groups = new Map<string, { event: E; reasons: string[]; count: number }>()
  for (const rank of [...ranks.keys()].sort((one, other) => one - other)) {
    if (groups.size >= mostShown) break
    for (const { event } of ranks.get(rank)!) {
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
    const shown = show(search.history, event, [...remarks, ...notesOf(event, criteria)])
    return { ...shown, count: attempts ? 1 : count }
  })
  return { shown, anyFound }
}

/** The event that alone misses by one condition alone; null without one, and where there are several. */
export function nearMiss<E extends TraceEvent>(search: Search<E>, criteria: readonly Criterion<E>[]): E | null {
  const [only, ...others] = rankedOf(search, criteria).ranks.get(1) ?? []
  return only === undefined || others.length > 0 ? null : only.event
}

/**
 * Events by rank: the number of conditions missed; a missed target weighs more than any of them. What failed comes after what worked. What matches, and what is not near, has
 * none.
 */
function rankedOf<E extends TraceEvent>(
  search: Search<E>,
  criteria: readonly Criterion<E>[],
): { readonly ranks: Map<number, Sighting<E>[]>; readonly anyFound: boolean } {
  const { target } = search
  const { alike, doer, moment, event } = sorted(criteria.filter((criterion) => criterion !== target))
  const others = [...moment, ...event]
  const ranks = new Map<number, Sighting<E>[]>()
  let anyFound = false
  let decoded = 0
  const distanceOf = (event: E): number | null =>
    target === null || target.test(event) === 'yes' ? 0 : next(search.distance(event))
  const targetIsShared = target === null || target.looksAt === 'alike'
  search.trace.scan(
    search.kinds,
    (shared) => {
      const event = shared as unknown as E
      const distance = targetIsShared ? distanceOf(event) : 0
      return distance === null ? null : distance * offTarget + missed(event, alike)
    },
    (shared, found) => {
      const sighting = found as unknown as Sighting<E>
      let rank = shared + missed(sighting, doer)
      if (!targetIsShared || others.length > 0 || search.failure !== undefined) {
        if (++decoded > mostDecoded) return true
        const { event } = sighting
        const distance = targetIsShared ? 0 : distanceOf(event)
        const failure = search.failure?.(event) ?? null
        if (distance === null || failure === 'step') return
        rank += distance * offTarget + missed(event, others) + (failure === null ? 0 : afterOthers)
      }
      if (rank === 0) anyFound = true
      else keep(ranks, rank, sighting)
      return
    },
  )
  return { ranks, anyFound }
}

function next(distance: number | null): number | null {
  return distance === null ? null : distance + 1
}

function missed<E>(event: E, criteria: readonly Criterion<E>[]): number {
  return criteria.reduce((sum, criterion) => sum + (criterion.test(event) === 'yes' ? 0 : 1), 0)
}

function keep<E extends TraceEvent>(ranks: Map<number, Sighting<E>[]>, rank: number, sighting: Sighting<E>): void {
  const kept = ranks.get(rank)
  if (kept === undefined) ranks.set(rank, [sighting])
  else if (kept.length < mostKept) kept.push(sighting)
}

function isFailure(reason: string): boolean {
  return reason.startsWith('failed: ')
}

/** Attempts along `$PATH` are one search, opens of one path one thing. */
function groupKey(event: TraceEvent): string {
  return event.kind === 'exec' ? quoteArgument(shortName(event)) : renderEvent(event)
}

/** What the criteria that an event satisfies have to say of it. */
export function notesOf<E>(event: E, criteria: readonly Criterion<E>[]): string[] {
  return criteria.flatMap((criterion) =>
    criterion.note === undefined || criterion.test(event) !== 'yes' ? [] : (criterion.note(event) ?? []),
  )
}

/** An event with who did it and how it came to that. */
export function show(history: History, event: TraceEvent, remarks: readonly string[]): Shown {
  const program = history.programAt(event.process, event.seq + 1)
  const who = event.process.isRoot ? 'test' : quoteArgument(shortName(program))
  const what = event.kind === 'exec' && event.result.ok ? `exec ${shortCommand(event, 90)}` : renderEvent(event)
  return {
    line: `+${renderDuration(event.timeNs)}  ${who}[${event.process.pid}]  ${what}`,
    remarks,
    lineage: lineage(event.process, event.seq, history),
    count: 1,
  }
}
