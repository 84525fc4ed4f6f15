// SPDX-License-Identifier: MIT
import type { Text } from './event.ts'
import { decodeBytes, truncated, unreadable } from './text.ts'

/** More of an argument area: the bytes at an offset, or null where they could not be read. */
export interface ArgvPart {
  readonly offset: number
  readonly bytes: Buffer | null
}

/**
 * The argument area of `total` bytes, cut at its NULs into `argc` pieces. Where parts of it are missing, the piece that the gap cuts is truncated and those behind it are
 * unreadable.
 */
export function argvOf(first: Buffer | null, rest: Iterable<ArgvPart>, total: number, argc: number): readonly Text[] {
  const area = first === null ? Buffer.alloc(0) : joined(first, rest, total)
  const argv: Text[] = []
  let from = 0
  while (argv.length < argc && from < area.length) {
    const end = area.indexOf(0, from)
    argv.push(end < 0 ? truncated(decodeBytes(area, from)) : decodeBytes(area, from, end))
    from = end < 0 ? area.length : end + 1
  }
  while (argv.length < argc && area.length < total) argv.push(unreadable)
  return Object.freeze(argv)
}

/** What is there without a gap, from the front. */
function joined(first: Buffer, rest: Iterable<ArgvPart>, total: number): Buffer {
  if (first.length >= total) return first
  const area = Buffer.alloc(total)
  area.set(first)
  let filled = first.length
  for (const { offset, bytes } of rest) {
    if (bytes === null || offset !== filled) break
    area.set(bytes, offset)
    filled += bytes.length
  }
  return area.subarray(0, filled)
}
