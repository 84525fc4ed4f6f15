// SPDX-License-Identifier: MIT
// Files looked at by name, and data put on disk.
import { type Decode, type DecodeContext, deviceName, fileTypeOf } from './decode-context.ts'
import { type NamedCall, namedCall } from './decode-named.ts'
import type { AccessEvent, EventKind, SyncEvent } from './event.ts'
import { syncFlagNames } from './linux.ts'
import { Flag, Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'
import { absent } from './text.ts'

function probe(r: RecordReader, entry: number, context: DecodeContext): NamedCall {
  return namedCall(r, entry, context, Offset.probe).call
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
    flags: syncFlagNames(call.call, r.u32(Offset.sync.flags)),
    path: strings.texts(entries.text(entry), 1)[0] ?? absent,
    fileType: mode === 0 ? null : fileTypeOf(mode),
    device: inode === 0n ? '' : deviceName(r.u32(Offset.sync.dev_major), r.u32(Offset.sync.dev_minor)),
    inode,
    chrooted: (r.flags & Flag.chrooted) !== 0,
  }
}

export const probeDecoders: Readonly<Partial<Record<EventKind, Decode>>> = {
  stat: (r, entry, context) => ({ kind: 'stat', ...probe(r, entry, context) }),
  access: (r, entry, context) => ({
    kind: 'access',
    ...probe(r, entry, context),
    mode: accessMode(r.u32(Offset.probe.mode)),
  }),
  readlink: (r, entry, context) => {
    const { call, rest } = namedCall(r, entry, context, Offset.probe)
    return { kind: 'readlink', ...call, target: rest[0] ?? absent }
  },
  list: (r, entry, context) => ({ kind: 'list', ...probe(r, entry, context) }),
  sync,
}
