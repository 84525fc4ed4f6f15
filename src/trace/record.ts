// SPDX-License-Identifier: MIT
// Layout of the records: the counterpart of bpf/record.h, and the only reader of it. test/layout compares the two.
import type { Text } from './event.ts'
import type { ChunkView } from './log.ts'
import { absent, decodeBytes, truncated, unreadable } from './text.ts'

export const recordAbi = 1

export const Kind = {
  mark: 1,
  fork: 2,
  thread: 3,
  exec: 4,
  argv: 5,
  execFailed: 6,
  exit: 7,
  chdir: 8,
  open: 9,
  connect: 10,
  connectEnd: 11,
  send: 12,
  interrupt: 13,
  blind: 14,
  preexisting: 15,
  process: 16,
  execBegun: 17,
} as const

export const Flag = {
  blocked: 1 << 0,
  partial: 1 << 1,
  restarted: 1 << 2,
  i386: 1 << 3,
  x32: 1 << 4,
  chrooted: 1 << 5,
  deleted: 1 << 6,
  disconnected: 1 << 7,
  fileless: 1 << 8,
  fromSocket: 1 << 9,
  created: 1 << 10,
  core: 1 << 11,
} as const

const StringStatus = { truncated: 1, unreadable: 2, absent: 4 } as const

/** Order of the counters of a mark. */
export const lostReasons = ['ring', 'lifecycle', 'scratch', 'member', 'unreadable', 'truncated', 'socket'] as const

export const headerBytes = 32

/** Bytes of a kind's fixed part, header included: where its strings begin. */
export const fixedBytes: Readonly<Record<number, number>> = {
  [Kind.mark]: 112,
  [Kind.fork]: 56,
  [Kind.thread]: 48,
  [Kind.exec]: 72,
  [Kind.argv]: 48,
  [Kind.execFailed]: 48,
  [Kind.exit]: 64,
  [Kind.chdir]: 48,
  [Kind.open]: 88,
  [Kind.connect]: 112,
  [Kind.connectEnd]: 48,
  [Kind.send]: 80,
  [Kind.interrupt]: 40,
  [Kind.blind]: 40,
  [Kind.preexisting]: 40,
  [Kind.process]: 48,
  [Kind.execBegun]: 40,
}

/** Offsets within a record, by kind. */
export const Offset = {
  header: { size: 0, kind: 4, session: 6, flags: 8, process: 12, time_ns: 16, tgid: 24, tid: 28 },
  mark: { number: 32, delivered: 40, lost: 48 },
  fork: { clone_flags: 32, child_process: 40, child_tgid: 44, child_ns_pid: 48 },
  thread: { clone_flags: 32, child_tid: 40, user_worker: 44 },
  exec: { exec_id: 32, argc: 40, argv_bytes: 44, old_tid: 48, dev_major: 52, dev_minor: 56, inode: 64 },
  argv: { exec_id: 32, offset: 40 },
  execFailed: { result: 32, nr: 40, dirfd: 44 },
  exit: { code: 32, signal: 36, cpu_ns: 40, start_ns: 48, peak_rss_bytes: 56 },
  chdir: { result: 32, nr: 40, fd: 44 },
  open: {
    result: 32,
    open_flags: 40,
    inode: 48,
    dev_major: 56,
    dev_minor: 60,
    mode: 64,
    file_mode: 68,
    resolve: 72,
    dirfd: 76,
    nr: 80,
    fs_magic: 84,
  },
  connect: {
    cookie: 32,
    result: 40,
    fd: 48,
    type: 52,
    protocol: 54,
    returned: 56,
    nr: 58,
    state: 60,
    asked: 64,
    settled: 88,
  },
  connectEnd: { cookie: 32, error: 40 },
  send: { result: 32, fd: 40, type: 44, protocol: 46, nr: 48, index: 52, asked: 56 },
  interrupt: { nr: 32 },
  blind: { route: 32, detail: 36 },
  preexisting: { parent_tgid: 32 },
  process: { ns_pid: 32, parent_tgid: 36, start_ns: 40 },
  execBegun: { nr: 32, dirfd: 36 },
  address: { family: 0, port: 2, scope_id: 4, bytes: 8 },
} as const

/** A field of one record: reads relative to the record's first byte. */
export class RecordReader {
  #chunk!: ChunkView
  #at = 0
  #string = 0
  #end = 0

  /** Points at the record at `offset` of a chunk; strings are read in order from the first. */
  to(chunk: ChunkView, offset: number): this {
    this.#chunk = chunk
    this.#at = offset
    this.#string = offset + (fixedBytes[this.kind] ?? headerBytes)
    this.#end = offset + this.size
    return this
  }

  /** Points at strings alone. */
  toStrings(chunk: ChunkView): this {
    this.#chunk = chunk
    this.#at = 0
    this.#string = 0
    this.#end = chunk.bytes.length
    return this
  }

  get size(): number {
    return this.u32(Offset.header.size)
  }

  get kind(): number {
    return this.u16(Offset.header.kind)
  }

  get flags(): number {
    return this.u32(Offset.header.flags)
  }

  u16(offset: number): number {
    return this.#chunk.view.getUint16(this.#at + offset, true)
  }

  u32(offset: number): number {
    return this.#chunk.view.getUint32(this.#at + offset, true)
  }

  s32(offset: number): number {
    return this.#chunk.view.getInt32(this.#at + offset, true)
  }

  u64(offset: number): bigint {
    return this.#chunk.view.getBigUint64(this.#at + offset, true)
  }

  /** A 64-bit number that is known to be small, or whose low 53 bits are all that matters. */
  s64(offset: number): number {
    return this.s32(offset + 4) * 2 ** 32 + this.u32(offset)
  }

  bytes(offset: number, length: number): Uint8Array {
    return this.#chunk.bytes.subarray(this.#at + offset, this.#at + offset + length)
  }

  /** The next string's status and bytes. */
  nextBytes(): { readonly status: number; readonly bytes: Uint8Array } {
    const from = this.#string + 4
    const head = from <= this.#end ? this.#chunk.view.getUint32(this.#string, true) : 0xffffff
    this.#string = from + (head & 0xffffff)
    if (this.#string > this.#end)
      throw new CorruptLogError('The log is damaged: a string does not fit into its record.')
    return { status: head >>> 24, bytes: this.#chunk.bytes.subarray(from, this.#string) }
  }

  /** The next string as text. */
  nextText(): Text {
    const { status, bytes } = this.nextBytes()
    if (status & StringStatus.unreadable) return unreadable
    if (status & StringStatus.absent) return absent
    return status & StringStatus.truncated ? truncated(decodeBytes(bytes)) : decodeBytes(bytes)
  }
}

/** A trace file or a log that does not hold what it should. */
export class CorruptLogError extends Error {
  readonly code = 'CORRUPT_LOG'
  override name = 'CorruptLogError'
}

/** Why the record at an offset cannot be one, or null: sizes within the chunk, strings within the record. */
export function flawOf(chunk: ChunkView, offset: number, end: number): string | null {
  if (offset + headerBytes > end) return 'a header is cut short'
  const size = chunk.view.getUint32(offset, true)
  const fixed = fixedBytes[chunk.view.getUint16(offset + 4, true)] ?? headerBytes
  if (size < fixed || size % 8 !== 0 || offset + size > end) return `a record of ${size} bytes does not fit`
  return null
}
