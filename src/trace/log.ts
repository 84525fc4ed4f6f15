// SPDX-License-Identifier: MIT

/** Where a trace's records are: chunks of whole records, in order. The last one may still grow. */
export interface LogSource {
  readonly chunkCount: number
  /** Bytes of a chunk that are there now. */
  chunkBytes(chunk: number): number
  /** The first `bytes` of a chunk, perhaps in `into`, perhaps with more behind them. Throws when they cannot be read back. */
  read(chunk: number, bytes: number, into?: Uint8Array): Uint8Array
}

/** Records never straddle chunks, and a chunk is at most this long: a place is one number. */
const chunkSpan = 2 ** 22

const cachedChunks = 8

/** Place of a record in the log: chunk and offset in one number. */
export type Place = number

export function placeOf(chunk: number, offset: number): Place {
  return chunk * chunkSpan + offset
}

export function chunkOfPlace(place: Place): number {
  return Math.floor(place / chunkSpan)
}

export function offsetOfPlace(place: Place): number {
  return place % chunkSpan
}

/** A chunk's bytes, seen in the three ways that decoding needs. */
export interface ChunkView {
  readonly bytes: Buffer
  readonly view: DataView
  readonly words: Uint32Array
}

/** Random access to records by place; keeps a few chunks at hand, so that memory stays bounded however long the log is. */
export class RecordLog {
  readonly #source: LogSource
  readonly #chunks = new Map<number, ChunkView>()
  #passing: ChunkView | undefined
  #last = -1
  #lastView: ChunkView | undefined

  constructor(source: LogSource) {
    this.#source = source
  }

  get chunkCount(): number {
    return this.#source.chunkCount
  }

  chunkBytes(chunk: number): number {
    return this.#source.chunkBytes(chunk)
  }

  /** The chunk with at least `bytes` of it. */
  chunk(chunk: number, bytes: number): ChunkView {
    if (chunk === this.#last && this.#lastView !== undefined && this.#lastView.bytes.length >= bytes)
      return this.#lastView
    let found = this.#chunks.get(chunk)
    if (found === undefined || found.bytes.length < bytes) {
      found = viewOf(this.#source.read(chunk, Math.max(bytes, this.#source.chunkBytes(chunk))))
      this.#chunks.delete(chunk)
      this.#chunks.set(chunk, found)
      if (this.#chunks.size > cachedChunks) this.#chunks.delete(this.#chunks.keys().next().value as number)
    }
    this.#last = chunk
    this.#lastView = found
    return found
  }

  /**
   * The first `bytes` of a chunk, for going through all of them: in memory that the next call uses again, since a garbage collector is too slow to free a gigabyte
   * that is read in a second.
   */
  pass(chunk: number, bytes: number): ChunkView {
    const found = this.#source.read(chunk, bytes, this.#passing?.bytes)
    if (found !== this.#passing?.bytes) this.#passing = viewOf(found)
    return this.#passing as ChunkView
  }

  at(place: Place): { readonly chunk: ChunkView; readonly offset: number } {
    const offset = offsetOfPlace(place)
    return { chunk: this.chunk(chunkOfPlace(place), offset + 8), offset }
  }
}

export function viewOf(bytes: Uint8Array): ChunkView {
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes)
  return {
    bytes: Buffer.from(aligned.buffer, aligned.byteOffset, aligned.length),
    view: new DataView(aligned.buffer, aligned.byteOffset, aligned.length),
    words: new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2),
  }
}

/** A source of chunks that are already in memory. */
export class MemorySource implements LogSource {
  readonly #chunks: readonly Uint8Array[]

  constructor(chunks: readonly Uint8Array[]) {
    this.#chunks = chunks
  }

  get chunkCount(): number {
    return this.#chunks.length
  }

  chunkBytes(chunk: number): number {
    return this.#chunks[chunk]?.length ?? 0
  }

  read(chunk: number): Uint8Array {
    const bytes = this.#chunks[chunk]
    if (bytes === undefined) throw new RangeError(`chunk ${chunk} of ${this.#chunks.length}`)
    return bytes
  }
}
