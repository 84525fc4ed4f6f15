// SPDX-License-Identifier: MIT
import { escapeText, showText } from './escape.ts'
import type {
  ChownEvent,
  DnsEvent,
  IoEvent,
  MknodEvent,
  MountEvent,
  NamespaceEvent,
  SignalEvent,
  SyncEvent,
  Text,
  TraceEvent,
  Transfer,
} from './event.ts'
import { shortName } from './names.ts'
import type { Process } from './process.ts'
import { renderAddress, renderFailure, renderPeer } from './render.ts'

/** Events that `render.ts` does not spell itself, as one line each: the kind, what was done to what, and how it failed. */
export function renderCall(event: TraceEvent): string {
  return `${what(event)}${'died' in event ? renderFailure(event.result, event) : ''}`
}

function what(event: TraceEvent): string {
  switch (event.kind) {
    case 'io':
      return `io ${showText(event.path)} (${transfers(event)})`
    case 'rename':
      return `rename ${showText(event.path)} to ${showText(event.to)}${listed(event.flags)}`
    case 'link':
      return `link ${showText(event.path)} as ${showText(event.to)}`
    case 'symlink':
      return `symlink ${showText(event.path)} to ${showText(event.target)}`
    case 'mknod':
      return mknod(event)
    case 'mkdir':
      return `mkdir ${showText(event.path)}`
    case 'chmod':
      return `chmod ${event.permissions.toString(8).padStart(3, '0')} ${showText(event.path)}`
    case 'chown':
      return `chown ${owner(event)} ${showText(event.path)}`
    case 'truncate':
      return `truncate ${showText(event.path)} to ${bytes(event.length)}`
    case 'xattr':
      return `xattr ${showText(event.name)} of ${showText(event.path)} (${escapeText(event.call)})`
    case 'access':
      return `access ${showText(event.path)} (${event.mode.join(', ')})`
    case 'readlink':
      return `readlink ${showText(event.path)}${isAbsent(event.target) ? '' : ` (to ${showText(event.target)})`}`
    case 'sync':
      return sync(event)
    case 'socket':
      return `socket ${escapeText(event.family)} ${event.socketType}`
    case 'bind':
    case 'listen':
      return `${event.kind} ${renderPeer(event)}`
    case 'accept':
      return `accept ${renderPeer(event)} on ${renderAddress(event.local)}`
    case 'dns':
      return dns(event)
    case 'signal':
      return signal(event)
    case 'namespace':
      return namespace(event)
    case 'mount':
      return mount(event)
    case 'umount':
      return `umount ${showText(event.path)}${listed(event.flags)}`
    case 'pivotRoot':
      return `pivotRoot ${showText(event.path)} (the old root at ${showText(event.oldRoot)})`
    case 'credentials':
      return `credentials ${escapeText(event.call)} (uid ${event.euid}, gid ${event.egid})`
    case 'ptrace':
      return `ptrace ${escapeText(event.request)}`
    case 'bpf':
      return `bpf ${escapeText(event.command)}`
    case 'module':
      return `module ${event.call}${isAbsent(event.name) ? '' : ` ${showText(event.name)}`}`
    case 'ioUring':
      return `ioUring of ${event.entries} entries${listed(event.flags)}`
    case 'syscall':
      return `syscall ${escapeText(event.call)}`
    default:
      return 'path' in event ? `${event.kind} ${showText(event.path)}` : event.kind
  }
}

function isAbsent(text: Text): boolean {
  return typeof text !== 'string' && text.status === 'absent'
}

/** ` (RENAME_NOREPLACE)`; '' without any. */
function listed(names: readonly string[]): string {
  return names.length === 0 ? '' : ` (${names.map(escapeText).join(', ')})`
}

function bytes(count: number): string {
  return `${count} ${count === 1 ? 'byte' : 'bytes'}`
}

/** `read 4096 bytes in 2 calls, mapped 8192 bytes to write`. */
function transfers({ read, written, mapped, mappedWritable }: IoEvent): string {
  const parts = [
    ...transfer('read', read),
    ...transfer('wrote', written),
    ...(mapped.calls === 0 ? [] : [`mapped ${bytes(mapped.bytes)}${mappedWritable > 0 ? ' to write' : ''}`]),
  ]
  return parts.length === 0 ? 'nothing' : parts.join(', ')
}

function transfer(word: string, { calls, bytes: count }: Transfer): string[] {
  return calls === 0 ? [] : [`${word} ${bytes(count)} in ${calls} ${calls === 1 ? 'call' : 'calls'}`]
}

function mknod({ fileType, path, device }: MknodEvent): string {
  return `mknod ${fileType} ${showText(path)}${device === '' ? '' : ` (${device})`}`
}

/** `0:100`; `-` for what is left as it is. */
function owner({ uid, gid }: ChownEvent): string {
  return `${uid ?? '-'}:${gid ?? '-'}`
}

function sync({ call, path, flags }: SyncEvent): string {
  return call === 'sync' ? 'sync' : `sync ${call} ${showText(path)}${listed(flags)}`
}

const mostAnswers = 4

/** `dns A example.com -> 93.184.216.34`, `-> NXDOMAIN`, `-> no answer`; of one that could not be sent the question alone. */
function dns({ type, name, result, status, answers, truncated }: DnsEvent): string {
  const asked = `dns ${escapeText(type)} ${escapeText(name)}`
  if (!result.ok) return asked
  const data = answers.map((answer) => (answer.type === type ? answer.data : `${answer.type} ${answer.data}`))
  const more = data.length > mostAnswers ? `, … ${data.length - mostAnswers} more` : ''
  const told = status === 'NOERROR' && data.length > 0 ? data.slice(0, mostAnswers).join(', ') + more : status
  return `${asked} -> ${escapeText(told ?? 'no answer')}${truncated ? ' (truncated)' : ''}`
}

/** `signal SIGTERM to server`, `-> ignored`, `-> ESRCH`. */
function signal(event: SignalEvent): string {
  const from = event.from === 'kernel' ? ' (from the kernel)' : event.sender === null ? ' (from outside the scope)' : ''
  const to = event.delivery === 'failed' && event.to === null ? '' : ` to ${target(event.to)}`
  return `signal ${escapeText(event.signal)}${to}${from}${signalEnd(event)}`
}

function signalEnd({ delivery, errno, blocked }: SignalEvent): string {
  if (blocked) return renderFailure({ ok: false, errno }, { blocked, died: false })
  return delivery === 'delivered' ? '' : ` -> ${escapeText(errno ?? delivery)}`
}

function target(to: Process | null): string {
  if (to === null) return 'a process outside the scope'
  if (to.isRoot) return 'the test'
  const exec = to.execs.at(-1)
  return exec === undefined ? `${escapeText(to.comm)} (forked)` : showText(shortName(exec))
}

function namespace({ call, types }: NamespaceEvent): string {
  return `namespace ${call} ${types.length === 0 ? 'of none' : types.join(', ')}`
}

function mount({ call, from, path, fileSystem, flags }: MountEvent): string {
  const parts = [
    isAbsent(from) || from === '' ? '' : showText(from),
    isAbsent(path) ? '' : `on ${showText(path)}`,
  ].filter((part) => part !== '')
  const facts = [...(isAbsent(fileSystem) || fileSystem === '' ? [] : [showText(fileSystem)]), ...flags.map(escapeText)]
  const shown = facts.length === 0 ? '' : ` (${facts.join(', ')})`
  return `mount${call === 'mount' ? '' : ` ${call}`}${parts.map((part) => ` ${part}`).join('')}${shown}`
}
