// SPDX-License-Identifier: MIT

import type { StringInterner } from './interner.ts'
import { type Place, placeOf, type RecordLog } from './log.ts'
import { type Prescan, PrescannedClasses } from './prescan.ts'
import { Progress } from './progress.ts'
import { CorruptLogError, flawOf, RecordReader } from './record-reader.ts'

/** Takes in the record that a reader is at. `text`: its class, where that was found ahead; null where it was not. */
export type TakeRecord = (r: RecordReader, place: Place, text: number | null) => void

/** The way through a log's records, in order and each once. It goes on where it stopped when the log has grown. */
export class LogPass {
  readonly #log: RecordLog
  readonly #take: TakeRecord
  readonly #reader = new RecordReader()
  #prescanned: PrescannedClasses | null = null
  #chunk = 0
  #offset = 0
  /** How many records came by. */
  records = 0

  constructor(log: RecordLog, take: TakeRecord) {
    this.#log = log
    this.#take = take
  }

  /** Whole chunks that were not seen yet; the last one may still grow. */
  get unreadChunks(): number {
    return Math.max(this.#log.chunkCount - 2 - this.#chunk, 0)
  }

  /** Does what `advance` would, by the classes that `scan` finds for each chunk, some chunks ahead. */
  async readAhead(
    ahead: number,
    scan: (chunk: number, bytes: number) => Promise<Prescan | null>,
    into: StringInterner,
  ): Promise<void> {
    const progress = new Progress('reading what was recorded')
    const first = this.#chunk + 1 // the present one may have been begun
    const end = first + this.unreadChunks
    const waiting: Promise<Prescan | null>[] = []
    for (let chunk = first, next = first; chunk < end; chunk++) {
      while (next < end && waiting.length < ahead) waiting.push(scan(next, this.#log.chunkBytes(next++)))
      const found = await waiting.shift()
      // Somebody looks at the trace at the same time: then it is read already.
      if (this.#chunk >= chunk || !found) continue
      this.#upTo(chunk)
      this.#prescanned = new PrescannedClasses(found, into)
      this.#upTo(chunk + 1)
      this.#prescanned = null
      progress.at(chunk - first, end - first)
    }
    progress.end()
  }

  /** Goes through whatever the log has that was not seen yet. */
  advance(): void {
    const progress = new Progress('reading what was recorded')
    const first = this.#chunk
    for (; this.#chunk < this.#log.chunkCount; this.#chunk++, this.#offset = 0) {
      this.#throughChunk(this.#log.chunkBytes(this.#chunk))
      progress.at(this.#chunk - first, this.#log.chunkCount - first)
      if (this.#chunk === this.#log.chunkCount - 1) break
    }
    progress.end()
  }

  #upTo(chunk: number): void {
    for (; this.#chunk < chunk; this.#chunk++, this.#offset = 0) this.#throughChunk(this.#log.chunkBytes(this.#chunk))
  }

  #throughChunk(end: number): void {
    if (end <= this.#offset) return
    const chunk = this.#log.pass(this.#chunk, end)
    while (this.#offset < end) {
      const flaw = flawOf(chunk, this.#offset, end)
      if (flaw !== null) throw new CorruptLogError(`The log is damaged at record ${this.records}: ${flaw}.`)
      this.#reader.to(chunk, this.#offset)
      this.#take(this.#reader, placeOf(this.#chunk, this.#offset), this.#prescanned?.next() ?? null)
      this.#offset += this.#reader.size
      this.records++
    }
  }
}
