// SPDX-License-Identifier: MIT
import { systemCallOf } from './decode-uring.ts'
import type { Place, RecordLog } from './log.ts'
import { Kind } from './record.ts'
import { CorruptLogError, RecordReader } from './record-reader.ts'
import type { RingOperations } from './uring.ts'

/** The records of events by place. Of an operation of io_uring it is the one of the system call that it stands for. */
export class LogRecords {
  readonly #log: RecordLog
  readonly #rings: RingOperations

  constructor(log: RecordLog, rings: RingOperations) {
    this.#log = log
    this.#rings = rings
  }

  at(place: Place): RecordReader {
    const r = this.#read(place)
    const { kind } = r
    if (kind === Kind.uring) return systemCall(r, null)
    const submission = kind === Kind.uringEnd ? this.#rings.submission(place) : undefined
    return submission === undefined ? r : systemCall(this.#read(submission.place), r)
  }

  #read(place: Place): RecordReader {
    const { chunk, offset } = this.#log.at(place)
    return new RecordReader().to(chunk, offset)
  }
}

function systemCall(submitted: RecordReader, ended: RecordReader | null): RecordReader {
  const call = systemCallOf(submitted, ended)
  if (call === null) throw new CorruptLogError('The log is damaged: an operation that there is not.')
  return new RecordReader().to(call, 0)
}
