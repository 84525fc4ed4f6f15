// SPDX-License-Identifier: MIT
// Questions of a trace that are about what events have in common.
import type { EventKind, EventOf } from './event.ts'
import type { Sighting } from './sighting.ts'
import type { Alike } from './traits.ts'
import type { TraceView } from './view.ts'

/** Shows one event of each class; of kinds without classes each event. */
export function eachClass<K extends EventKind>(
  trace: TraceView,
  kinds: readonly K[],
  show: (event: Alike<EventOf<K>>) => void,
): void {
  trace.scan(
    kinds,
    (event) => {
      show(event)
      return null
    },
    () => true,
  )
}

/** The first event of which `judge` gives something, with what it gave; null without one. */
export function firstOf<K extends EventKind, T>(
  trace: TraceView,
  kinds: readonly K[],
  judge: (event: Alike<EventOf<K>>) => T | null,
): { readonly found: T; readonly sighting: Sighting<EventOf<K>> } | null {
  let first: { readonly found: T; readonly sighting: Sighting<EventOf<K>> } | null = null
  trace.scan(kinds, judge, (found, sighting) => {
    first = { found, sighting }
    return true
  })
  return first
}
