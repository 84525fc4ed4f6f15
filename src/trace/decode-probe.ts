// SPDX-License-Identifier: MIT
// Files looked at by name, and data put on disk.
import { type Decode, type DecodeContext, deviceName, fileTypeOf } from './decode-context.ts'
import type { AccessEvent, EventBase, EventKind, SyncEvent, SystemCall, Text } from './event.ts'
import { isFollowed } from './followed.ts'
import { joinPath } from './paths.ts'
import { Flag, internedStrings, Kind, Offset, type RecordReader } from './record.ts'
import { absent, isRead } from './text.ts'

interface Probe extends EventBase, SystemCall {
  readonly asked: Text
  readonly path: Text
  readonly resolved: 'kernel' | 'lexical'
  readonly followed: boolean
  readonly chrooted: boolean
}

function probe(r: RecordReader, entry: number, context: DecodeContext): { probe: Probe; target: Text } {
  const { entries, strings } = context.assembly
  const texts = strings.texts(entries.text(entry), internedStrings[Kind.probe] as number)
  const [asked = absent, base = absent, resolved = absent, target = absent] = texts
  const walked = isRead(resolved) || resolved.status !== 'absent'
  return {
    probe: {
      ...context.base(r, entry, 'sys_exit'),
      ...context.call(r, entry, Offset.probe.result, Offset.probe.nr),
      asked,
      path: walked ? resolved : joinPath(base, asked),
      resolved: walked ? 'kernel' : 'lexical',
      followed: isFollowed(r),
      chrooted: (r.flags & Flag.chrooted) !== 0,
    },
    target,
  }
}

const accessModes = [
  [4, 'read'],
  [2, 'write'],
  [1, 'execute'],
] as const

function accessMode(mode: number): AccessEvent['mode'] {
  return mode === 0 ? ['exists'] : accessModes.filter(([bit]) => (mode & bit) !== 0).map(([, name]) => name)
}

const sync: Decode = (r, entry, context): SyncEvent => {
  const { entries, strings } = context.assembly
  const call = context.call(r, entry, Offset.sync.result, Offset.sync.nr)
  const mode = r.u32(Offset.sync.file_mode)
  const inode = r.u64(Offset.sync.inode)
  return {
    kind: 'sync',
    ...context.base(r, entry, 'sys_exit'),
    ...call,
    call: call.call as SyncEvent['call'],
    path: strings.texts(entries.text(entry), 1)[0] ?? absent,
    fileType: mode === 0 ? null : fileTypeOf(mode),
    device: inode === 0n ? '' : deviceName(r.u32(Offset.sync.dev_major), r.u32(Offset.sync.dev_minor)),
    inode,
    chrooted: (r.flags & Flag.chrooted) !== 0,
  }
}

export const probeDecoders: Readonly<Partial<Record<EventKind, Decode>>> = {
  stat: (r, entry, context) => ({ kind: 'stat', ...probe(r, entry, context).probe }),
  access: (r, entry, context) => ({
    kind: 'access',
    ...probe(r, entry, context).probe,
    mode: accessMode(r.u32(Offset.probe.mode)),
  }),
  readlink: (r, entry, context) => {
    const { probe: facts, target } = probe(r, entry, context)
    return { kind: 'readlink', ...facts, target }
  },
  list: (r, entry, context) => ({ kind: 'list', ...probe(r, entry, context).probe }),
  sync,
}
