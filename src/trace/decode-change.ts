// SPDX-License-Identifier: MIT
// Names and attributes of files changed.
import { type Decode, type DecodeContext, deviceName, fileTypeOf } from './decode-context.ts'
import type { ChangeEvent, EventBase, EventKind, SystemCall, Text } from './event.ts'
import { isFollowed } from './followed.ts'
import { renameFlagNames } from './linux.ts'
import { joinPath } from './paths.ts'
import { Flag, internedStrings, Kind, Offset, type RecordReader } from './record.ts'
import { absent, isRead } from './text.ts'

/** What all of them have in common. */
interface Change extends EventBase, SystemCall {
  readonly asked: Text
  readonly path: Text
  readonly resolved: 'kernel' | 'lexical'
  readonly followed: boolean
  readonly chrooted: boolean
}

/** A change with the second name: as it is in the record, and made absolute. */
interface Named {
  readonly change: Change
  readonly to: Text
  readonly toPath: Text
}

function named(r: RecordReader, entry: number, context: DecodeContext): Named {
  const { entries, strings } = context.assembly
  const texts = strings.texts(entries.text(entry), internedStrings[Kind.change] as number)
  const [asked = absent, base = absent, resolved = absent, to = absent, toBase = absent] = texts
  const walked = isRead(resolved) || resolved.status !== 'absent'
  const change: Change = {
    ...context.base(r, entry, 'sys_exit'),
    ...context.call(r, entry, Offset.change.result, Offset.change.nr),
    asked,
    path: walked ? resolved : joinPath(base, asked),
    resolved: walked ? 'kernel' : 'lexical',
    followed: isFollowed(r),
    chrooted: (r.flags & Flag.chrooted) !== 0,
  }
  return { change, to, toPath: joinPath(toBase, to) }
}

/** The calls of i386 from the time of 16-bit ids. */
const shortIdCalls: ReadonlySet<number> = new Set([182, 16, 95])

/** -1 leaves an id as it is. */
function idOf(r: RecordReader, index: number): number | null {
  const id = r.u32(argument(index))
  if (r.flags & Flag.i386 && shortIdCalls.has(r.s32(Offset.change.nr)))
    return (id & 0xffff) === 0xffff ? null : id & 0xffff
  return id === 0xffffffff ? null : id
}

function argument(index: number): number {
  return Offset.change.arguments + 8 * index
}

const decode =
  (finish: (r: RecordReader, named: Named) => ChangeEvent): Decode =>
  (r, entry, context) =>
    finish(r, named(r, entry, context))

export const changeDecoders: Readonly<Partial<Record<EventKind, Decode>>> = {
  rename: decode((r, { change, to, toPath }) => ({
    kind: 'rename',
    ...change,
    askedTo: to,
    to: toPath,
    flags: renameFlagNames(r.u32(argument(0))),
  })),
  unlink: decode((_, { change }) => ({ kind: 'unlink', ...change })),
  rmdir: decode((_, { change }) => ({ kind: 'rmdir', ...change })),
  mkdir: decode((r, { change }) => ({ kind: 'mkdir', ...change, permissions: r.u32(argument(0)) & 0o7777 })),
  link: decode((_, { change, to, toPath }) => ({ kind: 'link', ...change, askedTo: to, to: toPath })),
  symlink: decode((_, { change, to }) => ({ kind: 'symlink', ...change, target: to })),
  mknod: decode((r, { change }) => {
    const mode = r.u32(argument(0))
    const fileType = fileTypeOf(mode)
    const isDevice = fileType === 'characterDevice' || fileType === 'blockDevice'
    return {
      kind: 'mknod',
      ...change,
      permissions: mode & 0o7777,
      fileType,
      device: isDevice ? userDevice(r.u32(argument(1))) : '',
    }
  }),
  chmod: decode((r, { change }) => ({ kind: 'chmod', ...change, permissions: r.u32(argument(0)) & 0o7777 })),
  chown: decode((r, { change }) => ({ kind: 'chown', ...change, uid: idOf(r, 0), gid: idOf(r, 1) })),
  truncate: decode((r, { change }) => ({ kind: 'truncate', ...change, length: lengthOf(r, change.call) })),
  utimes: decode((_, { change }) => ({ kind: 'utimes', ...change })),
  xattr: decode((_, { change, to }) => ({ kind: 'xattr', ...change, name: to })),
}

/** A device number as programs write it: the major number in two parts. */
function userDevice(dev: number): string {
  return deviceName((dev >>> 8) & 0xfff, (dev & 0xff) | ((dev >>> 12) & 0xfff00))
}

function lengthOf(r: RecordReader, call: string): number {
  if (call === 'fallocate' || call === 'io_uring:fallocate') return r.s64(argument(1)) + r.s64(argument(2))
  const isShort = (r.flags & Flag.i386) !== 0 && !call.endsWith('64')
  return isShort ? r.s32(argument(0)) : r.s64(argument(0))
}
