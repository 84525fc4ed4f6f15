// SPDX-License-Identifier: MIT
import { Kind, Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'

const noFollow = 0x100 // AT_SYMLINK_NOFOLLOW
const doFollow = 0x400 // AT_SYMLINK_FOLLOW, of linkat

/** Calls that look at a link itself. */
const callsOfLinks: ReadonlySet<string> = new Set(
  'lstat lstat64 oldlstat lchown lchown32 lsetxattr lremovexattr'.split(' '),
)

/** Where each change has the AT_* flags of its call among its arguments; the others have none. */
const flagsArgument = new Map([
  [5, 0], // link
  [8, 1], // chmod
  [9, 2], // chown
  [11, 0], // utimes
  [12, 0], // xattr
])

/** The AT_* flags of a change or probe that say what becomes of a link at the end of its path. */
export function linkFlags(r: RecordReader): number {
  if (r.kind === Kind.probe) return r.u32(Offset.probe.flags) & noFollow
  const index = flagsArgument.get(r.u32(Offset.change.operation))
  return index === undefined ? 0 : r.u32(Offset.change.arguments + 8 * index) & (noFollow | doFollow)
}

/** Whether a change or probe, by a call of this name, followed a link at the end of its path, or would have. */
export function isFollowed(r: RecordReader, call: string): boolean {
  const flags = linkFlags(r)
  if (r.kind === Kind.probe) return r.u32(Offset.probe.operation) !== 3 && !callsOfLinks.has(call) && flags === 0
  const operation = r.u32(Offset.change.operation)
  if (operation === 5) return (flags & doFollow) !== 0
  return operation >= 8 && !callsOfLinks.has(call) && (flags & noFollow) === 0
}
