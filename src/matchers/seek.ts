// SPDX-License-Identifier: MIT
import type { EventOf, TraceEvent } from '../trace/event.ts'
import type { Verdict } from '../trace/pattern.ts'
import type { Sighting } from '../trace/sighting.ts'
import type { TraceView } from '../trace/view.ts'
import type { ByDoer, Criterion, Doer } from './criteria.ts'

/** Criteria by what they look at. */
export interface Sorted<E> {
  readonly alike: readonly Criterion<E>[]
  readonly doer: readonly Criterion<Doer>[]
  readonly moment: readonly Criterion<E>[]
  readonly event: readonly Criterion<E>[]
}

export function sorted<E extends TraceEvent>(criteria: readonly Criterion<E>[]): Sorted<E> {
  const of = (looksAt: Criterion<E>['looksAt']) => criteria.filter((one) => one.looksAt === looksAt)
  return {
    alike: of('alike'),
    doer: of('doer') as unknown as Sorted<E>['doer'],
    moment: of('moment'),
    event: of(undefined),
  }
}

/** Finds the events that satisfy criteria, or may: each is decoded only as far as the criteria need it. `visit` ends the search by true. */
export function seek<E extends TraceEvent>(
  trace: TraceView,
  kinds: readonly E['kind'][],
  criteria: readonly Criterion<E>[],
  visit: (verdict: 'yes' | 'unknown', sighting: Sighting<E>) => boolean | undefined,
): void {
  const { alike, doer, moment, event } = sorted(criteria)
  const cheapestFirst = alike.toReversed() // the target comes first, and may have to follow links
  trace.scan(
    kinds,
    (shared) => {
      const verdict = verdictOf(shared as unknown as E, cheapestFirst)
      return verdict === 'no' ? null : judgementOf(shared, verdict, moment)
    },
    ({ verdict, open }, found) => {
      const sighting = found as Sighting<EventOf<E['kind']>> as unknown as Sighting<E>
      let whole = verdict
      if (doer.length > 0) whole = weaker(whole, verdictOf(sighting, doer))
      for (const byDoer of open) if (whole !== 'no') whole = weaker(whole, byDoer(sighting))
      if (whole !== 'no' && event.length > 0) whole = weaker(whole, verdictOf(sighting.event, event))
      return whole === 'no' ? undefined : visit(whole, sighting)
    },
  )
}

/** What is known of a class, and what each of its events has to be asked. */
interface Judgement {
  readonly verdict: Verdict
  readonly open: readonly ByDoer[]
}

/** Null where one of the criteria does not hold for any of the class. */
function judgementOf<E>(shared: unknown, verdict: Verdict, criteria: readonly Criterion<E>[]): Judgement | null {
  const open: ByDoer[] = []
  let whole = verdict
  for (const criterion of criteria) {
    const own = criterion.of!(shared)
    if (own === 'no') return null
    if (typeof own === 'function') open.push(own)
    else whole = weaker(whole, own)
  }
  return { verdict: whole, open }
}

/** All of the criteria hold, or one of them does not, or it is not known. */
export function verdictOf<E>(event: E, criteria: readonly Criterion<E>[]): Verdict {
  let verdict: Verdict = 'yes'
  for (const criterion of criteria) {
    const own = criterion.test(event)
    if (own === 'no') return 'no'
    if (own === 'unknown') verdict = 'unknown'
  }
  return verdict
}

function weaker(one: Verdict, other: Verdict): Verdict {
  return one === 'no' || other === 'no' ? 'no' : one === 'unknown' || other === 'unknown' ? 'unknown' : 'yes'
}
