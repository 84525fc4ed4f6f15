// SPDX-License-Identifier: MIT
import type { Text } from './event.ts'
import type { ChunkView } from './log.ts'
import { RecordReader } from './record-reader.ts'
import { readTraits, Traits } from './traits.ts'

/**
 * Classes of records: their strings, and what else they are alike in (`traits.ts`). Builds open the same few thousand paths over and over, so that patterns are tried and text is
 * decoded once for each class and not for each event.
 */
export class StringInterner {
  readonly #ids = new Map<number, number | number[]>()
  /** Number of traits, traits, strings; 0 is no class. */
  readonly #copies: Uint32Array[] = [new Uint32Array(1)]
  readonly #texts: (readonly Text[] | undefined)[] = []
  readonly #reader = new RecordReader()
  readonly #traits = new Traits()

  /** One more than the highest number of a class. */
  get size(): number {
    return this.#copies.length
  }

  /** Number, from 1 on, of the class of a record that is an event of a kind, 0 of one without classes. */
  classOf(r: RecordReader, entryKind: number): number {
    return readTraits(r, entryKind, this.#traits) ? this.#intern(r.words, r.stringsFrom, r.stringsTo, this.#traits) : 0
  }

  /** The class of what several records say: of whatever two numbers stand for, of which one is mostly a class. */
  join(kind: number, one: number, other: number): number {
    return this.#intern(noWords, 0, 0, this.#traits.clear().put(kind).put(one).put(other))
  }

  /** Number of a class that another interner has exported. */
  import(copies: Uint32Array, from: number, to: number): number {
    const strings = from + 1 + (copies[from] as number)
    const traits = this.#traits.clear()
    for (let n = from + 1; n < strings; n++) traits.put(copies[n] as number)
    return this.#intern(copies, strings, to, traits)
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
      const reader = this.#reader.toStrings(chunkOf(stringsOf(this.#copies[id] as Uint32Array)))
      texts = Array.from({ length: count }, () => reader.nextText())
      this.#texts[id] = texts
    }
    return texts
  }

  #intern(words: Uint32Array, from: number, to: number, traits: Traits): number {
    let hash = to - from
    for (let n = 0; n < traits.length; n++)
      hash = Math.imul(hash ^ (traits.words[n] as number), 0x5bd1e995) ^ (hash >>> 15)
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

  #add(words: Uint32Array, from: number, to: number, traits: Traits): number {
    const copy = new Uint32Array(1 + traits.length + to - from)
    copy[0] = traits.length
    for (let n = 0; n < traits.length; n++) copy[1 + n] = traits.words[n] as number
    copy.set(words.subarray(from, to), 1 + traits.length)
    return this.#copies.push(copy) - 1
  }

  #same(id: number, words: Uint32Array, from: number, to: number, traits: Traits): boolean {
    const copy = this.#copies[id] as Uint32Array
    const strings = 1 + traits.length
    if (copy.length !== strings + to - from || copy[0] !== traits.length) return false
    for (let n = 0; n < traits.length; n++) if (copy[1 + n] !== traits.words[n]) return false
    for (let n = from; n < to; n++) if (copy[strings + n - from] !== words[n]) return false
    return true
  }
}

const noWords = new Uint32Array(0)

function stringsOf(copy: Uint32Array): Uint32Array {
  return copy.subarray(1 + (copy[0] as number))
}

function chunkOf(words: Uint32Array): ChunkView {
  return {
    bytes: new Uint8Array(words.buffer, words.byteOffset, words.byteLength),
    view: new DataView(words.buffer, words.byteOffset, words.byteLength),
    words,
  }
}
