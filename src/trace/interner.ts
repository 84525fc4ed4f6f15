// SPDX-License-Identifier: MIT
import { ClassStore, doubled } from './class-store.ts'
import type { Text } from './event.ts'
import { RecordReader } from './record-reader.ts'
import { readTraits, Traits } from './traits.ts'

/**
 * Classes of records: their strings, and what else they are alike in (`traits.ts`). Builds open the same few thousand paths over and over, so that patterns are tried and text is
 * decoded once for each class and not for each event.
 */
export class StringInterner {
  readonly #store = new ClassStore()
  /** Numbers of classes by the hash of what they consist of, in the first free place from there on; 0 is free. */
  #table = new Uint32Array(4096)
  /** By number of a class. */
  #hashes = new Uint32Array(1024)
  readonly #texts: (readonly Text[] | undefined)[] = []
  readonly #reader = new RecordReader()
  readonly #traits = new Traits()

  /** One more than the highest number of a class. */
  get size(): number {
    return this.#store.count + 1
  }

  /** Number, from 1 on, of the class of a record that is an event of a kind, 0 of one without classes. */
  classOf(r: RecordReader, entryKind: number): number {
    return readTraits(r, entryKind, this.#traits) ? this.#intern(r.words, r.stringsFrom, r.stringsTo) : 0
  }

  /** The class of what several records say: of whatever two numbers stand for, of which one is mostly a class. */
  join(kind: number, one: number, other: number): number {
    this.#traits.clear().put(kind).put(one).put(other)
    return this.#intern(noWords, 0, 0)
  }

  /** Number of a class that another interner has exported. */
  import(copies: Uint32Array, from: number, to: number): number {
    const strings = from + 1 + (copies[from] as number)
    this.#traits.clear()
    for (let n = from + 1; n < strings; n++) this.#traits.put(copies[n] as number)
    return this.#intern(copies, strings, to)
  }

  /** Every class, for the interner of a larger log: copies one after the other, and where each ends. */
  export(): { readonly copies: Uint32Array; readonly ends: Uint32Array } {
    return this.#store.export()
  }

  /** The strings of a class, of which there are `count`. */
  texts(id: number, count: number): readonly Text[] {
    let texts = this.#texts[id]
    if (texts === undefined || texts.length !== count) {
      const { chunk, from, to } = this.#store.strings(id)
      const reader = this.#reader.toStrings(chunk, from, to)
      const read: Text[] = []
      for (let n = 0; n < count; n++) read.push(reader.nextText())
      texts = read
      this.#texts[id] = texts
    }
    return texts
  }

  /** The class of the traits at hand and some words. */
  #intern(words: Uint32Array, from: number, to: number): number {
    const traits = this.#traits
    let hash = to - from
    for (let n = 0; n < traits.length; n++)
      hash = Math.imul(hash ^ (traits.words[n] as number), 0x5bd1e995) ^ (hash >>> 15)
    for (let n = from; n < to; n++) hash = Math.imul(hash ^ (words[n] as number), 0x5bd1e995) ^ (hash >>> 15)
    hash >>>= 0
    const table = this.#table
    let at = hash & (table.length - 1)
    for (let id = table[at]; id; id = table[at]) {
      if (this.#hashes[id] === hash && this.#store.isSame(id, traits, words, from, to)) return id
      at = (at + 1) & (table.length - 1)
    }
    const id = this.#store.add(traits, words, from, to)
    table[at] = id
    if (id === this.#hashes.length) this.#hashes = doubled(this.#hashes)
    this.#hashes[id] = hash
    if (2 * id >= table.length) this.#widen()
    return id
  }

  #widen(): void {
    const table = new Uint32Array(this.#table.length * 2)
    for (let id = 1; id <= this.#store.count; id++) {
      let at = (this.#hashes[id] as number) & (table.length - 1)
      while (table[at]) at = (at + 1) & (table.length - 1)
      table[at] = id
    }
    this.#table = table
  }
}

const noWords = new Uint32Array(0)
