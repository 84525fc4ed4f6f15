// SPDX-License-Identifier: MIT
import type { Architecture } from './architecture.ts'
import type { Assembly } from './assemble.ts'
import { callName } from './call-names.ts'
import type { Abi, EventBase, EventSource, FileType, Result, Text, TraceEvent } from './event.ts'
import { errnoName } from './linux.ts'
import type { Process } from './process.ts'
import { Flag, Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'
import type { TraceInfo } from './trace-info.ts'
import { ringCallName } from './uring-names.ts'

/** Makes the event of one record; what other records say of it is in the assembly. */
export type Decode = (r: RecordReader, entry: number, context: DecodeContext) => TraceEvent

/** What every record of a system call says of how it was made and how it ended. */
export interface CallFacts {
  readonly call: string
  readonly abi: Abi
  readonly result: Result
  readonly blocked: boolean
  readonly partial: boolean
  readonly died: boolean
  readonly submitted: number | null
}

/** What decoders share: the log, what the first pass found, and the parts that events have in common. */
export class DecodeContext {
  readonly assembly: Assembly
  readonly labels: readonly string[]
  /** Which variables of environments are shown. */
  readonly env: TraceInfo['env']
  readonly architecture: Architecture
  readonly #processAt: (index: number) => Process

  constructor(
    assembly: Assembly,
    processAt: (index: number) => Process,
    labels: readonly string[],
    { env, architecture }: Pick<TraceInfo, 'env' | 'architecture'>,
  ) {
    this.env = env
    this.architecture = architecture
    this.assembly = assembly
    this.#processAt = processAt
    this.labels = labels
  }

  /** A reader of the record at a place. */
  at(place: number): RecordReader {
    return this.assembly.records.at(place)
  }

  processAt(index: number): Process {
    return this.#processAt(index)
  }

  /** A string of the record at a place. */
  text(place: number, index: number): Text {
    const r = this.at(place)
    for (let n = 0; n < index; n++) r.nextBytes()
    return r.nextText()
  }

  base(r: RecordReader, entry: number, source: EventSource): EventBase {
    const { entries } = this.assembly
    return {
      seq: entry + 1,
      timeNs: r.u64(Offset.header.time_ns) - this.assembly.startNs,
      process: this.#processAt(entries.process(entry)),
      tid: r.u32(Offset.header.tid),
      source: r.flags & Flag.uring ? 'io_uring_complete' : source,
    }
  }

  /** Of a record with a result at one offset and, where it has one of its own, the number of the call at another. */
  call(r: RecordReader, entry: number, resultOffset: number, nrOffset?: number): CallFacts {
    const flags = r.flags
    const blocked = (flags & Flag.blocked) !== 0
    return {
      call: nrOffset === undefined ? '' : this.callName(r.s32(nrOffset), flags),
      abi: this.abi(flags),
      result: this.result(r, entry, resultOffset, blocked),
      blocked,
      partial: (flags & Flag.partial) !== 0,
      died: this.died(entry),
      submitted: this.submitted(entry, flags),
    }
  }

  /** By the flags of the record. */
  submitted(entry: number, flags: number): number | null {
    if (!(flags & Flag.uring)) return null
    const { entries, rings } = this.assembly
    return rings.submission(entries.place(entry))?.position ?? 0
  }

  result(r: RecordReader, entry: number, offset: number, blocked: boolean): Result {
    const result = r.s64(offset)
    if (this.assembly.restarts.get(entry) === 'interrupted') return { ok: false, errno: 'EINTR' }
    if (result >= 0) return blocked ? unanswered : { ok: true, value: result }
    return -result >= 512 && -result <= 516 ? unanswered : { ok: false, errno: errnoName(-result) }
  }

  died(entry: number): boolean {
    return this.assembly.restarts.get(entry) === 'died'
  }

  /** How a call was made, by the flags of its record. */
  abi(flags: number): Abi {
    return abiOf(flags, this.architecture)
  }

  /** Name of a system call, or of the operation of io_uring that stands for one, by the flags of its record. */
  callName(nr: number, flags: number): string {
    return flags & Flag.uring ? ringCallName(nr) : callName(nr, this.abi(flags), this.architecture)
  }
}

/** A call that the kernel gave no answer to: stopped before it ran, or its task died in it. */
export const unanswered: Result = { ok: false, errno: null }

export function abiOf(flags: number, architecture: Architecture): Abi {
  if (flags & Flag.compat) return architecture === 'x64' ? 'i386' : 'arm'
  return flags & Flag.x32 ? 'x32' : 'native'
}

const fileTypes: ReadonlyMap<number, FileType> = new Map([
  [0x1000, 'fifo'],
  [0x2000, 'characterDevice'],
  [0x4000, 'directory'],
  [0x6000, 'blockDevice'],
  [0x8000, 'file'],
  [0xa000, 'symlink'],
  [0xc000, 'socket'],
])

/** Type of a file by its mode (`i_mode`, or the argument of mknod, where 0 is a regular file). */
export function fileTypeOf(mode: number): FileType {
  return fileTypes.get(mode & 0xf000) ?? 'file'
}

const deviceNames = new Map<number, string>()

/** `major:minor`. There are few devices: each is one string. */
export function deviceName(major: number, minor: number): string {
  const key = major * 2 ** 20 + minor
  let name = deviceNames.get(key)
  if (name === undefined) {
    name = `${major}:${minor}`
    deviceNames.set(key, name)
  }
  return name
}
