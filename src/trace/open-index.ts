// SPDX-License-Identifier: MIT
import { EntryKind, type EntryTable } from './entries.ts'
import type { LogRecords } from './log-records.ts'
import { Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'

/** Fields that say which file a record is about. */
interface FileFields {
  readonly inode: number
  readonly dev_major: number
  readonly dev_minor: number
}

/**
 * Finds the last open of a file by a process. Such a question is rare, so that opens are looked at when the first one comes, each once however many come after.
 */
export class OpenIndex {
  readonly #entries: EntryTable
  readonly #records: Pick<LogRecords, 'at'>
  readonly #last = new Map<string, number>()
  #seen = 0

  constructor(entries: EntryTable, records: Pick<LogRecords, 'at'>) {
    this.#entries = entries
    this.#records = records
  }

  /** Entry of the last open, by the process of an entry and before it, of the file that its record is about; undefined without one. */
  before(entry: number, record: RecordReader, fields: FileFields): number | undefined {
    const entries = this.#entries
    for (; this.#seen < entry; this.#seen++) {
      if (entries.kind(this.#seen) !== EntryKind.open) continue
      const open = this.#records.at(entries.place(this.#seen))
      this.#last.set(keyOf(entries.process(this.#seen), open, Offset.open), this.#seen)
    }
    return this.#last.get(keyOf(entries.process(entry), record, fields))
  }
}

function keyOf(process: number, r: RecordReader, at: FileFields): string {
  return `${process} ${r.u32(at.dev_major)}:${r.u32(at.dev_minor)} ${r.u64(at.inode)}`
}
