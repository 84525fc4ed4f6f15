// SPDX-License-Identifier: MIT
import type { EventKind, EventOf, IoEvent, TraceEvent } from './event.ts'
import type { Process } from './process.ts'

/** An event that was found, before it is decoded. */
export interface Sighting<E extends TraceEvent = TraceEvent> {
  readonly seq: number
  readonly process: Process
  /** The event itself, decoded when it is asked for. */
  readonly event: E
  /** What an `io` event counts, without decoding the rest of it; null of other kinds. */
  readonly transfers: Transfers | null
}

export interface Transfers {
  readonly readCalls: number
  readonly readBytes: number
  readonly writeCalls: number
  readonly writtenBytes: number
  readonly mapCalls: number
  readonly mappedWritable: number
}

/** The same of an event that is decoded. */
export function transfersOf({ read, written, mapped, mappedWritable }: IoEvent): Transfers {
  return {
    readCalls: read.calls,
    readBytes: read.bytes,
    writeCalls: written.calls,
    writtenBytes: written.bytes,
    mapCalls: mapped.calls,
    mappedWritable,
  }
}

/** What `Trace.scan` calls for each event that it finds; true ends the search. */
export type Visit<K extends EventKind, T> = (judgement: T, sighting: Sighting<EventOf<K>>) => boolean | undefined

/** Where sightings get their details: the trace. */
export interface SightingSource {
  seqOf(entry: number): number
  processOf(entry: number): Process
  eventOf(entry: number): TraceEvent
  transfersOf(entry: number): Transfers | null
}

/** A sighting by the number of its entry. */
export class EntrySighting implements Sighting {
  readonly #source: SightingSource
  readonly #entry: number

  constructor(source: SightingSource, entry: number) {
    this.#source = source
    this.#entry = entry
  }

  get seq(): number {
    return this.#source.seqOf(this.#entry)
  }

  get process(): Process {
    return this.#source.processOf(this.#entry)
  }

  get event(): TraceEvent {
    return this.#source.eventOf(this.#entry)
  }

  get transfers(): Transfers | null {
    return this.#source.transfersOf(this.#entry)
  }
}
