// SPDX-License-Identifier: MIT
import { Flag, Kind, Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'

const noFollow = 0x100 // AT_SYMLINK_NOFOLLOW
const doFollow = 0x400 // AT_SYMLINK_FOLLOW, of linkat

// Calls that by their name look at a link itself: lstat, lchown, lsetxattr, lremovexattr.
const native: ReadonlySet<number> = new Set([6, 94, 189, 198])
const i386: ReadonlySet<number> = new Set([84, 107, 196, 16, 198, 227, 236])

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

/** Whether a change or probe followed a link at the end of its path, or would have. */
export function isFollowed(r: RecordReader): boolean {
  const flags = linkFlags(r)
  if (r.kind === Kind.probe) return r.u32(Offset.probe.operation) !== 3 && !isOfLinks(r) && flags === 0
  const operation = r.u32(Offset.change.operation)
  if (operation === 5) return (flags & doFollow) !== 0
  return operation >= 8 && !isOfLinks(r) && (flags & noFollow) === 0
}

function isOfLinks(r: RecordReader): boolean {
  const nr = r.s32(r.kind === Kind.probe ? Offset.probe.nr : Offset.change.nr)
  return (r.flags & Flag.i386 ? i386 : native).has(nr)
}
