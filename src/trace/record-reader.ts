// SPDX-License-Identifier: MIT
// Reads one record, by the layout of record.ts.
import type { Text } from './event.ts'
import type { ChunkView } from './log.ts'
import { fixedBytes, headerBytes, Offset, StringStatus } from './record.ts'
import { absent, decodeBytes, truncated, unreadable } from './text.ts'

/** A field of one record: reads relative to the record's first byte. */
export class RecordReader {
  #chunk!: ChunkView
  #at = 0
  #string = 0
  #from = 0
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
  toStrings(chunk: ChunkView, from: number, to: number): this {
    this.#chunk = chunk
    this.#at = from
    this.#string = from
    this.#end = to
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
  nextBytes(): { readonly status: number; readonly bytes: Buffer } {
    const status = this.#nextString()
    return { status, bytes: this.#chunk.bytes.subarray(this.#from, this.#string) }
  }

  /** Whether the next string is one that there is not; it stays the next one. */
  isNextAbsent(): boolean {
    return ((this.#chunk.view.getUint32(this.#string, true) >>> 24) & StringStatus.absent) !== 0
  }

  /** The next string as text. */
  nextText(): Text {
    const status = this.#nextString()
    if (status & StringStatus.unreadable) return unreadable
    if (status & StringStatus.absent) return absent
    const text = decodeBytes(this.#chunk.bytes, this.#from, this.#string)
    return status & StringStatus.truncated ? truncated(text) : text
  }

  /** Goes past the next string, whose bytes are those from `#from` on; its status. */
  #nextString(): number {
    this.#from = this.#string + 4
    const head = this.#from <= this.#end ? this.#chunk.view.getUint32(this.#string, true) : 0xffffff
    this.#string = this.#from + (head & 0xffffff)
    if (this.#string > this.#end)
      throw new CorruptLogError('The log is damaged: a string does not fit into its record.')
    return head >>> 24
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
