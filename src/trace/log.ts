// SPDX-License-Identifier: MIT

/** Where a trace's records are: chunks of whole records, in order. The last one may still grow. */
export interface LogSource {
  readonly chunkCount: number
  /** Bytes of a chunk that are there now. */
  chunkBytes(chunk: number): number
  /** The first `bytes` of a chunk. Throws when they cannot be read back. */
  read(chunk: number, bytes: number): Uint8Array
}

/** Records never straddle chunks, and a chunk is at most this long: a place is one number. */
const chunkSpan = 2 ** 22

const cachedChunks = 32

/** Place of a record in the log: chunk and offset in one number. */
export type Place = number

export function placeOf(chunk: number, offset: number): Place {
  return chunk * chunkSpan + offset
}

/** A chunk's bytes, seen in the three ways that decoding needs. */
export interface ChunkView {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly words: Uint32Array
}

/** Random access to records by place; keeps a few chunks at hand, so that memory stays bounded however long the log is. */
export class RecordLog {
  readonly #source: LogSource
  readonly #chunks = new Map<number, ChunkView>()
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

  at(place: Place): { readonly chunk: ChunkView; readonly offset: number } {
    const offset = place % chunkSpan
    return { chunk: this.chunk((place - offset) / chunkSpan, offset + 8), offset }
  }
}

function viewOf(bytes: Uint8Array): ChunkView {
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes)
  return {
    bytes: aligned,
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
