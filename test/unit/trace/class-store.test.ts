// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { ClassStore } from '../../../src/trace/class-store.ts'
import { Traits } from '../../../src/trace/traits.ts'

const pageWords = 1 << 16

/** Words of a length, which no other class has. */
function wordsOf(n: number, length: number): Uint32Array {
  return Uint32Array.from({ length }, (_, at) => n * 31 + at)
}

const lengths = [...Array.from({ length: 3000 }, (_, n) => (n * 37) % 90), pageWords + 3, pageWords - 2, 0, 1]

function filled(): ClassStore {
  const store = new ClassStore()
  for (const [n, length] of lengths.entries())
    expect(store.add(new Traits().put(n).put(7), wordsOf(n, length), 0, length)).toBe(n + 1)
  return store
}

test('what is put in is found again, over pages and beside what is larger than a page', () => {
  const store = filled()
  expect(store.count).toBe(lengths.length)
  for (const [n, length] of lengths.entries()) {
    const words = wordsOf(n, length)
    expect(store.isSame(n + 1, new Traits().put(n).put(7), words, 0, length)).toBe(true)
    expect(store.isSame(n + 1, new Traits().put(n).put(8), words, 0, length)).toBe(false)
    expect(store.isSame(n + 1, new Traits().put(n), words, 0, length)).toBe(false)
    if (length > 0)
      expect(store.isSame(n + 1, new Traits().put(n).put(7), wordsOf(n + 1, length), 0, length)).toBe(false)
    const { chunk, from, to } = store.strings(n + 1)
    expect(chunk.words.subarray(from / 4, to / 4)).toEqual(words)
  }
})

test('all of them are given out one after the other', () => {
  const { copies, ends } = filled().export()
  let from = 0
  for (const [n, length] of lengths.entries()) {
    expect(copies.subarray(from, ends[n])).toEqual(Uint32Array.of(2, n, 7, ...wordsOf(n, length)))
    from = ends[n]!
  }
  expect(from).toBe(copies.length)
})
