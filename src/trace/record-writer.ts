// SPDX-License-Identifier: MIT
import { type ChunkView, viewOf } from './log.ts'
import { fixedBytes, headerBytes, Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'

/** A string as a record has it: SPY_STRING_* and its bytes. */
export interface RecordString {
  readonly status: number
  readonly bytes: Uint8Array
}

export const absentString: RecordString = { status: 4, bytes: new Uint8Array(0) }
export const unreadableString: RecordString = { status: 2, bytes: new Uint8Array(0) }

/** One record in memory, with the header of another one. */
export class RecordWriter {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #used: number

  constructor(header: RecordReader, kind: number, strings: readonly RecordString[]) {
    this.#used = fixedBytes[kind] as number
    const size = strings.reduce((sum, { bytes }) => sum + 4 + bytes.length, this.#used)
    this.#bytes = new Uint8Array(Math.ceil(size / 8) * 8)
    this.#view = new DataView(this.#bytes.buffer)
    this.#bytes.set(header.bytes(0, headerBytes))
    this.u32(Offset.header.size, this.#bytes.length)
    this.#view.setUint16(Offset.header.kind, kind, true)
    for (const string of strings) this.#put(string)
  }

  u32(offset: number, value: number): this {
    this.#view.setUint32(offset, value, true)
    return this
  }

  s64(offset: number, value: bigint): this {
    this.#view.setBigInt64(offset, value, true)
    return this
  }

  /** Copies bytes of another record. */
  copy(offset: number, length: number, from: RecordReader, at: number): this {
    this.#bytes.set(from.bytes(at, length), offset)
    return this
  }

  chunk(): ChunkView {
    return viewOf(this.#bytes)
  }

  #put({ status, bytes }: RecordString): void {
    this.#view.setUint32(this.#used, bytes.length + status * 2 ** 24, true)
    this.#bytes.set(bytes, this.#used + 4)
    this.#used += 4 + bytes.length
  }
}
