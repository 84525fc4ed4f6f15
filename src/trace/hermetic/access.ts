// SPDX-License-Identifier: MIT
// What an event means to a policy: which uses of files and sockets it is, before anything is declared.
import { showText } from '../escape.ts'
import type {
  AcceptEvent,
  Address,
  BindEvent,
  ChangeEvent,
  ChdirEvent,
  ConnectEvent,
  DnsEvent,
  EventKind,
  EventOf,
  ExecEvent,
  IoEvent,
  ListenEvent,
  MountEvent,
  OpenEvent,
  ProbeEvent,
  SendEvent,
  SocketEvent,
  Text,
} from '../event.ts'
import { baseName } from '../pattern.ts'
import type { Process } from '../process.ts'
import { isInet, isUnix, renderFailure, renderOutcome } from '../render.ts'
import type { Alike, Outcome } from '../traits.ts'
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
  /** The path is one of another root than the test's. */
  readonly chrooted: boolean
  /** Of an execution: the names that the program goes by. */
  readonly names: readonly string[]
  /** Has no file: the program is in memory. */
  readonly fileless: boolean
  /** What to say behind the path: ` -> EACCES`, ` (renamed to out/b)`. */
  readonly note: string
}

/** A use of an address. */
export interface SocketAccess {
  readonly on: 'socket'
  readonly class: 'connect' | 'send' | 'listen'
  readonly address: Address
  /** As the caller wrote it; null where that is not known or no other. */
  readonly asked: Address | null
  readonly process: Process
  readonly transport: string
  /** A unix socket that is not there. */
  readonly missing: boolean
  readonly note: string
}

/** A question to a DNS server. */
export interface NameAccess {
  readonly on: 'name'
  readonly class: 'resolve'
  readonly name: string
  readonly type: string
  readonly server: Address
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

/** Kinds of event that are accesses. */
export const accessKinds = [
  'exec',
  'chdir',
  'open',
  'io',
  'rename',
  'unlink',
  'rmdir',
  'mkdir',
  'link',
  'symlink',
  'mknod',
  'chmod',
  'chown',
  'truncate',
  'utimes',
  'xattr',
  'stat',
  'access',
  'readlink',
  'list',
  'connect',
  'send',
  'socket',
  'bind',
  'listen',
  'accept',
  'dns',
  'mount',
] as const satisfies readonly EventKind[]

export type AccessEvent = Alike<EventOf<(typeof accessKinds)[number]>>

const nothing: readonly Access[] = []

/** The accesses of an event: none, one, or two where it has two paths. `listed`: the listing of folders is told by events of its own. */
export function accessesOf(event: AccessEvent, listed: boolean): readonly Access[] {
  switch (event.kind) {
    case 'exec':
      return ofExec(event)
    case 'chdir':
      return ofChdir(event)
    case 'open':
      return ofOpen(event, listed)
    case 'io':
      return ofIo(event)
    case 'stat':
    case 'access':
    case 'readlink':
    case 'list':
      return ofProbe(event)
    case 'connect':
      return ofConnect(event)
    case 'send':
      return ofSend(event)
    case 'bind':
    case 'listen':
    case 'accept':
      return ofServer(event)
    case 'socket':
      return ofSocket(event)
    case 'dns':
      return ofDns(event)
    case 'mount':
      return ofMount(event)
    default:
      return ofChange(event)
  }
}

function file(
  kind: FileClass,
  path: Text,
  unfollowed: Unfollowed,
  facts: Partial<Pick<FileAccess, 'isFolder' | 'chrooted' | 'names' | 'fileless' | 'note'>> = {},
): FileAccess {
  const { isFolder = false, chrooted = false, names = [], fileless = false, note = '' } = facts
  return { on: 'file', class: kind, path, unfollowed, isFolder, chrooted, names, fileless, note }
}

/** The call says that there is no such file. */
function isAbsent(result: Outcome): boolean {
  return !result.ok && (result.errno === 'ENOENT' || result.errno === 'ENOTDIR')
}

function ofExec(event: ExecEvent): readonly Access[] {
  const { path, script, interpreter, asked, chrooted, fileless, result } = event
  if (!result.ok) {
    const kind = isAbsent(result) ? 'absent' : event.blocked || event.died ? 'execute' : 'probe'
    return [file(kind, path, 'path', { chrooted, names: namesOf([asked]), note: failureNote(event) })]
  }
  const program = file('execute', path, 'none', { chrooted, fileless, names: namesOf([interpreter ?? asked, path]) })
  if (script === null) return [program]
  return [file('execute', script, 'path', { chrooted, names: namesOf([script]) }), program]
}

function namesOf(texts: readonly Text[]): string[] {
  return [...new Set(texts.flatMap((text) => (typeof text === 'string' && text !== '' ? [baseName(text)] : [])))]
}

/** A folder to work in is looked at. The one that a child of the test is started in is the test's doing. */
function ofChdir(event: ChdirEvent): readonly Access[] {
  const { path, process, result } = event
  if (process.parent?.isRoot === true && !process.execs.some(({ seq }) => seq < event.seq)) return nothing
  if (result.ok) return [file('probe', path, 'none')]
  return [file(isAbsent(result) ? 'absent' : 'probe', path, 'path', { note: failureNote(event) })]
}

function ofOpen(event: Alike<OpenEvent>, listed: boolean): readonly Access[] {
  const { path, mode, flags, fileType, result } = event
  const chrooted = event.chrooted || event.disconnected
  const writes = event.created || mode === 'write' || mode === 'readwrite' || flags.includes('O_TRUNC')
  if (!result.ok) {
    const kind = isAbsent(result) ? 'absent' : writes ? 'write' : 'probe'
    return [file(kind, path, 'path', { chrooted, note: failureNote(event) })]
  }
  if (flags.includes('O_TMPFILE') || isNameless(event)) return nothing
  if (writes) return [file(event.created ? 'create' : 'write', path, 'none', { chrooted })]
  if (mode === 'path') return [file('probe', path, 'none', { chrooted })]
  if (fileType === 'directory') return [file(listed ? 'probe' : 'list', path, 'none', { chrooted })]
  return [file('read', path, 'none', { chrooted })]
}

/** A pipe, or a file that only ever was in memory. */
function isNameless({ path, fileType, deleted, disconnected }: Alike<OpenEvent>): boolean {
  if (typeof path !== 'string') return false
  if (!path.startsWith('/')) return fileType === 'fifo'
  return path.startsWith('/memfd:') && (deleted || disconnected)
}

/** Bytes that went through a descriptor, wherever it came from. */
function ofIo({ path, read, written, mapped, mappedWritable, chrooted }: Alike<IoEvent>): readonly Access[] {
  if (typeof path === 'string' && path.startsWith('/memfd:')) return nothing
  if (written.calls > 0 || mappedWritable > 0) return [file('write', path, 'none', { chrooted })]
  return read.calls > 0 || mapped.calls > 0 ? [file('read', path, 'none', { chrooted })] : nothing
}

function ofProbe(event: Alike<ProbeEvent>): readonly Access[] {
  const { kind, path, chrooted, result } = event
  const unfollowed = unfollowedOf(event)
  const isNoLink = kind === 'readlink' && !result.ok && result.errno === 'EINVAL'
  const facts = { chrooted, note: isNoLink ? '' : failureNote(event) }
  if (isAbsent(result)) return [file('absent', path, unfollowed, facts)]
  return [file(kind === 'list' && result.ok ? 'list' : 'probe', path, unfollowed, facts)]
}

function unfollowedOf({ resolved, followed }: { readonly resolved: string; readonly followed: boolean }): Unfollowed {
  return resolved === 'kernel' ? 'none' : followed ? 'path' : 'folder'
}

const changeClasses = {
  rename: 'rename',
  unlink: 'delete',
  rmdir: 'delete',
  mkdir: 'create',
  link: 'create',
  symlink: 'create',
  mknod: 'create',
  chmod: 'write',
  chown: 'write',
  truncate: 'write',
  utimes: 'write',
  xattr: 'write',
} as const

function ofChange(event: Alike<ChangeEvent>): readonly Access[] {
  const { kind, path, chrooted, result } = event
  const usual = changeClasses[kind]
  const isFolder = kind === 'mkdir' || kind === 'rmdir'
  const unfollowed = unfollowedOf(event)
  const failure = failureNote(event)
  if (isAbsent(result)) return [file('absent', path, unfollowed, { chrooted, note: failure })]
  const exists = !result.ok && result.errno === 'EEXIST'
  if (kind === 'link' || kind === 'rename') {
    const { to } = event
    const word = kind === 'link' ? 'linked' : 'renamed'
    const source = file(kind === 'link' ? 'read' : 'rename', path, unfollowed, {
      chrooted,
      note: ` (${word} to ${showText(to)})${failure}`,
    })
    const target = file(exists ? 'probe' : usual, to, 'folder', {
      chrooted,
      note: ` (${word} from ${showText(path)})${failure}`,
    })
    return [source, target]
  }
  const word = usual === 'write' ? ` (${kind})` : ''
  return [file(exists ? 'probe' : usual, path, unfollowed, { isFolder, chrooted, note: word + failure })]
}

function ofMount({ call, path, result }: MountEvent): readonly Access[] {
  return result.ok && (call === 'mount' || call === 'move_mount') ? [file('mount', path, 'path')] : nothing
}

/** A peer that is taken away, or an address that the kernel itself could not read, leads nowhere. */
function isNowhere({ family }: Address): boolean {
  return family === 'unspec' || family === 'unknown'
}

/** That a datagram socket gets a peer without a port sends nothing and cannot: the C library asks for routes so. */
function ofConnect(event: ConnectEvent): readonly Access[] {
  const { address, asked, process, transport, outcome, errno } = event
  if (isNowhere(address) || (outcome === 'associated' && isInet(address) && address.port === 0)) return nothing
  const note = outcome === 'established' || outcome === 'associated' ? '' : ` -> ${renderOutcome(event)}`
  const missing = isUnix(address) && !address.abstract && (errno === 'ENOENT' || errno === 'ENOTDIR')
  return [{ on: 'socket', class: 'connect', address, asked, process, transport, missing, note }]
}

function ofSend(event: SendEvent): readonly Access[] {
  const { address, process, transport, result } = event
  if (isNowhere(address)) return nothing
  const missing = isUnix(address) && !address.abstract && isAbsent(result)
  return [{ on: 'socket', class: 'send', address, asked: null, process, transport, missing, note: failureNote(event) }]
}

/** An address of its own by which the program can be reached. */
function ofServer(event: BindEvent | ListenEvent | AcceptEvent): readonly Access[] {
  const address = event.kind === 'accept' ? event.local : event.address
  if (!isInet(address) && !isUnix(address)) return nothing
  if (isUnix(address) && address.path === '') return nothing
  if (event.kind === 'accept' && !event.result.ok) return nothing
  const asked = event.kind === 'bind' ? event.asked : null
  const note = ` (${event.kind})${failureNote(event)}`
  return [
    {
      on: 'socket',
      class: 'listen',
      address,
      asked,
      process: event.process,
      transport: event.transport,
      missing: false,
      note,
    },
  ]
}

const plainFamilies = new Set(['inet', 'inet6', 'unix', 'unspec'])

function ofSocket(event: SocketEvent): readonly Access[] {
  const { family, socketType, protocol } = event
  if (family === 'netlink' && protocol === 0) return nothing // routes and interfaces, which the C library asks for
  const isPlain = plainFamilies.has(family)
  if (isPlain && (socketType !== 'raw' || !family.startsWith('inet'))) return nothing
  return [{ on: 'family', class: 'family', family: isPlain ? `${family} raw` : family, note: failureNote(event) }]
}

function ofDns({ name, type, server }: DnsEvent): readonly Access[] {
  return [{ on: 'name', class: 'resolve', name, type, server }]
}

function failureNote(call: { readonly result: Outcome; readonly blocked: boolean; readonly died: boolean }): string {
  return isAbsent(call.result) && !call.blocked ? '' : renderFailure(call.result, call)
}
