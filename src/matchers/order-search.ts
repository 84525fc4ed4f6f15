// SPDX-License-Identifier: MIT
// Whether steps happened one after the other: certainly, perhaps, or not.
import type { TraceEvent } from '../trace/event.ts'
import type { Process } from '../trace/process.ts'
import type { TraceView } from '../trace/view.ts'
import { type Place, type Places, precedesSome } from './order-places.ts'
import type { WantedStep } from './order-steps.ts'
import { seek } from './seek.ts'

/** An event that is a step, or may be: what would decide could not be read. */
export interface Candidate {
  readonly step: WantedStep
  readonly place: Place
  readonly isKnown: boolean
}

/** In the order of the trace. */
export function candidatesOf(trace: TraceView, step: WantedStep, places: Places): Candidate[] {
  const found: Candidate[] = []
  seek<TraceEvent>(trace, step.search.kinds, step.criteria, (verdict, { event }) => {
    found.push({ step, place: places.of(event, step.transfer), isKnown: verdict === 'yes' })
    return undefined
  })
  return found
}

interface Link {
  readonly place: Place
  readonly before: Link | null
}

/** The end of a chain that is over first: of all, and of each thread, whose next sync it certainly precedes. */
interface Ends {
  readonly first: Link | null
  readonly byThread: ReadonlyMap<Process, ReadonlyMap<number, Link>>
}

/** A chain in which each event certainly was over before the next began; null without one. Takes the earliest of each step, which leaves most for the others. */
export function certainChain(steps: readonly (readonly Candidate[])[]): readonly Place[] | null {
  let ends: Ends = { first: null, byThread: new Map() }
  for (const [index, candidates] of steps.entries()) {
    const links = candidates.flatMap(({ place, isKnown }): Link[] => {
      if (!isKnown || place.until === Number.POSITIVE_INFINITY) return []
      if (index === 0) return [{ place, before: null }]
      const before = linkBefore(ends, place)
      return before === null ? [] : [{ place, before }]
    })
    if (links.length === 0) return null
    ends = endsOf(links)
  }
  return placesOf(ends.first)
}

function linkBefore({ first, byThread }: Ends, place: Place): Link | null {
  if (first !== null && precedesSome(first.place, place)) return first
  const own = byThread.get(place.process)?.get(place.tid)
  return own !== undefined && precedesSome(own.place, place) ? own : null
}

/** Of links in the order of their events. */
function endsOf(links: readonly Link[]): Ends {
  const byThread = new Map<Process, Map<number, Link>>()
  for (const link of links) {
    const { process, tid } = link.place
    const threads = byThread.get(process) ?? new Map<number, Link>()
    if (!threads.has(tid)) byThread.set(process, threads.set(tid, link))
  }
  return { first: links[0] ?? null, byThread }
}

function placesOf(last: Link | null): Place[] {
  const chain: Place[] = []
  for (let link = last; link !== null; link = link.before) chain.unshift(link.place)
  return chain
}

/**
 * The longest chain that the trace does not rule out, with each event as early as it can have been: shorter than the steps where none has the next. `at`: the position in the
 * order that was reached.
 */
export function possibleChain(steps: readonly (readonly Candidate[])[]): {
  readonly chain: readonly Candidate[]
  readonly at: number
} {
  const chain: Candidate[] = []
  let at = 0
  for (const candidates of steps) {
    let best: { candidate: Candidate; moment: number } | null = null
    for (const candidate of candidates) {
      const moment = momentOf(candidate.place, at)
      if (moment !== null && (best === null || moment < best.moment)) best = { candidate, moment }
    }
    if (best === null) break
    chain.push(best.candidate)
    at = best.moment
  }
  return { chain, at }
}

/** When it can have happened at the earliest, after `at`; null where it was before that. A call of a stretch can be right after another record; a sync has to end. */
function momentOf({ kind, from, until, latest }: Place, at: number): number | null {
  const begin = Math.max(at, from)
  if (begin >= latest) return null
  return kind === 'io' || begin >= until || until === Number.POSITIVE_INFINITY ? begin : until
}
