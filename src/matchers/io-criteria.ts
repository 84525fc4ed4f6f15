// SPDX-License-Identifier: MIT
// What was read and written: events that the kernel adds up, and calls that change what is in a file.
import { showText } from '../trace/escape.ts'
import type { IoEvent, OpenEvent, RenameEvent, Text, TruncateEvent } from '../trace/event.ts'
import { type AsymmetricMatcher, printValue } from '../trace/pattern.ts'
import { absent, unreadable } from '../trace/text.ts'
import type { Alike } from '../trace/traits.ts'
import { newName } from './change-criteria.ts'
import { alike, type Criterion, numberTest } from './criteria.ts'
import { openedFiles } from './open-criteria.ts'
import type { NamedFile } from './path-criteria.ts'
import type { SearchOptions } from './question.ts'
import type { Amount } from './search.ts'

export interface AmountOptions extends SearchOptions {
  /** How many bytes the calls moved, of all that was found together; what goes through a mapping is not counted. */
  readonly bytes?: number | AsymmetricMatcher
}

/** Events of a search for reads; an open is there to be told as near. */
export type ReadingEvent = IoEvent | OpenEvent

export const readingKinds = ['io', 'open'] as const

/** Events of a search for writes; a rename is there to be told as near. */
export type WritingEvent = IoEvent | TruncateEvent | OpenEvent | RenameEvent

export const writingKinds = ['io', 'truncate', 'open', 'rename'] as const

/** A descriptor's file of which the name was not found: it may be any. */
function pathOf({ path }: { readonly path: Text }): Text {
  return typeof path !== 'string' && path.status === 'absent' ? unreadable : path
}

/** The file that was read or written; of a rename the one with the new name. */
export function usedFiles(event: Alike<WritingEvent>): readonly NamedFile[] {
  switch (event.kind) {
    case 'io':
      return [{ path: pathOf(event), asked: absent, isName: false, isWalked: true }]
    case 'open':
      return openedFiles(event)
    case 'truncate':
      return [{ path: event.path, asked: event.asked, isName: !event.followed, isWalked: event.resolved === 'kernel' }]
    case 'rename':
      return [newName(event)]
  }
}

export const readCriterion: Criterion<ReadingEvent> = alike<ReadingEvent>({
  printed: '',
  test: (event) => (event.kind === 'io' && (event.read.calls > 0 || event.mapped.calls > 0) ? 'yes' : 'no'),
  reason: (event) => {
    if (event.kind === 'io') return 'written, not read'
    return event.result.ok ? 'opened, which by itself reads nothing' : `failed: ${event.result.errno ?? 'no answer'}`
  },
  note: (event) => (event.kind === 'io' && event.read.calls === 0 ? 'mapped: what of it was read does not show' : null),
})

export const writtenCriterion: Criterion<WritingEvent> = alike<WritingEvent>({
  printed: '',
  test: (event) => {
    switch (event.kind) {
      case 'io':
        return event.written.calls > 0 || event.mappedWritable > 0 ? 'yes' : 'no'
      case 'truncate':
        return event.result.ok ? 'yes' : 'no'
      case 'open':
        return isEmptied(event) ? 'yes' : 'no'
      case 'rename':
        return 'no'
    }
  },
  reason: (event) => {
    if (event.kind === 'io') return 'read, not written'
    if (!event.result.ok) return `failed: ${event.result.errno ?? 'no answer'}`
    if (event.kind === 'rename') return `got its name by a rename: what is in it was written as ${showText(event.path)}`
    return event.kind === 'open' ? 'opened, which by itself writes nothing' : ''
  },
  note: (event) => {
    if (event.kind === 'open') return 'emptied by O_TRUNC'
    return event.kind === 'io' && event.written.calls === 0
      ? 'mapped so that it may be written through: what was written does not show'
      : null
  },
})

/** A file that was there before is empty after it. A device or pipe is not. */
function isEmptied({
  result,
  created,
  fileType,
  flags,
}: Pick<Alike<OpenEvent>, 'result' | 'created' | 'fileType' | 'flags'>): boolean {
  return result.ok && !created && fileType === 'file' && flags.includes('O_TRUNC')
}

/** A mapping is one call. */
export function readAmount(bytes: unknown): Amount {
  return {
    calls: (transfers) => (transfers === null ? 0 : transfers.readCalls + transfers.mapCalls),
    bytes: (transfers) => transfers?.readBytes ?? 0,
    expected: expectedBytes(bytes),
  }
}

/** A truncation and an emptying open are one call each, and so is a file mapped so that it may be written through. */
export function writtenAmount(bytes: unknown): Amount {
  return {
    calls: (transfers, events) =>
      transfers === null ? 1 : transfers.writeCalls + (transfers.mappedWritable > 0 ? events : 0),
    bytes: (transfers) => transfers?.writtenBytes ?? 0,
    expected: expectedBytes(bytes),
  }
}

function expectedBytes(bytes: unknown): Amount['expected'] {
  if (bytes === undefined) return null
  const matches = numberTest(bytes, 'bytes', 0, Number.MAX_SAFE_INTEGER)
  return { printed: `${printValue(bytes)} bytes`, matches }
}
