// SPDX-License-Identifier: MIT
import { showText } from '../escape.ts'
import type { ChangeEvent, ChdirEvent, ExecEvent, IoEvent, MountEvent, OpenEvent, ProbeEvent } from '../event.ts'
import { joinPath } from '../paths.ts'
import type { Alike, Outcome } from '../traits.ts'
import { type Access, failureNote, fileAccess, isAbsent, isIdle } from './access.ts'
import type { Unfollowed } from './real-path.ts'

const nothing: readonly Access[] = []

export function ofExec(event: ExecEvent): readonly Access[] {
  const { path, script, interpreter, asked, cwd, chrooted, fileless, result } = event
  if (isIdle(result, path)) return nothing
  if (!result.ok) {
    const kind = isAbsent(result) ? 'absent' : event.blocked || event.died ? 'execute' : 'probe'
    return [fileAccess(kind, path, 'path', { chrooted, note: failureNote(event) })]
  }
  const alias = fileless ? path : joinPath(cwd, interpreter ?? asked)
  const program = fileAccess('execute', path, 'none', { chrooted, fileless, alias })
  return script === null ? [program] : [fileAccess('execute', script, 'path', { chrooted }), program]
}

/** A folder to work in is looked at. The one that a child of the test is started in is the test's doing. */
export function ofChdir(event: ChdirEvent): readonly Access[] {
  const { path, process, result } = event
  if (isIdle(result, path)) return nothing
  if (process.parent?.isRoot === true && !process.execs.some(({ seq }) => seq < event.seq)) return nothing
  if (result.ok) return [fileAccess('probe', path, 'none')]
  return [fileAccess(isNoFile(result) ? 'absent' : 'probe', path, 'path', { note: failureNote(event) })]
}

export function ofOpen(event: Alike<OpenEvent>, listed: boolean): readonly Access[] {
  const { path, mode, flags, fileType, result } = event
  const chrooted = event.chrooted || event.disconnected
  const writes = event.created || mode === 'write' || mode === 'readwrite' || flags.includes('O_TRUNC')
  if (isIdle(result, path)) return nothing
  if (!result.ok) {
    const isMissing = flags.includes('O_DIRECTORY') ? isNoFile(result) : isAbsent(result)
    const kind = isMissing ? 'absent' : writes ? 'write' : 'probe'
    return [fileAccess(kind, path, 'path', { chrooted, note: failureNote(event) })]
  }
  if (flags.includes('O_TMPFILE') || isNameless(event)) return nothing
  if (writes) return [fileAccess(event.created ? 'create' : 'write', path, 'none', { chrooted })]
  if (mode === 'path') return [fileAccess('probe', path, 'none', { chrooted })]
  if (fileType === 'directory') return [fileAccess(listed ? 'probe' : 'list', path, 'none', { chrooted })]
  return [fileAccess('read', path, 'none', { chrooted })]
}

/** A pipe, or a file that only ever was in memory. */
function isNameless({ path, fileType, deleted, disconnected }: Alike<OpenEvent>): boolean {
  if (typeof path !== 'string') return false
  if (!path.startsWith('/')) return fileType === 'fifo'
  return path.startsWith('/memfd:') && (deleted || disconnected)
}

/** Bytes that went through a descriptor, wherever it came from. */
export function ofIo({ path, read, written, mapped, mappedWritable, chrooted }: Alike<IoEvent>): readonly Access[] {
  if (typeof path === 'string' && path.startsWith('/memfd:')) return nothing
  if (written.calls > 0 || mappedWritable > 0) return [fileAccess('write', path, 'none', { chrooted, isData: true })]
  return read.calls > 0 || mapped.calls > 0 ? [fileAccess('read', path, 'none', { chrooted, isData: true })] : nothing
}

export function ofProbe(event: Alike<ProbeEvent>): readonly Access[] {
  const { kind, path, chrooted, result } = event
  if (isIdle(result, path)) return nothing
  const unfollowed = unfollowedOf(event)
  const isNoLink = kind === 'readlink' && !result.ok && result.errno === 'EINVAL'
  const facts = { chrooted, note: isNoLink ? '' : failureNote(event) }
  if (isAbsent(result)) return [fileAccess('absent', path, unfollowed, facts)]
  return [fileAccess(kind === 'list' && result.ok ? 'list' : 'probe', path, unfollowed, facts)]
}

/** Where a folder is wanted, ENOTDIR is said of a file that is there, too. */
function isNoFile(result: Outcome): boolean {
  return !result.ok && result.errno === 'ENOENT'
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

export function ofChange(event: Alike<ChangeEvent>): readonly Access[] {
  const { kind, path, chrooted, result } = event
  if (isIdle(result, path, ...('to' in event ? [event.to] : []))) return nothing
  const usual = changeClasses[kind]
  const isFolder = kind === 'mkdir' || kind === 'rmdir'
  const unfollowed = unfollowedOf(event)
  const failure = failureNote(event)
  const isMissing = kind === 'rmdir' ? isNoFile(result) : isAbsent(result)
  const exists = !result.ok && result.errno === 'EEXIST'
  if (kind === 'link' || kind === 'rename') {
    const { to } = event
    if (isMissing) return [path, to].map((one) => fileAccess('absent', one, 'folder', { chrooted, note: failure })) // one of them, or its folder
    const word = kind === 'link' ? 'linked' : 'renamed'
    const source = fileAccess(kind === 'link' ? 'read' : 'rename', path, unfollowed, {
      chrooted,
      isGone: kind === 'rename' && result.ok && !event.flags.includes('RENAME_EXCHANGE'),
      note: ` (${word} to ${showText(to)})${failure}`,
    })
    const target = fileAccess(exists ? 'probe' : usual, to, 'folder', {
      chrooted,
      note: ` (${word} from ${showText(path)})${failure}`,
    })
    // A file that never had a name gets its first one.
    const isFirst = kind === 'link' && unfollowed === 'none' && typeof path === 'string' && /\/#\d+$/.test(path)
    return isFirst ? [target] : [source, target]
  }
  if (isMissing) return [fileAccess('absent', path, unfollowed, { chrooted, note: failure })]
  const word = usual === 'write' ? ` (${kind})` : ''
  const isGone = usual === 'delete' && result.ok
  return [fileAccess(exists ? 'probe' : usual, path, unfollowed, { isFolder, isGone, chrooted, note: word + failure })]
}

export function ofMount({ call, path, result }: MountEvent): readonly Access[] {
  return result.ok && (call === 'mount' || call === 'move_mount') ? [fileAccess('mount', path, 'path')] : nothing
}
