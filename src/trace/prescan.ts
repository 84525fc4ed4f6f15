// SPDX-License-Identifier: MIT
import { callKindOf } from './entry-kind.ts'
import { StringInterner } from './interner.ts'
import { viewOf } from './log.ts'
import { flawOf, RecordReader } from './record-reader.ts'

/** What can be found out of one chunk by itself: the classes of its records. Plain memory, so that another thread can do it. */
export interface Prescan {
  /** Class of each record in order, 0 for those without one. */
  readonly classes: Uint32Array
  /** The classes from 1 on, one after the other, as the interner keeps them. */
  readonly copies: Uint32Array
  /** Where each of them ends. */
  readonly ends: Uint32Array
}

/** The classes of a chunk's records, as the interner of the whole log numbers them. */
export class PrescannedClasses {
  readonly #classes: Uint32Array
  readonly #numbers: Uint32Array
  #record = -1

  constructor({ classes, copies, ends }: Prescan, into: StringInterner) {
    this.#classes = classes
    this.#numbers = new Uint32Array(ends.length + 1)
    let from = 0
    ends.forEach((end, n) => {
      this.#numbers[n + 1] = into.import(copies, from, end)
      from = end
    })
  }

  /** Of the next record. */
  next(): number {
    return this.#numbers[this.#classes[++this.#record] as number] as number
  }
}

/** Goes through a chunk. Stops at a record that cannot be one: the first pass will find it, too, and say so. */
export function prescan(bytes: Uint8Array): Prescan {
  const chunk = viewOf(bytes)
  const interner = new StringInterner()
  const reader = new RecordReader()
  const classes: number[] = []
  for (let offset = 0; offset < bytes.length && flawOf(chunk, offset, bytes.length) === null; offset += reader.size) {
    reader.to(chunk, offset)
    const kind = callKindOf(reader)
    classes.push(kind ? interner.classOf(reader, kind) : 0)
  }
  return { classes: Uint32Array.from(classes), ...interner.export() }
}
