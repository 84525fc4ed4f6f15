// SPDX-License-Identifier: MIT
// A thread of the pool that goes through chunks of a log. The addon's sessions are the process's, so that each thread reads for itself.
import { type Prescan, prescan } from '../trace/prescan.ts'
import { loadNative } from './binding.ts'

export interface PrescanTask {
  readonly handle: number
  readonly chunk: number
  readonly bytes: number
}

/** Read into again and again: a garbage collector is too slow to free a megabyte for each chunk. */
let buffer: Uint8Array | undefined

/** null where the chunk cannot be read: who needs it will find out, too. */
export default function prescanChunk({ handle, chunk, bytes }: PrescanTask): Prescan | null {
  const read = loadNative().binding.read(handle, chunk, bytes, buffer)
  if (read === undefined) return null
  buffer = read
  return prescan(read.subarray(0, bytes))
}
