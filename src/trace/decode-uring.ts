// SPDX-License-Identifier: MIT
// Operations of io_uring on names, and changes and syncs of open files. One record tells that they were submitted (the kernel lets the names go before the end), another one the end. Together
// they are the record of the system call that the operation stands for.
import type { ChunkView } from './log.ts'
import { Flag, Kind, Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'
import { absentString, type RecordString, RecordWriter, unreadableString } from './record-writer.ts'

const FSYNC = 3
const SYNC_FILE_RANGE = 8
const FALLOCATE = 17
const OPENAT = 18
const STATX = 21
const OPENAT2 = 28
const UNLINKAT = 36
const FSETXATTR = 41
const FTRUNCATE = 55

const AT_REMOVEDIR = 0x200

/** SPY_CHANGE_* by opcode: truncate, rename, unlink, mkdir, symlink, link, xattr. */
const changes: ReadonlyMap<number, number> = new Map([
  [FALLOCATE, 10],
  [FTRUNCATE, 10],
  [35, 1],
  [UNLINKAT, 2],
  [37, 4],
  [38, 6],
  [39, 5],
  [FSETXATTR, 12],
  [42, 12],
])
const rmdir = 3
/** Operations on a file that is open already. */
const ofOpenFiles: ReadonlySet<number> = new Set([FSYNC, SYNC_FILE_RANGE, FALLOCATE, FSETXATTR, FTRUNCATE])
const stat = 1

/** Result of a call that was not answered: what a call that is to be restarted gives. */
const unanswered = -512n

const absentStatus = 4

/**
 * The record of the system call that an operation stands for, from the record of its submission and that of its end. Without an end: it was not answered. Null for an opcode that is
 * told otherwise.
 */
export function systemCallOf(submitted: RecordReader, ended: RecordReader | null): ChunkView | null {
  const opcode = submitted.u32(Offset.uring.opcode)
  const names = namesOf(submitted, ended)
  const operation = changes.get(opcode)
  if (opcode === OPENAT || opcode === OPENAT2) return openOf(submitted, ended, names)
  if (opcode === STATX) return statOf(submitted, ended, names)
  if (opcode === FSYNC || opcode === SYNC_FILE_RANGE) return syncOf(submitted, ended, names)
  return operation === undefined ? null : changeOf(submitted, ended, names, operation)
}

interface Names {
  readonly asked: RecordString
  readonly base: RecordString
  readonly resolved: RecordString
  readonly to: RecordString
  readonly toBase: RecordString
  /** What the walk to `resolved` met. */
  readonly flags: number
}

const walkFlags = Flag.deleted | Flag.disconnected

function namesOf(submitted: RecordReader, ended: RecordReader | null): Names {
  const asked = submitted.nextBytes()
  const base = submitted.nextBytes()
  const given = submitted.nextBytes()
  const to = submitted.nextBytes()
  const toBase = submitted.nextBytes()
  const found = ended?.nextBytes() ?? absentString
  const isFound = found.status !== absentStatus
  return {
    asked,
    base: baseOf(base, ended?.nextBytes() ?? absentString),
    resolved: isFound ? found : isUnseen(submitted, ended) ? unreadableString : given,
    to,
    toBase: baseOf(toBase, ended?.nextBytes() ?? absentString),
    flags: isFound ? 0 : submitted.flags & walkFlags,
  }
}

/** Whether there was an open file that its end does not tell. */
function isUnseen(submitted: RecordReader, ended: RecordReader | null): boolean {
  return ofOpenFiles.has(submitted.u32(Offset.uring.opcode)) && (ended?.s64Exact(Offset.uringEnd.result) ?? 0n) >= 0n
}

/** The folder that a name was relative to: the descriptor may have been opened, or given to another one, between submission and end. */
function baseOf(atSubmission: RecordString, atEnd: RecordString): RecordString {
  if (atEnd.status === absentStatus) return atSubmission
  return atSubmission.status === absentStatus ? atEnd : unreadableString
}

function write(
  submitted: RecordReader,
  ended: RecordReader | null,
  kind: number,
  resultOffset: number,
  names: Names,
  strings: readonly RecordString[],
): RecordWriter {
  const header = ended ?? submitted
  return new RecordWriter(header, kind, strings)
    .u32(Offset.header.flags, header.flags | names.flags)
    .s64(resultOffset, ended?.s64Exact(Offset.uringEnd.result) ?? unanswered)
}

function openOf(submitted: RecordReader, ended: RecordReader | null, names: Names): ChunkView {
  const { open, uring, uringEnd } = Offset
  const record = write(submitted, ended, Kind.open, open.result, names, [names.asked, names.base, names.resolved])
    .copy(open.open_flags, 8, submitted, uring.arguments)
    .copy(open.mode, 4, submitted, uring.arguments + 8)
    .copy(open.resolve, 4, submitted, uring.arguments + 16)
    .copy(open.dirfd, 4, submitted, uring.dirfd)
    .copy(open.nr, 4, submitted, uring.opcode)
  if (ended !== null)
    record
      .copy(open.inode, 8, ended, uringEnd.inode)
      .copy(open.dev_major, 8, ended, uringEnd.dev_major)
      .copy(open.file_mode, 4, ended, uringEnd.file_mode)
      .copy(open.fs_magic, 4, ended, uringEnd.fs_magic)
  return record.chunk()
}

function statOf(submitted: RecordReader, ended: RecordReader | null, names: Names): ChunkView {
  const { probe, uring } = Offset
  return write(submitted, ended, Kind.probe, probe.result, names, [
    names.asked,
    names.base,
    names.resolved,
    absentString,
  ])
    .u32(probe.operation, stat)
    .copy(probe.nr, 4, submitted, uring.opcode)
    .copy(probe.dirfd, 4, submitted, uring.dirfd)
    .copy(probe.flags, 4, submitted, uring.arguments)
    .chunk()
}

function syncOf(submitted: RecordReader, ended: RecordReader | null, names: Names): ChunkView {
  const { sync, uring, uringEnd } = Offset
  const record = write(submitted, ended, Kind.sync, sync.result, names, [names.resolved])
    .copy(sync.flags, 4, submitted, uring.arguments)
    .copy(sync.fd, 4, submitted, uring.dirfd)
    .copy(sync.nr, 4, submitted, uring.opcode)
  if (ended !== null)
    record
      .copy(sync.inode, 8, ended, uringEnd.inode)
      .copy(sync.dev_major, 8, ended, uringEnd.dev_major)
      .copy(sync.file_mode, 4, ended, uringEnd.file_mode)
  return record.chunk()
}

function changeOf(submitted: RecordReader, ended: RecordReader | null, names: Names, operation: number): ChunkView {
  const { change, uring } = Offset
  const isRmdir = operation === 2 && (submitted.u32(uring.arguments) & AT_REMOVEDIR) !== 0
  return write(submitted, ended, Kind.change, change.result, names, [
    names.asked,
    names.base,
    names.resolved,
    names.to,
    names.toBase,
  ])
    .copy(change.arguments, 24, submitted, uring.arguments)
    .u32(change.operation, isRmdir ? rmdir : operation)
    .copy(change.nr, 4, submitted, uring.opcode)
    .copy(change.dirfd, 8, submitted, uring.dirfd)
    .chunk()
}
