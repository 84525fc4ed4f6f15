// SPDX-License-Identifier: MIT
import { EntryKind } from './entries.ts'
import { changeKinds, probeKinds } from './kinds.ts'
import { Kind, Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'

/** Kinds of event that a record of one kind can be, by its field `operation`. */
const changes = [0, ...changeKinds.map((kind) => EntryKind[kind])]
const probes = [0, ...probeKinds.map((kind) => EntryKind[kind])]
const mountKinds = [0, EntryKind.mount, EntryKind.umount, EntryKind.chroot, EntryKind.pivotRoot]
const systemKinds = [0, EntryKind.ptrace, EntryKind.bpf, EntryKind.module, EntryKind.ioUring]

/** Kind of the event that a call's record is by itself; undefined or 0 for a record of something else, or of an operation that there is not. */
export function callKindOf(r: RecordReader): number | undefined {
  switch (r.kind) {
    case Kind.open:
      return EntryKind.open
    case Kind.connect:
      return EntryKind.connect
    case Kind.send:
      return EntryKind.send
    case Kind.change:
      return changes[r.u32(Offset.change.operation)]
    case Kind.io:
      return EntryKind.io
    case Kind.probe:
      return probes[r.u32(Offset.probe.operation)]
    case Kind.sync:
      return EntryKind.sync
    case Kind.socket:
      return EntryKind.socket
    case Kind.bind:
      return EntryKind.bind
    case Kind.listen:
      return EntryKind.listen
    case Kind.accept:
      return EntryKind.accept
    case Kind.signal:
      return EntryKind.signal
    case Kind.namespace:
      return EntryKind.namespace
    case Kind.mount:
      return mountKinds[r.u32(Offset.mount.operation)]
    case Kind.credentials:
      return EntryKind.credentials
    case Kind.system:
      return systemKinds[r.u32(Offset.system.operation)]
    case Kind.syscall:
      return EntryKind.syscall
    default:
      return undefined
  }
}
