// SPDX-License-Identifier: MIT
import type { Decoder } from './decode.ts'
import type { EntryTable } from './entries.ts'
import type { TraceEvent } from './event.ts'

/** Classes of which an example is kept: some 400 bytes each. */
const mostExamples = 1 << 16

/** The events of a trace by entry: decoded when they are asked for, and the same object each time. */
export class Events {
  readonly #decoder: Decoder
  readonly #entries: EntryTable
  readonly #decoded: (TraceEvent | undefined)[] = []
  /** By class. */
  readonly #examples: (TraceEvent | undefined)[] = []

  constructor(decoder: Decoder, entries: EntryTable) {
    this.#decoder = decoder
    this.#entries = entries
  }

  at(entry: number): TraceEvent {
    let event = this.#decoded[entry]
    if (event === undefined) {
      event = this.#decoder.event(entry)
      this.#decoded[entry] = event
    }
    return event
  }

  /** For a look: an event that is not kept, unless it was already. */
  peek(entry: number): TraceEvent {
    return this.#decoded[entry] ?? this.#decoder.peek(entry)
  }

  /**
   * An event of the class of an entry: the same one each time, so that each question decodes few. `alike` is the number of the class, 0 of an entry without one, and null of
   * a kind without classes.
   */
  example(alike: number | null, entry: number): TraceEvent {
    if (alike === null) return this.at(entry)
    if (alike === 0 || alike >= mostExamples) return this.peek(entry)
    let example = this.#examples[alike]
    if (example === undefined) {
      example = this.peek(entry)
      this.#examples[alike] = example
    }
    return example
  }

  /** Those whose number of kind is wanted, in order. */
  where(wanted: (kind: number) => boolean): TraceEvent[] {
    const entries = this.#entries
    const found: TraceEvent[] = []
    for (let entry = 0; entry < entries.length; entry++) if (wanted(entries.kind(entry))) found.push(this.at(entry))
    return found
  }

  /** They are other ones by now than when they were decoded. */
  forget(changed: Iterable<number>): void {
    for (const entry of changed) this.#decoded[entry] = undefined
  }
}
