// SPDX-License-Identifier: MIT
import type { DecodeContext } from './decode-context.ts'
import type { EventBase, SystemCall, Text } from './event.ts'
import { isFollowed } from './followed.ts'
import { joinPath } from './paths.ts'
import { Flag, internedStrings } from './record.ts'
import type { RecordReader } from './record-reader.ts'
import { absent, isRead } from './text.ts'

/** What all calls that name a file have in common, whether they change it or look at it. */
export interface NamedCall extends EventBase, SystemCall {
  readonly asked: Text
  readonly path: Text
  readonly resolved: 'kernel' | 'lexical'
  readonly followed: boolean
  readonly chrooted: boolean
}

/** `at`: where the record has its result and the number of the call. `rest`: its strings behind the first three. */
export function namedCall(
  r: RecordReader,
  entry: number,
  context: DecodeContext,
  at: { readonly result: number; readonly nr: number },
): { readonly call: NamedCall; readonly rest: readonly Text[] } {
  const { entries, strings } = context.assembly
  const texts = strings.texts(entries.text(entry), internedStrings[r.kind] as number)
  const [asked = absent, base = absent, resolved = absent, ...rest] = texts
  const walked = isRead(resolved) || resolved.status !== 'absent'
  const facts = context.call(r, entry, at.result, at.nr)
  const call: NamedCall = {
    ...context.base(r, entry, 'sys_exit'),
    ...facts,
    asked,
    path: walked ? resolved : joinPath(base, asked),
    resolved: walked ? 'kernel' : 'lexical',
    followed: isFollowed(r, facts.call),
    chrooted: (r.flags & Flag.chrooted) !== 0,
  }
  return { call, rest }
}
