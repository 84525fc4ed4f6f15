// SPDX-License-Identifier: MIT
import type { LogSource } from '../trace/log.ts'
import { lostReasons } from '../trace/record.ts'
import type { Lost, TraceState } from '../trace/trace-info.ts'
import type { Binding, NativeProgress } from './binding.ts'
import { SessionError } from './errors.ts'

/** The log that the addon keeps. */
export class NativeLog implements LogSource {
  readonly #binding: Binding
  readonly #handle: number
  #progress: NativeProgress | undefined

  constructor(binding: Binding, handle: number) {
    this.#binding = binding
    this.#handle = handle
  }

  get chunkCount(): number {
    return this.#progress?.chunks ?? 0
  }

  chunkBytes(chunk: number): number {
    const progress = this.#progress
    if (progress !== undefined && chunk === progress.chunks - 1) return progress.lastChunkBytes
    return this.#binding.chunkBytes(this.#handle, chunk)
  }

  read(chunk: number, bytes: number, into?: Uint8Array): Uint8Array {
    const found = this.#binding.read(this.#handle, chunk, bytes, into)
    if (found === undefined)
      throw new SessionError('FAILED', `Chunk ${chunk} of the log cannot be read back from the spill file.`)
    return found
  }

  refresh(missed: boolean): Omit<TraceState, 'neverRan'> {
    this.#progress = this.#binding.drain(this.#handle, missed) ?? this.#progress
    const progress = this.#progress
    if (progress === undefined) throw new SessionError('CLOSED', 'The log of this session was freed.')
    const counts = Object.fromEntries(lostReasons.map((reason, n) => [reason, progress.lost[n] ?? 0])) as Record<
      (typeof lostReasons)[number],
      number
    >
    const lost: Lost = { ...counts, missed: progress.missed, spill: progress.spillLost }
    return { lost, helperLost: progress.helperLost, stuck: progress.stuck, vanished: progress.vanished }
  }
}
