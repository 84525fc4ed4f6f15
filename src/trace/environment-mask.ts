// SPDX-License-Identifier: MIT
import { EnvironmentArea } from './environment-area.ts'
import { type EnvironmentOption, type Hidden, hiddenBy } from './environment-policy.ts'
import { viewOf } from './log.ts'
import { Kind, Offset } from './record.ts'
import { flawOf, RecordReader } from './record-reader.ts'
import { decodeBytes } from './text.ts'

const mask = 0x2a // '*'

interface MaskedPart {
  readonly offset: number
  readonly bytes: Uint8Array
}

/** The records of one environment, in a copy that may be written to. */
interface Masked {
  readonly total: number
  readonly parts: MaskedPart[]
}

/**
 * Chunks of a log, whole, in which of environments there is only what the trace shows: names, and values that are not hidden. The rest is overwritten, also what nobody knows the
 * meaning of. Chunks that hold none are given back as they are, the others as copies.
 */
export function maskEnvironments(chunks: readonly Uint8Array[], option: EnvironmentOption): Uint8Array[] {
  if (option === false) return [...chunks]
  const found = new Map<bigint, Masked>()
  const masked = chunks.map((bytes) => copyWithParts(bytes, found))
  const hidden = hiddenBy(option)
  for (const { total, parts } of found.values()) {
    const shown = shownOf(new EnvironmentArea(parts, total), hidden)
    for (const { offset, bytes } of parts) {
      if (offset + bytes.length <= shown.length) bytes.set(shown.subarray(offset, offset + bytes.length))
      else bytes.fill(mask)
    }
  }
  return masked
}

function shownOf(area: EnvironmentArea, hidden: (name: string) => Hidden): Uint8Array {
  const shown = new Uint8Array(area.bytes.length).fill(mask)
  const show = (from: number, to: number) => shown.set(area.bytes.subarray(from, to), from)
  for (const { from, to, equals, isCut, isFragment } of area.entries()) {
    if (!isFragment) {
      const isHidden = hidden(decodeBytes(area.bytes, from, equals)) !== null
      show(from, isHidden ? Math.min(equals + 1, to) : to)
    }
    if (!isCut) show(to, to + 1)
  }
  return shown
}

function copyWithParts(bytes: Uint8Array, found: Map<bigint, Masked>): Uint8Array {
  const places = environmentsIn(bytes)
  if (places.length === 0) return bytes
  const copy = Uint8Array.from(bytes)
  const chunk = viewOf(copy)
  const r = new RecordReader()
  for (const place of places) {
    r.to(chunk, place)
    const id = r.u64(Offset.environment.exec_id)
    const known = found.get(id) ?? { total: r.u32(Offset.environment.bytes), parts: [] }
    found.set(id, known)
    known.parts.push({ offset: r.u32(Offset.environment.offset), bytes: r.nextBytes().bytes })
  }
  return copy
}

function environmentsIn(bytes: Uint8Array): number[] {
  const chunk = viewOf(bytes)
  const r = new RecordReader()
  const places: number[] = []
  for (let offset = 0; offset < bytes.length && flawOf(chunk, offset, bytes.length) === null; offset += r.size)
    if (r.to(chunk, offset).kind === Kind.environment) places.push(offset)
  return places
}
