// SPDX-License-Identifier: MIT
// What was done with open files.
import { type Decode, type DecodeContext, deviceName, fileTypeOf } from './decode-context.ts'
import type { EventKind, IoEvent, Text } from './event.ts'
import { Flag, Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'
import type { Transfers } from './sighting.ts'
import { absent, isRead } from './text.ts'

const io: Decode = (r, entry, context): IoEvent => ({
  kind: 'io',
  ...context.base(r, entry, 'sys_exit'),
  firstNs: r.u64(Offset.io.first_ns) - context.assembly.startNs,
  path: ioPath(entry, context),
  read: { calls: r.s64(Offset.io.read_calls), bytes: r.s64(Offset.io.read_bytes) },
  written: { calls: r.s64(Offset.io.write_calls), bytes: r.s64(Offset.io.written_bytes) },
  mapped: { calls: r.s64(Offset.io.map_calls), bytes: r.s64(Offset.io.mapped_bytes) },
  mappedWritable: r.s64(Offset.io.mapped_writable_bytes),
  oneThread: r.u32(Offset.io.one_thread) === 1,
  fd: r.s32(Offset.io.fd),
  fileType: fileTypeOf(r.u32(Offset.io.file_mode)),
  device: deviceName(r.u32(Offset.io.dev_major), r.u32(Offset.io.dev_minor)),
  inode: r.u64(Offset.io.inode),
  chrooted: ((flagsOfOpen(entry, context) ?? r.flags) & Flag.chrooted) !== 0,
})

/** Walked where the descriptor still told; else that of the last open of the same file by the process before. */
function ioPath(entry: number, { assembly }: DecodeContext): Text {
  const { entries, strings } = assembly
  const [resolved = absent] = strings.texts(entries.text(entry), 1)
  if (isRead(resolved) || resolved.status !== 'absent') return resolved
  const open = assembly.ioOpens.get(entry)
  return open === undefined ? absent : (strings.texts(entries.text(open), 3)[2] ?? absent)
}

/** Those of the open that gave the path; null where the path is the record's own. */
function flagsOfOpen(entry: number, { assembly }: DecodeContext): number | null {
  const open = assembly.ioOpens.get(entry)
  return open === undefined ? null : assembly.records.at(assembly.entries.place(open)).flags
}

/** What the record of an `io` counts: each number is read when it is asked for, since a search adds up one or two of them a million times. */
export class RecordTransfers implements Transfers {
  readonly #record: RecordReader

  constructor(record: RecordReader) {
    this.#record = record
  }

  get readCalls(): number {
    return this.#record.s64(Offset.io.read_calls)
  }

  get readBytes(): number {
    return this.#record.s64(Offset.io.read_bytes)
  }

  get writeCalls(): number {
    return this.#record.s64(Offset.io.write_calls)
  }

  get writtenBytes(): number {
    return this.#record.s64(Offset.io.written_bytes)
  }

  get mapCalls(): number {
    return this.#record.s64(Offset.io.map_calls)
  }

  get mappedWritable(): number {
    return this.#record.s64(Offset.io.mapped_writable_bytes)
  }
}

export const ioDecoders: Readonly<Partial<Record<EventKind, Decode>>> = { io }
