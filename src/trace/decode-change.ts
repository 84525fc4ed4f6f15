// SPDX-License-Identifier: MIT
// Names and attributes of files changed.
import { type Decode, type DecodeContext, deviceName, fileTypeOf } from './decode-context.ts'
import { type NamedCall, namedCall } from './decode-named.ts'
import type { ChangeEvent, EventKind, Text } from './event.ts'
import { renameFlagNames } from './linux.ts'
import { joinPath } from './paths.ts'
import { Flag, Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'
import { absent } from './text.ts'

/** A change with the second name: as it is in the record, and made absolute. */
interface Named {
  readonly change: NamedCall
  readonly to: Text
  readonly toPath: Text
}

function named(r: RecordReader, entry: number, context: DecodeContext): Named {
  const { call: change, rest } = namedCall(r, entry, context, Offset.change)
  const [to = absent, toBase = absent] = rest
  return { change, to, toPath: joinPath(toBase, to) }
}

/** The calls of 32-bit programs from the time of 16-bit ids. */
const shortIdCalls: ReadonlySet<string> = new Set(['chown', 'lchown', 'fchown'])

/** -1 leaves an id as it is. */
function idOf(r: RecordReader, index: number, call: string): number | null {
  const id = r.u32(argument(index))
  if (r.flags & Flag.compat && shortIdCalls.has(call)) return (id & 0xffff) === 0xffff ? null : id & 0xffff
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
  chown: decode((r, { change }) => ({
    kind: 'chown',
    ...change,
    uid: idOf(r, 0, change.call),
    gid: idOf(r, 1, change.call),
  })),
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
  const isShort = (r.flags & Flag.compat) !== 0 && !call.endsWith('64')
  return isShort ? r.s32(argument(0)) : r.s64(argument(0))
}
