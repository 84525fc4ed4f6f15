// SPDX-License-Identifier: MIT
// When an event happened, as far as the order of the trace tells.
import type { EventKind, EventOf, IoEvent, Text, TraceEvent } from '../trace/event.ts'
import type { History } from '../trace/history.ts'
import { probeKinds } from '../trace/kinds.ts'
import type { Process } from '../trace/process.ts'
import type { TraceView } from '../trace/view.ts'
import { type Calls, callsOf, isOfRing } from './order-calls.ts'

/**
 * A stretch of the order: it happened after `from` and was over at `until`, both positions of records. Of most events that is one position, where the call returned. An `io`
 * event is many calls, of which each returned somewhere in the stretch; a `sync` lasts, and covers what was written before it began; an operation of io_uring was done somewhere
 * between its submission and its end.
 */
export interface Place {
  readonly from: number
  /** One of the calls that are meant was after this. */
  readonly someFrom: number
  /** Infinity where nothing of it has a place. */
  readonly until: number
  /** Until when it may have happened, or happened again without being told: a look at a file is told once. */
  readonly latest: number
  /** The thread that did it, in its process: one thread does one thing at a time. */
  readonly tid: number
  readonly process: Process
  readonly kind: EventKind
  readonly event: TraceEvent
}

/** Finds the places of events; what it needs of the trace for that is looked up when it is first needed. */
export class Places {
  readonly #trace: TraceView
  readonly #history: History
  readonly #opens = new Map<Text, readonly EventOf<'open'>[]>()
  readonly #calls = new Map<Process, Calls>()

  constructor(trace: TraceView, history: History) {
    this.#trace = trace
    this.#history = history
  }

  /** `transfer`: which calls of an `io` event are meant; through a mapping, data moves without a call. */
  of(event: TraceEvent, transfer: 'read' | 'written' | null): Place {
    const { seq, tid, process, kind } = event
    const isMapped = kind === 'io' && transfer !== null && event[transfer].calls === 0
    const until = isMapped ? Number.POSITIVE_INFINITY : seq
    const latest = isProbe(kind) ? (process.exit?.seq ?? Number.POSITIVE_INFINITY) : until
    return { ...this.#from(event, transfer), until, latest, tid, process, kind, event }
  }

  #from(event: TraceEvent, transfer: 'read' | 'written' | null): Pick<Place, 'from' | 'someFrom'> {
    const { seq, process, kind, tid } = event
    const born = this.#history.bornAt(process)
    const after = (position: number) => {
      const from = Math.max(born, position)
      return { from, someFrom: from }
    }
    if (isOfRing(event)) return after(kind === 'io' ? this.#openedAt(event) : submittedAt(event))
    if (kind !== 'io' && kind !== 'sync') return after(seq - 1)
    const calls = this.#callsOf(process)
    if (kind === 'sync') return after(calls.begun(event))
    const all = event.read.calls + event.written.calls + event.mapped.calls
    const from = Math.max(born, calls.told(seq), this.#openedAt(event))
    const last = Math.max(from, calls.toldBy(tid, seq)) // its thread is that of the last call
    const isMeant = transfer === null || event[transfer].calls === all
    const first = all === 1 || event.oneThread ? last : from
    return { from: first, someFrom: isMeant ? last : first }
  }

  #callsOf(process: Process): Calls {
    let calls = this.#calls.get(process)
    if (calls === undefined) {
      calls = callsOf(this.#trace, process)
      this.#calls.set(process, calls)
    }
    return calls
  }

  /** Where a descriptor's file was opened, or made. */
  #openedAt({ path, seq, process, fd, inode, device }: IoEvent): number {
    if (typeof path !== 'string') return 0
    let opens = this.#opens.get(path)
    if (opens === undefined) {
      opens = opensOf(this.#trace, path)
      this.#opens.set(path, opens)
    }
    const own = opens.findLast(
      (open) =>
        open.seq < seq &&
        open.inode === inode &&
        open.device === device &&
        (open.created || (open.process === process && open.result.ok && open.result.value === fd)),
    )
    return own?.seq ?? 0
  }
}

function opensOf(trace: TraceView, path: string): EventOf<'open'>[] {
  const found: EventOf<'open'>[] = []
  trace.scan(
    ['open'],
    (open) => (open.result.ok && open.path === path ? true : null),
    (_, { event }) => {
      found.push(event)
      return undefined
    },
  )
  return found
}

function submittedAt(event: TraceEvent): number {
  return 'submitted' in event ? (event.submitted ?? 0) : 0
}

function isProbe(kind: EventKind): boolean {
  return (probeKinds as readonly EventKind[]).includes(kind)
}

/** Whether it may have happened at other times than its place tells. */
export function isVague({ until, latest }: Place): boolean {
  return until === Number.POSITIVE_INFINITY || latest > until
}

/** Whether the one was certainly over before some of the other. */
export function precedesSome(one: Place, other: Place): boolean {
  return precedes(one, other) || (one.until < other.event.seq && one.until <= other.someFrom)
}

/** Whether the one was certainly over before the other began. Of an `io` event before a sync of the thread that made its last call, all of it was. */
export function precedes(one: Place, other: Place): boolean {
  if (one.until >= other.event.seq) return false
  if (one.until <= other.from) return true
  return (
    other.kind === 'sync' &&
    !isOfRing(other.event) &&
    isOwnCall(one) &&
    one.tid === other.tid &&
    one.process === other.process
  )
}

/** Whether its thread is that of its last call. A transfer of io_uring without a descriptor names the thread that submitted it. */
function isOwnCall({ event }: Place): boolean {
  return !isOfRing(event) || (event.kind === 'io' && event.fd >= 0)
}
