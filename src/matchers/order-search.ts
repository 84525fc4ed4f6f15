// SPDX-License-Identifier: MIT
// Whether steps happened one after the other: certainly, perhaps, or not.
import type { TraceEvent } from '../trace/event.ts'
import type { Process } from '../trace/process.ts'
import type { TraceView } from '../trace/view.ts'
import { isOfRing, tells } from './order-calls.ts'
import { isVague, type Place, type Places, precedesSome } from './order-places.ts'
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
  let reached: readonly Possible[] = []
  for (const [index, candidates] of steps.entries()) {
    const next = candidates.flatMap((candidate) => {
      const before = reached.find((one) => !isRuledOut(one.candidate.place, candidate.place)) ?? null
      if (index > 0 && before === null) return []
      const moment = momentOf(candidate.place, before?.moment ?? 0)
      return moment === null ? [] : [{ candidate, moment, before }]
    })
    if (next.length === 0) break
    reached = next.sort((one, other) => one.moment - other.moment)
  }
  const chain: Candidate[] = []
  for (let link = reached[0] ?? null; link !== null; link = link.before) chain.unshift(link.candidate)
  return { chain, at: reached[0]?.moment ?? 0 }
}

interface Possible {
  readonly candidate: Candidate
  readonly moment: number
  readonly before: Possible | null
}

/** Transfers that were made before a sync began are told before it; those of io_uring, that had been answered. */
function isRuledOut(one: Place, other: Place): boolean {
  const isTold = other.kind === 'sync' && tells(other.event) && one.process === other.process
  return isTold && one.kind === 'io' && !isOfRing(one.event) && one.event.seq > other.event.seq
}

/**
 * When it can have happened at the earliest, after `at`; null where it was before that. A call of a stretch, or an operation of io_uring, can be right after another record; a sync that is a
 * call has to return.
 */
function momentOf({ kind, from, until, latest, event }: Place, at: number): number | null {
  const begin = Math.max(at, from)
  if (begin >= latest) return null
  const isAnywhere = kind === 'io' || isOfRing(event)
  return isAnywhere || begin >= until || until === Number.POSITIVE_INFINITY ? begin : until
}

/** What keeps a verdict from being certain: an event by itself, or two of which the trace does not tell the order. */
export interface Doubt {
  readonly one: Candidate
  readonly other: Candidate | null
}

/** The first doubt of a chain that is possible and not certain. */
export function doubtIn(chain: readonly Candidate[]): Doubt | null {
  const vague = chain.find(({ place, isKnown }) => !isKnown || place.until === Number.POSITIVE_INFINITY)
  if (vague !== undefined) return { one: vague, other: null }
  const index = chain.findIndex(({ place }, at) => at > 0 && !precedesSome(chain[at - 1]!.place, place))
  const other = chain[index]
  if (index < 1 || other === undefined) return null
  return isVague(other.place) ? { one: other, other: null } : { one: chain[index - 1]!, other }
}
