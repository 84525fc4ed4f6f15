// SPDX-License-Identifier: MIT
// What makes events alike, so that a question about them is asked once for all of a kind that say the same.
import type { EventKind, TraceEvent } from './event.ts'
import { linkFlags } from './followed.ts'
import { Kind, Offset, type RecordReader } from './record.ts'

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
  'arguments',
  'durationNs',
  'submitted',
] as const

/**
 * What all events of a class share: their strings and traits. Of an `io` event `read`, `written` and `mapped` are shared as far as whether there was any: their numbers
 * are not. Kinds without classes are judged one by one, and share everything with themselves.
 */
export type Alike<E> = E extends TraceEvent
  ? E['kind'] extends ClassedKind
    ? Omit<E, (typeof varyingFields)[number] | 'result'> &
        (E extends { readonly result: unknown } ? { readonly result: Outcome } : unknown)
    : E
  : never

/** Kinds whose events come in classes: those that programs make by the million. */
export type ClassedKind =
  | 'open'
  | 'io'
  | 'rename'
  | 'unlink'
  | 'rmdir'
  | 'mkdir'
  | 'link'
  | 'symlink'
  | 'mknod'
  | 'chmod'
  | 'chown'
  | 'truncate'
  | 'utimes'
  | 'xattr'
  | 'stat'
  | 'access'
  | 'readlink'
  | 'list'
  | 'sync'
  | 'syscall'

const classedKinds: Readonly<Record<ClassedKind, true>> = {
  open: true,
  io: true,
  rename: true,
  unlink: true,
  rmdir: true,
  mkdir: true,
  link: true,
  symlink: true,
  mknod: true,
  chmod: true,
  chown: true,
  truncate: true,
  utimes: true,
  xattr: true,
  stat: true,
  access: true,
  readlink: true,
  list: true,
  sync: true,
  syscall: true,
}

export function isClassed(kind: EventKind): kind is ClassedKind {
  return kind in classedKinds
}

/** How many words the traits of a record are. */
export const traitCount = 8

const typeMask = 0xf000

/**
 * The words in which records of a class are alike beside their strings, into `to`: all that decoding makes of them an event but for the fields of `varyingFields`. False for a kind
 * of record without classes. A field that is added to an event has to be here, or in those; test/unit/trace/scan.test.ts compares.
 */
export function readTraits(r: RecordReader, entryKind: number, to: Uint32Array): boolean {
  to.fill(0)
  to[0] = entryKind
  to[1] = r.flags
  switch (r.kind) {
    case Kind.open:
      to[2] = resultTrait(r, Offset.open.result)
      to[3] = r.u32(Offset.open.nr)
      to[4] = r.u32(Offset.open.open_flags)
      to[5] = typeTrait(r.u32(Offset.open.file_mode))
      return true
    case Kind.change:
      to[2] = resultTrait(r, Offset.change.result)
      to[3] = r.u32(Offset.change.nr)
      to[4] = changeTrait(r)
      to[5] = linkFlags(r)
      return true
    case Kind.io:
      to[2] = typeTrait(r.u32(Offset.io.file_mode))
      to[3] =
        anyOf(r, Offset.io.read_calls) |
        (anyOf(r, Offset.io.write_calls) << 1) |
        (anyOf(r, Offset.io.map_calls) << 2) |
        (anyOf(r, Offset.io.mapped_writable_bytes) << 3)
      // Without a path of its own it has that of an open before it, and is like no other.
      if (r.isNextAbsent()) {
        to[4] = r.u32(Offset.header.tid)
        copyWords(r, Offset.header.time_ns, 2, to, 6)
      }
      return true
    case Kind.probe:
      to[2] = resultTrait(r, Offset.probe.result)
      to[3] = r.u32(Offset.probe.nr)
      to[4] = r.u32(Offset.probe.mode)
      to[5] = linkFlags(r)
      return true
    case Kind.sync:
      to[2] = resultTrait(r, Offset.sync.result)
      to[3] = r.u32(Offset.sync.nr)
      to[4] = typeTrait(r.u32(Offset.sync.file_mode))
      return true
    case Kind.syscall:
      to[2] = resultTrait(r, Offset.syscall.result)
      to[3] = r.u32(Offset.syscall.nr)
      return true
    default:
      return false
  }
}

/** 0 for any success, else the errno. */
function resultTrait(r: RecordReader, offset: number): number {
  return r.s32(offset + 4) < 0 ? r.u32(offset) : 0
}

/** The type of a file, and whether there is one. */
function typeTrait(mode: number): number {
  return (mode & typeMask) | (mode === 0 ? 0 : 1)
}

function anyOf(r: RecordReader, offset: number): number {
  return r.u32(offset) === 0 && r.u32(offset + 4) === 0 ? 0 : 1
}

function copyWords(r: RecordReader, offset: number, count: number, to: Uint32Array, at: number): void {
  for (let n = 0; n < count; n++) to[at + n] = r.u32(offset + 4 * n)
}

/** Of a rename its flags, of mknod the type. */
function changeTrait(r: RecordReader): number {
  const argument = r.u32(Offset.change.arguments)
  const operation = r.u32(Offset.change.operation)
  return operation === 1 ? argument : operation === 7 ? argument & typeMask : 0
}
