// SPDX-License-Identifier: MIT
// What makes events alike, so that a question about them is asked once for all of a kind that say the same.

import type { EventKind, TraceEvent } from './event.ts'
import { linkFlags } from './followed.ts'
import { changeKinds, probeKinds } from './kinds.ts'
import { Kind, Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'
import { isRefused } from './refused-message.ts'

/** Whether a call worked; what a successful one gave back (a descriptor) is no part of it. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly errno: string | null }

/** Fields in which events that are alike may differ. */
export const varyingFields = [
  'seq',
  'timeNs',
  'process',
  'tid',
  'inode',
  'device',
  'dirfd',
  'fd',
  'permissions',
  'resolve',
  'uid',
  'gid',
  'length',
  'firstNs',
  'oneThread',
  'arguments',
  'durationNs',
  'senderPid',
  'ids',
  'child',
  'submitted',
] as const

/**
 * What all events of a class share: their strings and traits. Of an `io` event `read`, `written` and `mapped` are shared as far as whether there was any: their numbers
 * are not. Of a signal it is shared whether a process of the trace sent it. Kinds without classes are judged one by one, and share everything with themselves.
 */
export type Alike<E> = E extends TraceEvent
  ? E['kind'] extends ClassedKind
    ? Omit<E, (typeof varyingFields)[number] | 'result' | 'sender'> &
        (E extends { readonly result: unknown } ? { readonly result: Outcome } : unknown) &
        (E extends { readonly sender: unknown } ? { readonly sender: object | null } : unknown)
    : E
  : never

const classedKinds = [
  'open',
  'io',
  ...changeKinds,
  ...probeKinds,
  'sync',
  'connect',
  'send',
  'socket',
  'bind',
  'listen',
  'accept',
  'signal',
  'namespace',
  'syscall',
] as const satisfies readonly EventKind[]

/** Kinds whose events come in classes: those that programs make by the million. */
export type ClassedKind = (typeof classedKinds)[number]

const isClassedKind: ReadonlySet<EventKind> = new Set(classedKinds)

export function isClassed(kind: EventKind): kind is ClassedKind {
  return isClassedKind.has(kind)
}

/** Words in which records of a class are alike beside their strings. */
export class Traits {
  readonly words = new Uint32Array(32)
  length = 0

  clear(): this {
    this.length = 0
    return this
  }

  put(word: number): this {
    this.words[this.length++] = word
    return this
  }

  /** Words of a record as they are. */
  copy(r: RecordReader, offset: number, count: number): this {
    for (let n = 0; n < count; n++) this.put(r.u32(offset + 4 * n))
    return this
  }

  /** 0 for any success, else the errno. */
  result(r: RecordReader, offset: number): this {
    return this.put(r.s32(offset + 4) < 0 ? r.u32(offset) : 0)
  }

  /** The type of a file, and whether there is one. */
  type(mode: number): this {
    return this.put((mode & typeMask) | (mode === 0 ? 0 : 1))
  }
}

const typeMask = 0xf000
/** Words of an address. */
const addressWords = 6

/**
 * The traits of a record, into `to`: all that decoding makes of it an event but for the fields of `varyingFields`. False for a kind of record without classes. A field that is added
 * to an event has to be here, or in those; test/unit/trace/scan.test.ts compares.
 */
export function readTraits(r: RecordReader, entryKind: number, to: Traits): boolean {
  to.clear().put(entryKind).put(r.flags)
  switch (r.kind) {
    case Kind.open:
      to.result(r, Offset.open.result).copy(r, Offset.open.nr, 1).copy(r, Offset.open.open_flags, 1)
      to.type(r.u32(Offset.open.file_mode))
      return true
    case Kind.change:
      to.result(r, Offset.change.result).copy(r, Offset.change.nr, 1).put(changeTrait(r)).put(linkFlags(r))
      return true
    case Kind.io:
      to.type(r.u32(Offset.io.file_mode)).put(transferTrait(r))
      // Without a path of its own it has that of an open before it, and is like no other.
      if (r.isNextAbsent()) to.copy(r, Offset.header.tid, 1).copy(r, Offset.header.time_ns, 2)
      return true
    case Kind.probe:
      to.result(r, Offset.probe.result).copy(r, Offset.probe.nr, 1).copy(r, Offset.probe.mode, 1).put(linkFlags(r))
      return true
    case Kind.sync:
      to.result(r, Offset.sync.result).copy(r, Offset.sync.nr, 1).copy(r, Offset.sync.flags, 1)
      to.type(r.u32(Offset.sync.file_mode))
      return true
    case Kind.connect:
      to.result(r, Offset.connect.result).copy(r, Offset.connect.type, 3)
      to.copy(r, Offset.connect.asked, addressWords).copy(r, Offset.connect.settled, addressWords)
      return true
    case Kind.send:
      to.result(r, Offset.send.result).put(isRefused(r, Offset.send) ? 1 : 0)
      to.copy(r, Offset.send.type, 1).copy(r, Offset.send.nr, 1).copy(r, Offset.send.asked, addressWords)
      return true
    case Kind.socket:
      to.result(r, Offset.socket.result).copy(r, Offset.socket.family, 3).copy(r, Offset.socket.nr, 1)
      return true
    case Kind.bind:
      to.result(r, Offset.bind.result).copy(r, Offset.bind.type, 1).copy(r, Offset.bind.nr, 1)
      to.copy(r, Offset.bind.asked, addressWords).copy(r, Offset.bind.settled, addressWords)
      return true
    case Kind.listen:
      to.result(r, Offset.listen.result).copy(r, Offset.listen.type, 1).copy(r, Offset.listen.nr, 1)
      to.copy(r, Offset.listen.backlog, 1).copy(r, Offset.listen.local, addressWords)
      return true
    case Kind.accept:
      to.result(r, Offset.accept.result).copy(r, Offset.accept.type, 1).copy(r, Offset.accept.nr, 1)
      to.copy(r, Offset.accept.peer, addressWords).copy(r, Offset.accept.local, addressWords)
      return true
    case Kind.signal:
      to.result(r, Offset.signal.result).copy(r, Offset.signal.signal, 2).copy(r, Offset.signal.target_process, 5)
      // Of one from outside the scope, and of the test's own, the sender has no number.
      to.copy(r, Offset.signal.nr, 1).put(r.u32(Offset.header.process) === 0 ? r.u32(Offset.header.tgid) : 0)
      return true
    case Kind.namespace:
      to.result(r, Offset.namespace.result).copy(r, Offset.namespace.flags, 2)
      to.copy(r, Offset.namespace.user_level, 3).put(r.u32(Offset.namespace.child_tgid) === 0 ? 0 : 1)
      return true
    case Kind.syscall:
      to.result(r, Offset.syscall.result).copy(r, Offset.syscall.nr, 1).put(r.u16(Offset.syscall.endless))
      return true
    default:
      return false
  }
}

/** Which transfers there were. */
function transferTrait(r: RecordReader): number {
  const { read_calls, write_calls, map_calls, mapped_writable_bytes } = Offset.io
  return (
    anyOf(r, read_calls) |
    (anyOf(r, write_calls) << 1) |
    (anyOf(r, map_calls) << 2) |
    (anyOf(r, mapped_writable_bytes) << 3)
  )
}

function anyOf(r: RecordReader, offset: number): number {
  return r.u32(offset) === 0 && r.u32(offset + 4) === 0 ? 0 : 1
}

/** Of a rename its flags, of mknod the type. */
function changeTrait(r: RecordReader): number {
  const argument = r.u32(Offset.change.arguments)
  const operation = r.u32(Offset.change.operation)
  return operation === 1 ? argument : operation === 7 ? argument & typeMask : 0
}
