// SPDX-License-Identifier: MIT
import { type ChunkView, viewOf } from './log.ts'
import type { Traits } from './traits.ts'

const pageWords = 1 << 16

/**
 * What classes consist of, one after the other in a few large buffers: a typed array for each would take more memory than what is in it, and more time to make than to fill. A class is
 * the number of its traits, the traits, and the words of its strings. Numbers begin with 1.
 */
export class ClassStore {
  readonly #pages: ChunkView[] = []
  /** By number of a class: its page, and where in it, in words. */
  #page = new Uint32Array(1024)
  #from = new Uint32Array(1024)
  #to = new Uint32Array(1024)
  /** Words of the last page that are taken. */
  #used = pageWords
  #count = 0

  get count(): number {
    return this.#count
  }

  add(traits: Traits, words: Uint32Array, from: number, to: number): number {
    const size = 1 + traits.length + to - from
    if (this.#used + size > (this.#pages.at(-1)?.words.length ?? 0)) {
      this.#pages.push(viewOf(new Uint8Array(4 * Math.max(pageWords, size))))
      this.#used = 0
    }
    const page = (this.#pages.at(-1) as ChunkView).words
    const id = ++this.#count
    if (id === this.#page.length) {
      this.#page = doubled(this.#page)
      this.#from = doubled(this.#from)
      this.#to = doubled(this.#to)
    }
    let at = this.#used
    this.#page[id] = this.#pages.length - 1
    this.#from[id] = at
    page[at++] = traits.length
    for (let n = 0; n < traits.length; n++) page[at++] = traits.words[n] as number
    for (let n = from; n < to; n++) page[at++] = words[n] as number
    this.#to[id] = at
    this.#used = at
    return id
  }

  isSame(id: number, traits: Traits, words: Uint32Array, from: number, to: number): boolean {
    const page = this.#wordsOf(id)
    let at = this.#from[id] as number
    if ((this.#to[id] as number) - at !== 1 + traits.length + to - from || page[at++] !== traits.length) return false
    for (let n = 0; n < traits.length; n++) if (page[at++] !== traits.words[n]) return false
    for (let n = from; n < to; n++) if (page[at++] !== words[n]) return false
    return true
  }

  /** Where the strings of a class are, in bytes. */
  strings(id: number): { readonly chunk: ChunkView; readonly from: number; readonly to: number } {
    const at = this.#from[id] as number
    const from = at + 1 + (this.#wordsOf(id)[at] as number)
    return {
      chunk: this.#pages[this.#page[id] as number] as ChunkView,
      from: 4 * from,
      to: 4 * (this.#to[id] as number),
    }
  }

  /** All of them, one after the other, and where each ends. */
  export(): { readonly copies: Uint32Array; readonly ends: Uint32Array } {
    const ends = new Uint32Array(this.#count)
    let end = 0
    for (let id = 1; id <= this.#count; id++) {
      end += (this.#to[id] as number) - (this.#from[id] as number)
      ends[id - 1] = end
    }
    const copies = new Uint32Array(end)
    for (let id = 1; id <= this.#count; id++)
      copies.set(this.#wordsOf(id).subarray(this.#from[id], this.#to[id]), id === 1 ? 0 : ends[id - 2])
    return { copies, ends }
  }

  #wordsOf(id: number): Uint32Array {
    return (this.#pages[this.#page[id] as number] as ChunkView).words
  }
}

export function doubled(from: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(from.length * 2)
  to.set(from)
  return to
}
