// SPDX-License-Identifier: MIT
import type { Text } from './event.ts'
import type { ChunkView } from './log.ts'
import { RecordReader } from './record.ts'
import { traitCount } from './traits.ts'

/**
 * Classes of records: their strings, and what else they are alike in (`traits.ts`). Builds open the same few thousand paths over and over, so that patterns are tried and text is
 * decoded once for each class and not for each event.
 */
export class StringInterner {
  readonly #ids = new Map<number, number | number[]>()
  readonly #copies: Uint32Array[] = [new Uint32Array(0)] // 0 is no class
  readonly #texts: (readonly Text[] | undefined)[] = []
  readonly #reader = new RecordReader()

  /** One more than the highest number of a class. */
  get size(): number {
    return this.#copies.length
  }

  /** Number, from 1 on, of the class with the strings between two word positions of a chunk and with these traits. */
  intern(words: Uint32Array, from: number, to: number, traits: Uint32Array): number {
    let hash = to - from
    for (let n = 0; n < traitCount; n++) hash = Math.imul(hash ^ (traits[n] as number), 0x5bd1e995) ^ (hash >>> 15)
    for (let n = from; n < to; n++) hash = Math.imul(hash ^ (words[n] as number), 0x5bd1e995) ^ (hash >>> 15)
    const found = this.#ids.get(hash)
    if (found === undefined) {
      const id = this.#add(words, from, to, traits)
      this.#ids.set(hash, id)
      return id
    }
    if (typeof found === 'number') {
      if (this.#same(found, words, from, to, traits)) return found
      const id = this.#add(words, from, to, traits)
      this.#ids.set(hash, [found, id])
      return id
    }
    for (const id of found) if (this.#same(id, words, from, to, traits)) return id
    const id = this.#add(words, from, to, traits)
    found.push(id)
    return id
  }

  /** Every class, for the interner of a larger log: copies one after the other, and where each ends. */
  export(): { readonly copies: Uint32Array; readonly ends: Uint32Array } {
    const own = this.#copies.slice(1)
    const ends = new Uint32Array(own.length)
    let end = 0
    own.forEach((copy, n) => {
      end += copy.length
      ends[n] = end
    })
    const copies = new Uint32Array(end)
    for (const [n, copy] of own.entries()) copies.set(copy, (ends[n] as number) - copy.length)
    return { copies, ends }
  }

  /** The strings of a class, of which there are `count`. */
  texts(id: number, count: number): readonly Text[] {
    let texts = this.#texts[id]
    if (texts === undefined || texts.length !== count) {
      const reader = this.#reader.toStrings(chunkOf((this.#copies[id] as Uint32Array).subarray(traitCount)))
      texts = Array.from({ length: count }, () => reader.nextText())
      this.#texts[id] = texts
    }
    return texts
  }

  #add(words: Uint32Array, from: number, to: number, traits: Uint32Array): number {
    const copy = new Uint32Array(traitCount + to - from)
    copy.set(traits)
    copy.set(words.subarray(from, to), traitCount)
    return this.#copies.push(copy) - 1
  }

  #same(id: number, words: Uint32Array, from: number, to: number, traits: Uint32Array): boolean {
    const copy = this.#copies[id] as Uint32Array
    const length = to - from
    if (copy.length !== traitCount + length) return false
    for (let n = 0; n < traitCount; n++) if (copy[n] !== traits[n]) return false
    for (let n = 0; n < length; n++) if (copy[traitCount + n] !== words[from + n]) return false
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
