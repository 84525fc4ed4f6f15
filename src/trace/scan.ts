// SPDX-License-Identifier: MIT
import type { Assembly } from './assemble.ts'
import { EntryKind, entryKinds } from './entries.ts'
import type { EventKind } from './event.ts'
import { isClassed } from './traits.ts'

const unwanted = 0
const byItself = 1
const byClass = 2

/**
 * Goes through the entries of some kinds, in order. `judge` is asked once for each class, with an entry of it and its number; for each entry of no class, with 0; and for each of a kind
 * without classes, with null: its event is worth keeping. `visit` is called for each entry of which the judgement is not null, until it gives true.
 */
export function scanEntries<T>(
  { entries, strings, restarts }: Assembly,
  kinds: readonly EventKind[],
  judge: (entry: number, alike: number | null) => T | null,
  visit: (judgement: T, entry: number) => boolean | undefined,
): void {
  const wanted = new Uint8Array(entryKinds.length)
  for (const kind of kinds) wanted[EntryKind[kind]] = isClassed(kind) ? byClass : byItself
  const judgements: (T | null | undefined)[] = new Array(strings.size)
  for (let entry = 0, end = entries.length; entry < end; entry++) {
    const how = wanted[entries.kind(entry)]
    if (how === unwanted) continue
    // What became of a call that was to be restarted stands in other records.
    const alike = how === byItself || (restarts.size > 0 && restarts.has(entry)) ? 0 : entries.text(entry)
    let judgement = alike === 0 ? undefined : judgements[alike]
    if (judgement === undefined) {
      judgement = judge(entry, how === byItself ? null : alike)
      if (alike !== 0) judgements[alike] = judgement
    }
    if (judgement !== null && visit(judgement, entry) === true) return
  }
}
