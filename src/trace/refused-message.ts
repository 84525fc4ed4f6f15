// SPDX-License-Identifier: MIT
import type { RecordReader } from './record-reader.ts'

/** Of a message among those of one sendmmsg: the call gives how many were taken; the one after them was refused, and why is told to nobody. */
export function isRefused(r: RecordReader, at: { readonly result: number; readonly index: number }): boolean {
  const taken = r.s64(at.result)
  const index = r.u32(at.index)
  return taken >= 0 && index > 0 && index >= taken
}
