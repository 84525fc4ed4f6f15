// SPDX-License-Identifier: MIT
// Records out of nothing, byte for byte as the programs write them: for tests of what reads a real Trace, which decodes.
import { type LogSource, MemorySource } from '../../src/trace/log.ts'
import { fixedBytes, Kind, Offset } from '../../src/trace/record.ts'
import { Trace } from '../../src/trace/trace.ts'
import type { TraceOrigin } from '../../src/trace/trace-info.ts'
import { nothingLost, projectRoot } from './trace-builder.ts'

const chunkBytes = 1 << 20
const statusAbsent = 4

type Fields = Readonly<Record<string, number | bigint>>

/** A log of whole records in chunks, in the order in which they are added. */
export class RecordLogBuilder {
  readonly #chunks: Uint8Array[] = []
  #chunk = Buffer.alloc(chunkBytes)
  #at = 0
  #last: Uint8Array = this.#chunk
  #timeNs = 0n

  constructor() {
    this.add('mark', { number: 0 }, [], { tgid: 100, tid: 100 })
  }

  /** Fields by their names in `Offset`; header fields in `header`; a string is text or bytes, or null: absent. */
  add(
    kind: keyof typeof Kind,
    fields: Fields,
    strings: readonly (string | Uint8Array | null)[] = [],
    header: Fields = {},
    widths: Readonly<Record<string, 2 | 4 | 8>> = {},
  ): this {
    const fixed = fixedBytes[Kind[kind]] as number
    const bytes = strings.map((text) => (typeof text === 'string' ? Buffer.from(text) : Buffer.from(text ?? [])))
    const size = (fixed + bytes.reduce((sum, { length }) => sum + 4 + length, 0) + 7) & ~7
    if (this.#at + size > chunkBytes) this.#flush()
    const record = this.#chunk.subarray(this.#at, this.#at + size)
    const put = (offset: number, value: number | bigint, width: 2 | 4 | 8) => {
      if (width === 8) record.writeBigInt64LE(BigInt.asIntN(64, BigInt(value)), offset)
      else if (width === 4) record.writeUInt32LE(Number(value) >>> 0, offset)
      else record.writeUInt16LE(Number(value), offset)
    }
    this.#timeNs += 1000n
    put(Offset.header.size, size, 4)
    put(Offset.header.kind, Kind[kind], 2)
    put(Offset.header.time_ns, this.#timeNs, 8)
    for (const [name, value] of Object.entries({ process: 1, tgid: 200, tid: 200, ...header }))
      put(Offset.header[name as keyof typeof Offset.header], value, name === 'time_ns' ? 8 : 4)
    const offsets = Offset[kind as keyof typeof Offset] as Readonly<Record<string, number>>
    for (const [name, value] of Object.entries(fields))
      put(offsets[name] as number, value, widths[name] ?? widthOf(offsets, name, fixed))
    let at = fixed
    for (const [index, text] of strings.entries()) {
      const piece = bytes[index] as Buffer
      record.writeUInt32LE((piece.length | ((text === null ? statusAbsent : 0) << 24)) >>> 0, at)
      piece.copy(record, at + 4)
      at += 4 + piece.length
    }
    this.#at += size
    this.#last = record
    return this
  }

  /** A count of a system call, with calls by bucket of the histogram. */
  addCount(fields: Fields, buckets: Readonly<Record<number, number>>): this {
    this.add('syscallCount', fields)
    const from = this.#at - (fixedBytes[Kind.syscallCount] as number) + Offset.syscallCount.buckets
    for (const [bucket, calls] of Object.entries(buckets))
      this.#chunk.writeBigUInt64LE(BigInt(calls), from + 8 * Number(bucket))
    return this
  }

  /** Gives the record that was added last an address: 10.0.0.`last`, or of another family than AF_INET whatever those bytes are. */
  address(at: number, { family = 2, port = 443, last = 1 }: Partial<Record<'family' | 'port' | 'last', number>>): this {
    const view = new DataView(this.#last.buffer, this.#last.byteOffset)
    view.setUint16(at + Offset.address.family, family, true)
    view.setUint16(at + Offset.address.port, port, true)
    this.#last.set([10, 0, 0, last], at + Offset.address.bytes)
    return this
  }

  /** The record that was added last: its bytes, to be changed. */
  get lastRecord(): Uint8Array {
    return this.#last
  }

  /** A process: the child of another one, 0 for the test. */
  fork(child: number, parent = 0): this {
    const header = parent === 0 ? { process: 0, tgid: 100, tid: 100 } : { process: parent, tgid: 100 + parent * 100 }
    const pid = 100 + child * 100
    return this.add(
      'fork',
      { child_process: child, child_tgid: pid, child_ns_pid: pid },
      [projectRoot, '/bin/sh', 'sh'],
      header,
    )
  }

  exec(process: number, path: string): this {
    const of = { process, tgid: 100 + process * 100, tid: 100 + process * 100 }
    const argv = `${path}\0`
    const fields = { argc: 1, argv_bytes: argv.length, old_tid: of.tid }
    return this.add('exec', fields, [path, path, path, projectRoot, path.slice(-15), argv], of)
  }

  exit(process: number): this {
    const of = { process, tgid: 100 + process * 100, tid: 100 + process * 100 }
    return this.add('exit', {}, [], of)
  }

  /** The trace of bytes that may be anything. */
  static traceOf(bytes: Uint8Array): Trace {
    return new RecordLogBuilder().#traceOf(new MemorySource([bytes]), {})
  }

  trace(info: Partial<TraceOrigin['info']> = {}): Trace {
    this.#flush()
    return this.#traceOf(new MemorySource(this.#chunks), info)
  }

  /** A trace that has seen as many chunks at first; `grow` gives it the others. */
  growing(chunks: number): { readonly trace: Trace; readonly chunks: readonly Uint8Array[]; grow(): void } {
    this.#flush()
    const whole = new MemorySource(this.#chunks)
    let chunkCount = chunks
    const source: LogSource = {
      get chunkCount() {
        return chunkCount
      },
      chunkBytes: (chunk) => whole.chunkBytes(chunk),
      read: (chunk) => whole.read(chunk),
    }
    return {
      trace: this.#traceOf(source, {}),
      chunks: this.#chunks,
      grow: () => {
        chunkCount = whole.chunkCount
      },
    }
  }

  #traceOf(log: LogSource, info: Partial<TraceOrigin['info']>): Trace {
    const groups = ['process', 'file', 'network', 'probe', 'sync', 'signal', 'namespace', 'credentials', 'system']
    const state = { lost: nothingLost, helperLost: false, stuck: false, vanished: 0, neverRan: false }
    return new Trace({
      info: {
        architecture: 'x64',
        scope: 'descendants',
        groups,
        projectRoot,
        home: ['/home/me'],
        temporary: ['/tmp'],
        syscalls: [],
        env: false,
        capabilities: groups,
        ...info,
      },
      root: { nsPid: 100, argv: ['node', 'vitest'], exe: '/opt/node/bin/node', cwd: projectRoot },
      labels: [],
      log,
      refresh: () => state,
    })
  }

  #flush(): void {
    if (this.#at > 0) this.#chunks.push(this.#chunk.subarray(0, this.#at))
    this.#chunk = Buffer.alloc(chunkBytes)
    this.#at = 0
  }
}

/** Up to the next field, as far as a field can be. */
function widthOf(offsets: Readonly<Record<string, number>>, name: string, end: number): 2 | 4 | 8 {
  const from = offsets[name] as number
  const next = Math.min(end, ...Object.values(offsets).filter((offset) => offset > from))
  return next - from >= 8 && from % 8 === 0 ? 8 : next - from >= 4 ? 4 : 2
}
