// SPDX-License-Identifier: MIT
// A thread of the pool that goes through chunks of a log. The addon's sessions are the process's, so that each thread reads for itself.
import { type Prescan, prescan } from '../trace/prescan.ts'
import { loadNative } from './binding.ts'

export interface PrescanTask {
  readonly handle: number
  readonly chunk: number
  readonly bytes: number
}

/** null where the chunk cannot be read: who needs it will find out, too. */
export default function prescanChunk({ handle, chunk, bytes }: PrescanTask): Prescan | null {
  const read = loadNative().binding.read(handle, chunk, bytes)
  return read === undefined ? null : prescan(read)
}
