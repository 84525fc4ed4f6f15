// SPDX-License-Identifier: MIT
import type { Text } from './event.ts'
import type { ChunkView } from './log.ts'
import { RecordReader } from './record.ts'

/**
 * The strings of records about files, each distinct set once: builds open the same few thousand paths over and over, so that patterns are tried and text is decoded
 * per distinct set and not per event.
 */
export class StringInterner {
  readonly #ids = new Map<number, number | number[]>()
  readonly #copies: Uint32Array[] = []
  readonly #texts: (readonly Text[] | undefined)[] = []
  readonly #reader = new RecordReader()

  get size(): number {
    return this.#copies.length
  }

  /** Number of the set of strings between two word positions of a chunk. */
  intern(words: Uint32Array, from: number, to: number): number {
    let hash = to - from
    for (let n = from; n < to; n++) hash = Math.imul(hash ^ (words[n] as number), 0x5bd1e995) ^ (hash >>> 15)
    const found = this.#ids.get(hash)
    if (found === undefined) {
      const id = this.#add(words, from, to)
      this.#ids.set(hash, id)
      return id
    }
    if (typeof found === 'number') {
      if (this.#same(found, words, from, to)) return found
      const id = this.#add(words, from, to)
      this.#ids.set(hash, [found, id])
      return id
    }
    for (const id of found) if (this.#same(id, words, from, to)) return id
    const id = this.#add(words, from, to)
    found.push(id)
    return id
  }

  /** The strings of a set, of which there are `count`. */
  texts(id: number, count: number): readonly Text[] {
    let texts = this.#texts[id]
    if (texts === undefined || texts.length !== count) {
      const reader = this.#reader.toStrings(chunkOf(this.#copies[id] as Uint32Array))
      texts = Array.from({ length: count }, () => reader.nextText())
      this.#texts[id] = texts
    }
    return texts
  }

  #add(words: Uint32Array, from: number, to: number): number {
    return this.#copies.push(words.slice(from, to)) - 1
  }

  #same(id: number, words: Uint32Array, from: number, to: number): boolean {
    const copy = this.#copies[id] as Uint32Array
    if (copy.length !== to - from) return false
    for (let n = 0; n < copy.length; n++) if (copy[n] !== words[from + n]) return false
    return true
  }
}

function chunkOf(words: Uint32Array): ChunkView {
  return {
    bytes: new Uint8Array(words.buffer, words.byteOffset, words.byteLength),
    view: new DataView(words.buffer, words.byteOffset, words.byteLength),
    words,
  }
}
