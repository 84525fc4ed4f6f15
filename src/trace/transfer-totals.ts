// SPDX-License-Identifier: MIT
import { Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'
import type { Transfers } from './sighting.ts'

/** What all `io` events of a class count together. */
export interface TransferTotal extends Transfers {
  readonly events: number
}

type Sum = { -readonly [K in keyof TransferTotal]: number } & { readonly entry: number }

/** Sums over `io` events by class, so that a search that asks how much was moved does not have to read the log again. */
export class TransferTotals {
  readonly #sums = new Map<number, Sum>()

  /** Takes in the record of an entry of a class. */
  add(r: RecordReader, text: number, entry: number): void {
    const sum = this.#sums.get(text) ?? this.#begin(text, entry)
    sum.events++
    sum.readCalls += r.s64(Offset.io.read_calls)
    sum.readBytes += r.s64(Offset.io.read_bytes)
    sum.writeCalls += r.s64(Offset.io.write_calls)
    sum.writtenBytes += r.s64(Offset.io.written_bytes)
    sum.mapCalls += r.s64(Offset.io.map_calls)
    sum.mappedWritable += r.s64(Offset.io.mapped_writable_bytes)
  }

  /** Each class with the entry of one of its events. */
  all(): Iterable<TransferTotal & { readonly entry: number }> {
    return this.#sums.values()
  }

  #begin(text: number, entry: number): Sum {
    const sum = {
      entry,
      events: 0,
      readCalls: 0,
      readBytes: 0,
      writeCalls: 0,
      writtenBytes: 0,
      mapCalls: 0,
      mappedWritable: 0,
    }
    this.#sums.set(text, sum)
    return sum
  }
}
