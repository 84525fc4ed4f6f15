// SPDX-License-Identifier: MIT
// The memory that holds an environment: entries one after the other, each terminated.

/** Bytes of an area, or null where they could not be read. */
export interface AreaPart {
  readonly offset: number
  readonly bytes: Uint8Array | null
}

/** An entry, by offsets in the area. Where a part is missing before it or in its name, it is a fragment: nobody knows what it is. */
export interface AreaEntry {
  readonly from: number
  /** Without the terminator. */
  readonly to: number
  /** Of the first `=`; `to` where there is none. */
  readonly equals: number
  /** Its end is missing. */
  readonly isCut: boolean
  readonly isFragment: boolean
}

/** More than the kernel takes (three quarters of an 8 MiB stack): what says to be larger is damaged. */
const mostBytes = 2 ** 23

/** One environment, as far as it is there. */
export class EnvironmentArea {
  readonly bytes: Buffer
  /** Nothing is missing. */
  readonly isWhole: boolean
  /** What is there, in order, without overlap. */
  readonly #ranges: readonly { readonly from: number; readonly to: number }[]

  constructor(parts: Iterable<AreaPart>, total: number) {
    this.bytes = Buffer.alloc(Math.min(total, mostBytes))
    const ranges: { from: number; to: number }[] = []
    for (const { offset, bytes } of [...parts].sort((a, b) => a.offset - b.offset)) {
      const last = ranges.at(-1)
      const from = Math.max(offset, last?.to ?? 0)
      if (bytes === null || offset + bytes.length > this.bytes.length || from >= offset + bytes.length) continue
      this.bytes.set(bytes.subarray(from - offset), from)
      if (last?.to === from) last.to = offset + bytes.length
      else ranges.push({ from, to: offset + bytes.length })
    }
    this.#ranges = ranges
    this.isWhole = total === 0 || (ranges.length === 1 && ranges[0]!.from === 0 && ranges[0]!.to === total)
  }

  *entries(): Generator<AreaEntry> {
    for (const range of this.#ranges) yield* this.#entriesOf(range)
  }

  *#entriesOf({ from, to }: { readonly from: number; readonly to: number }): Generator<AreaEntry> {
    const area = this.bytes.subarray(0, to)
    for (let at = from; at < to; ) {
      const terminator = area.indexOf(0, at)
      const end = terminator < 0 ? to : terminator
      const sign = area.subarray(0, end).indexOf(0x3d, at)
      const isCut = terminator < 0
      const isFragment = (at === from && from > 0) || (isCut && sign < 0)
      yield { from: at, to: end, equals: sign < 0 ? end : sign, isCut, isFragment }
      at = end + 1
    }
  }
}
