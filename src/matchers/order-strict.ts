// SPDX-License-Identifier: MIT
// Steps of which nothing stands between: each once or several times in a row, and none of the others before its turn.
import { isVague, type Place, precedes } from './order-places.ts'
import type { Candidate, Doubt } from './order-search.ts'

/** An event that one of the steps describes, and which of them (from 0). */
interface Relevant extends Candidate {
  readonly steps: ReadonlySet<number>
}

export interface StrictFinding {
  /** The run is whole, and certain. */
  readonly isWhole: boolean
  /** An event of each step, as far as the last of the longest runs went. */
  readonly chain: readonly Place[]
  /** Position of the run's last event. */
  readonly at: number
  /** What came instead of the next step: an event, and which of the steps it is (from 0); null where nothing came. */
  readonly intruder: { readonly place: Place; readonly step: number } | null
  /** Null where there is none. */
  readonly doubt: Doubt | null
}

/** Looks for a run: events that follow one another among those that any step describes. */
export function strictRun(steps: readonly (readonly Candidate[])[]): StrictFinding {
  const relevant = relevantOf(steps)
  const doubts = doubtsOf(relevant)
  let best: Run = { first: 0, places: [] }
  let end = 0
  let before: (Run | null)[] = steps.map(() => null)
  for (const [index, event] of relevant.entries()) {
    const runs = steps.map((_, step) => (event.steps.has(step) ? runTo(event.place, index, step, before) : null))
    for (const run of runs) {
      if (run === null || run.places.length < best.places.length) continue
      best = run
      end = index
    }
    if (best.places.length === steps.length && !touches(doubts, relevant, best.first, end))
      return { isWhole: true, chain: best.places, at: event.place.event.seq, intruder: null, doubt: null }
    before = runs
  }
  const next = best.places.length === 0 ? undefined : relevant[end + 1]
  return {
    isWhole: false,
    chain: best.places,
    at: relevant[end]?.place.event.seq ?? 0,
    intruder: next === undefined ? null : { place: next.place, step: Math.min(...next.steps) },
    doubt: doubts[0] ?? null,
  }
}

/** The run that an event ends as a certain step: the one that began last of those that it continues. */
function runTo(place: Place, index: number, step: number, before: readonly (Run | null)[]): Run | null {
  if (step === 0) return { first: index, places: [place] }
  const same = before[step] ?? null
  const previous = before[step - 1] ?? null
  if (previous === null || (same !== null && same.first >= previous.first)) return same
  return { first: previous.first, places: [...previous.places, place] }
}

interface Run {
  /** Where it began, among the relevant events. */
  readonly first: number
  /** One event of each step. */
  readonly places: readonly Place[]
}

function relevantOf(steps: readonly (readonly Candidate[])[]): Relevant[] {
  const found = new Map<number, Relevant & { readonly steps: Set<number> }>()
  for (const [index, candidates] of steps.entries()) {
    for (const candidate of candidates) {
      const { seq } = candidate.place.event
      const known = found.get(seq)
      const doubted = known === undefined || known.isKnown ? candidate : known
      found.set(seq, { ...doubted, steps: (known?.steps ?? new Set<number>()).add(index) })
    }
  }
  return [...found.values()].sort((one, other) => one.place.event.seq - other.place.event.seq)
}

/**
 * What makes the order of relevant events uncertain: a stretch that overlaps an event of another step, several calls that are one event and more than one step, or an event that may be none.
 */
function doubtsOf(relevant: readonly Relevant[]): Doubt[] {
  const doubts: Doubt[] = []
  for (const one of relevant) {
    if (!one.isKnown || isVague(one.place) || isSeveral(one)) doubts.push({ one, other: null })
    if (one.place.until - one.place.from <= 1) continue
    for (const other of relevant) {
      if (other === one || (one.steps.size === 1 && isSame(one.steps, other.steps))) continue
      if (!precedes(one.place, other.place) && !precedes(other.place, one.place)) doubts.push({ one, other })
    }
  }
  return doubts
}

function isSeveral({ place: { event }, steps }: Relevant): boolean {
  return event.kind === 'io' && steps.size > 1 && event.read.calls + event.written.calls + event.mapped.calls > 1
}

function isSame(one: ReadonlySet<number>, other: ReadonlySet<number>): boolean {
  return one.size === other.size && [...one].every((step) => other.has(step))
}

/** Whether one of the doubts is about what a run holds, or about what may have been in between. */
function touches(doubts: readonly Doubt[], relevant: readonly Relevant[], first: number, last: number): boolean {
  const from = relevant[first]!.place.from
  const until = relevant[last]!.place.event.seq
  const isThere = ({ place }: Candidate) => place.from < until && place.latest > from
  return doubts.some(({ one, other }) => isThere(one) || (other !== null && isThere(other)))
}
