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
  environment: 18,
  change: 19,
  io: 20,
  probe: 21,
  sync: 22,
  socket: 23,
  bind: 24,
  listen: 25,
  accept: 26,
  dns: 27,
  signal: 28,
  namespace: 29,
  mount: 30,
  credentials: 31,
  system: 32,
  uring: 33,
  uringEnd: 34,
  syscall: 35,
  syscallCount: 36,
  mountBegun: 37,
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
  ambiguous: 1 << 12,
  uring: 1 << 13,
} as const

/** Why a string is not all that there was, in the high bits of its head. */
export const StringStatus = { truncated: 1, unreadable: 2, absent: 4 } as const

/** Order of the counters of a mark. */
export const lostReasons = [
  'ring',
  'lifecycle',
  'scratch',
  'member',
  'unreadable',
  'truncated',
  'socket',
  'uring',
] as const

export const headerBytes = 32

/** Bytes of a kind's fixed part, header included: where its strings begin. */
export const fixedBytes: Readonly<Record<number, number>> = {
  [Kind.mark]: 120,
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
  [Kind.environment]: 48,
  [Kind.change]: 80,
  [Kind.io]: 128,
  [Kind.probe]: 64,
  [Kind.sync]: 72,
  [Kind.socket]: 72,
  [Kind.bind]: 112,
  [Kind.listen]: 88,
  [Kind.accept]: 112,
  [Kind.dns]: 96,
  [Kind.signal]: 72,
  [Kind.namespace]: 104,
  [Kind.mount]: 80,
  [Kind.credentials]: 128,
  [Kind.system]: 72,
  [Kind.uring]: 80,
  [Kind.uringEnd]: 80,
  [Kind.syscall]: 104,
  [Kind.syscallCount]: 384,
  [Kind.mountBegun]: 40,
}

/**
 * How many strings a record has whose strings are kept by the interner. Their first three are asked, base and resolved, but for `io` and `sync`, which have the
 * resolved one only.
 */
export const internedStrings: Readonly<Record<number, number>> = {
  [Kind.open]: 3,
  [Kind.change]: 5,
  [Kind.io]: 1,
  [Kind.probe]: 4,
  [Kind.sync]: 1,
}

/** Offsets within a record, by kind. */
export const Offset = {
  header: { size: 0, kind: 4, session: 6, flags: 8, process: 12, time_ns: 16, tgid: 24, tid: 28 },
  mark: { number: 32, delivered: 40, lost: 48, pending: 112 },
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
  environment: { exec_id: 32, offset: 40, bytes: 44 },
  change: { result: 32, arguments: 40, operation: 64, nr: 68, dirfd: 72, to_dirfd: 76 },
  io: {
    first_ns: 32,
    inode: 40,
    dev_major: 48,
    dev_minor: 52,
    file_mode: 56,
    fd: 60,
    read_bytes: 64,
    read_calls: 72,
    written_bytes: 80,
    write_calls: 88,
    mapped_bytes: 96,
    map_calls: 104,
    mapped_writable_bytes: 112,
    one_thread: 120,
  },
  probe: { result: 32, operation: 40, nr: 44, dirfd: 48, mode: 52, flags: 56 },
  sync: { result: 32, inode: 40, dev_major: 48, dev_minor: 52, flags: 56, fd: 60, nr: 64, file_mode: 68 },
  socket: { result: 32, inode: 40, family: 48, type: 52, protocol: 56, flags: 60, nr: 64 },
  bind: { inode: 32, result: 40, fd: 48, type: 52, protocol: 54, nr: 56, asked: 64, settled: 88 },
  listen: { inode: 32, result: 40, fd: 48, type: 52, protocol: 54, nr: 56, backlog: 60, local: 64 },
  accept: { inode: 32, result: 40, fd: 48, type: 52, protocol: 54, nr: 56, peer: 64, local: 88 },
  dns: { inode: 32, result: 40, answer: 48, bytes: 52, fd: 56, nr: 60, index: 64, protocol: 68, server: 72 },
  signal: {
    result: 32,
    signal: 40,
    code: 44,
    target_process: 48,
    target_tgid: 52,
    target_tid: 56,
    to_group: 60,
    delivery: 64,
    nr: 68,
  },
  namespace: {
    result: 32,
    flags: 40,
    ids: 48,
    user_level: 80,
    user_owner: 84,
    nr: 88,
    child_process: 92,
    fd: 96,
    child_tgid: 100,
  },
  mount: {
    result: 32,
    flags: 40,
    attributes: 48,
    cleared: 56,
    operation: 64,
    nr: 68,
    dirfd: 72,
    source_dirfd: 76,
  },
  mountBegun: { nr: 32 },
  credentials: {
    result: 32,
    arguments: 40,
    uid: 64,
    euid: 68,
    suid: 72,
    fsuid: 76,
    gid: 80,
    egid: 84,
    sgid: 88,
    fsgid: 92,
    effective: 96,
    permitted: 104,
    inheritable: 112,
    nr: 120,
    groups: 124,
  },
  system: { result: 32, arguments: 40, operation: 64, nr: 68 },
  uring: { id: 32, arguments: 40, opcode: 64, dirfd: 68, to_dirfd: 72, silent: 76 },
  uringEnd: { id: 32, result: 40, inode: 48, dev_major: 56, dev_minor: 60, file_mode: 64, fs_magic: 68, unseen: 72 },
  syscall: { result: 32, arguments: 40, duration_ns: 88, nr: 96, again: 100, endless: 102 },
  syscallCount: { calls: 32, errors: 40, total_ns: 48, nr: 56, abi: 60, buckets: 64 },
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

  /** All of the chunk that the record is in. */
  get words(): Uint32Array {
    return this.#chunk.words
  }

  get size(): number {
    return this.u32(Offset.header.size)
  }

  get kind(): number {
    return this.u16(Offset.header.kind)
  }

  /** Where in `words` the strings begin, and where the record ends. */
  get stringsFrom(): number {
    return (this.#at + (fixedBytes[this.kind] ?? headerBytes)) >>> 2
  }

  get stringsTo(): number {
    return this.#end >>> 2
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

  /** A signed 64-bit number. */
  s64Exact(offset: number): bigint {
    return this.#chunk.view.getBigInt64(this.#at + offset, true)
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

  /** Whether the next string is one that there is not; it stays the next one. */
  isNextAbsent(): boolean {
    return ((this.#chunk.view.getUint32(this.#string, true) >>> 24) & StringStatus.absent) !== 0
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
