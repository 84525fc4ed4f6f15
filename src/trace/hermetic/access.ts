// SPDX-License-Identifier: MIT
// What an event means to a policy: which uses of files and sockets it is, before anything is declared.
import type { Address, Text } from '../event.ts'
import type { Process } from '../process.ts'
import { renderFailure } from '../render.ts'
import type { Outcome } from '../traits.ts'
import type { Unfollowed } from './real-path.ts'

/** Classes of accesses, in the order in which they are told. */
export const accessClasses = [
  'execute',
  'read',
  'list',
  'probe',
  'absent',
  'write',
  'create',
  'delete',
  'rename',
  'mount',
  'chrooted',
  'delegate',
  'connect',
  'send',
  'resolve',
  'listen',
  'family',
] as const

export type AccessClass = (typeof accessClasses)[number]

export type FileClass = Extract<
  AccessClass,
  'execute' | 'read' | 'list' | 'probe' | 'absent' | 'write' | 'create' | 'delete' | 'rename' | 'mount'
>

/** A use of a file or folder by its path. */
export interface FileAccess {
  readonly on: 'file'
  readonly class: FileClass
  readonly path: Text
  readonly unfollowed: Unfollowed
  /** A folder is made or removed. */
  readonly isFolder: boolean
  /** The name was given up: it was removed, or became another one. */
  readonly isGone: boolean
  /** The path is one of another root than the test's. */
  readonly chrooted: boolean
  /** Of an execution: the path that the program was called by, links not resolved. Its last segment may be the link's name and not the program's own. */
  readonly alias: Text
  /** Has no file: the program is in memory. */
  readonly fileless: boolean
  /** Told by the data that went through a descriptor, not by a call that names the file. */
  readonly isData: boolean
  /** What to say behind the path: ` -> EACCES`, ` (renamed to out/b)`. */
  readonly note: string
}

/** A use of an address, whoever it is by. */
export interface SocketUse {
  readonly on: 'socket'
  readonly class: 'connect' | 'send' | 'listen'
  /** The kernel's own: of a unix socket with a file its path where it was made. */
  readonly address: Address
  /** As the caller wrote it; null where that was not read or there is none. */
  readonly asked: Address | null
  readonly transport: string
  /** A unix socket that is not there. */
  readonly missing: boolean
  readonly note: string
}

/** Who reached an address, and when: that tells what names it had. */
export interface SocketAccess extends SocketUse {
  readonly process: Process
  readonly seq: number
}

/** A question to a DNS server. */
export interface NameAccess {
  readonly on: 'name'
  readonly class: 'resolve'
  readonly name: string
  readonly type: string
  readonly server: Address
  readonly seq: number
}

/** A socket of a family, or of a type, by which things are reached that have no address here. */
export interface FamilyAccess {
  readonly on: 'family'
  readonly class: 'family'
  /** `'packet'`, `'vsock'`, `'inet raw'`. */
  readonly family: string
  readonly note: string
}

export type Access = FileAccess | SocketAccess | NameAccess | FamilyAccess

/** An access as far as events that are alike share it. */
export type Use = FileAccess | SocketUse | NameAccess | FamilyAccess

/** Why a call did not even look: its descriptor was no good, or there was none left. */
const unlooked: ReadonlySet<string | null> = new Set(['EBADF', 'EMFILE', 'ENFILE'])
/** The same of a path that could not be read, or not whole. Of one that could it is said behind the look: of another pointer, or of one name in the path. */
const unread: ReadonlySet<string | null> = new Set(['EFAULT', 'ENAMETOOLONG'])

/** The call ended before it came to a file. */
export function isIdle(result: Outcome, ...paths: readonly Text[]): boolean {
  if (result.ok) return false
  return unlooked.has(result.errno) || (unread.has(result.errno) && paths.some((path) => typeof path !== 'string'))
}

/** The call says that there is no such file. */
export function isAbsent(result: Outcome): boolean {
  return !result.ok && (result.errno === 'ENOENT' || result.errno === 'ENOTDIR')
}

/** ` -> EACCES` of a call that failed; that something is not there is said by its class. */
export function failureNote(call: {
  readonly result: Outcome
  readonly blocked: boolean
  readonly died: boolean
}): string {
  return isAbsent(call.result) && !call.blocked ? '' : renderFailure(call.result, call)
}

/** What is not told of it is not so; a program goes by its path. */
export function fileAccess(
  kind: FileClass,
  path: Text,
  unfollowed: Unfollowed,
  facts: Partial<Pick<FileAccess, 'isFolder' | 'isGone' | 'chrooted' | 'alias' | 'fileless' | 'isData' | 'note'>> = {},
): FileAccess {
  return {
    on: 'file',
    class: kind,
    path,
    unfollowed,
    isFolder: false,
    isGone: false,
    chrooted: false,
    alias: path,
    fileless: false,
    isData: false,
    note: '',
    ...facts,
  }
}
