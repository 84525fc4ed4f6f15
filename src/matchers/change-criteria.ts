// SPDX-License-Identifier: MIT
// Files that were made, removed and renamed: which events do that, and of which file.
import { showText } from '../trace/escape.ts'
import type {
  Address,
  BindEvent,
  FileType,
  LinkEvent,
  MkdirEvent,
  MknodEvent,
  OpenEvent,
  RenameEvent,
  RmdirEvent,
  SymlinkEvent,
  Text,
  UnixAddress,
  UnlinkEvent,
} from '../trace/event.ts'
import { printValue, type Verdict } from '../trace/pattern.ts'
import { isUnix } from '../trace/render.ts'
import type { Alike } from '../trace/traits.ts'
import type { TraceView } from '../trace/view.ts'
import { alike, type Criterion, choiceTest } from './criteria.ts'
import { openedFiles } from './open-criteria.ts'
import type { NamedFile } from './path-criteria.ts'

/** Events that can make a file, or give it another name. */
export type CreationEvent = OpenEvent | MkdirEvent | SymlinkEvent | LinkEvent | MknodEvent | RenameEvent | BindEvent

const fileCreationKinds = ['open', 'mkdir', 'symlink', 'link', 'mknod', 'rename'] as const

/** A unix socket gets its file when it is bound, which is an event of the group `network`. */
export function creationKinds(trace: TraceView): readonly CreationEvent['kind'][] {
  return trace.info.groups.includes('network') ? [...fileCreationKinds, 'bind'] : fileCreationKinds
}

/** Events that remove a name; a rename, which takes one away, is there to be told as near. */
export type DeletionEvent = UnlinkEvent | RmdirEvent | RenameEvent

export const deletionKinds = ['unlink', 'rmdir', 'rename'] as const

type Named<K extends 'path' | 'to'> = K extends 'path'
  ? { readonly path: Text; readonly asked: Text; readonly resolved: 'kernel' | 'lexical' }
  : { readonly to: Text; readonly askedTo: Text }

/** The name that a call was about; of a rename and a link the old one. */
export function ownName({ path, asked, resolved }: Named<'path'>): NamedFile {
  return { path, asked, isName: true, isWalked: resolved === 'kernel' }
}

/** The new name of a rename or a link. */
export function newName({ to, askedTo }: Named<'to'>): NamedFile {
  return { path: to, asked: askedTo, isName: true, isWalked: false }
}

/** What an event made. */
export function createdFiles(event: Alike<CreationEvent>): readonly NamedFile[] {
  switch (event.kind) {
    case 'open':
      return openedFiles(event)
    case 'rename':
    case 'link':
      return [newName(event)]
    case 'bind':
      return hasFile(event.address) ? [{ ...event.address, isName: true, isWalked: false }] : []
    default:
      return [ownName(event)]
  }
}

/** Of unix sockets those that are neither abstract nor unnamed. */
function hasFile(address: Address): address is UnixAddress {
  return isUnix(address) && !address.abstract && address.path !== ''
}

/** An open need not make the file, and of an exchange both names were there before. */
export const creatingCriterion: Criterion<CreationEvent> = alike<CreationEvent>({
  printed: '',
  test: (event) => {
    if (event.kind === 'rename') return isExchange(event) ? 'no' : 'yes'
    if (event.kind === 'bind') return hasFile(event.address) ? 'yes' : 'no'
    if (event.kind !== 'open') return 'yes'
    return event.created || (!event.result.ok && asksToCreate(event)) ? 'yes' : 'no'
  },
  reason: (event) => {
    if (event.kind === 'rename') return 'exchanged: both names were there before'
    if (event.kind === 'bind') return 'it is bound to no file'
    return event.kind === 'open' && event.result.ok ? 'opened, not created: it was there before' : ''
  },
  note: (event) => {
    if (event.kind === 'rename') return `renamed from ${showText(event.path)}`
    return event.kind === 'link' ? `a second name of ${showText(event.path)}` : null
  },
})

function asksToCreate({ flags }: { readonly flags: readonly string[] }): boolean {
  return flags.includes('O_CREAT') || flags.includes('O_TMPFILE')
}

/** Two files that have each other's name now. */
export function isExchange({ flags }: { readonly flags: readonly string[] }): boolean {
  return flags.includes('RENAME_EXCHANGE')
}

const fileTypes: readonly FileType[] = [
  'file',
  'directory',
  'symlink',
  'fifo',
  'socket',
  'characterDevice',
  'blockDevice',
]

/** What kind of file it is. A rename and a link do not say, but what else the trace has of that file may. */
export function typeCriterion(expected: unknown, trace: TraceView): Criterion<CreationEvent> {
  const matches = choiceTest(expected, 'type', fileTypes)
  let known: ReadonlyMap<string, FileType | null> | undefined
  const typeOf = (event: Alike<CreationEvent>): FileType | null => {
    switch (event.kind) {
      case 'open':
        return event.fileType ?? 'file'
      case 'mkdir':
        return 'directory'
      case 'bind':
        return 'socket'
      case 'symlink':
        return 'symlink'
      case 'mknod':
        return event.fileType
      default:
        known ??= knownTypes(trace)
        return (typeof event.path === 'string' ? known.get(event.path) : null) ?? null
    }
  }
  return alike<CreationEvent>({
    printed: `type ${printValue(expected)}`,
    test: (event): Verdict => {
      const type = typeOf(event)
      return type === null ? 'unknown' : matches(type) ? 'yes' : 'no'
    },
    reason: (event) => {
      const type = typeOf(event as unknown as Alike<CreationEvent>)
      return type === null ? 'what kind of file it is was not recorded' : `its type is ${type}`
    },
  })
}

/** Types of files by path, where everything in the trace agrees; else null. */
function knownTypes(trace: TraceView): ReadonlyMap<string, FileType | null> {
  const types = new Map<string, FileType | null>()
  const learn = (path: Text, type: FileType) => {
    if (typeof path !== 'string') return
    const before = types.get(path)
    types.set(path, before === undefined || before === type ? type : null)
  }
  trace.scan(
    ['open', 'mkdir', 'symlink', 'mknod'],
    (event) => {
      if (!event.result.ok) return null
      if (event.kind === 'mkdir') learn(event.path, 'directory')
      else if (event.kind === 'symlink') learn(event.path, 'symlink')
      else if (event.fileType !== null) learn(event.path, event.fileType)
      return null
    },
    () => true,
  )
  return types
}

/** A rename takes a name away, and deletes nothing. */
export const deletingCriterion: Criterion<DeletionEvent> = alike<DeletionEvent>({
  printed: '',
  test: ({ kind }) => (kind === 'rename' ? 'no' : 'yes'),
  reason: (event) => (event.kind === 'rename' ? `renamed to ${showText(event.to)}, not deleted` : ''),
})
