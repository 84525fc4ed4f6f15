// SPDX-License-Identifier: MIT
// When an event happened, as far as the order of the trace tells.
import type { EventKind, EventOf, IoEvent, SyncEvent, Text, TraceEvent } from '../trace/event.ts'
import { eventKinds } from '../trace/groups.ts'
import type { History } from '../trace/history.ts'
import type { Process } from '../trace/process.ts'
import type { TraceView } from '../trace/view.ts'

/**
 * A stretch of the order: it happened after `from` and was over at `until`, both positions of records. Of most events that is one position, where the call returned. An `io`
 * event is many calls, of which each was somewhere in the stretch; a `sync` lasts, and covers what was written before it began.
 */
export interface Place {
  readonly from: number
  /** Infinity where nothing of it has a place. */
  readonly until: number
  /** Until when it may have happened, or happened again without being told: a look at a file is told once. */
  readonly latest: number
  /** The thread that did it, in its process: one thread does one thing at a time. */
  readonly tid: number
  readonly process: Process
  readonly kind: TraceEvent['kind']
  readonly event: TraceEvent
}

/** After one of these the kernel has told what its process did with files: what it tells later happened later. */
const tellingKinds = [
  'sync',
  'rename',
  'unlink',
  'rmdir',
  'mkdir',
  'link',
  'symlink',
  'mknod',
  'chmod',
  'chown',
  'truncate',
  'utimes',
  'xattr',
  'exec',
  'exit',
] as const

/** Finds the places of events; what it needs of the trace for that is looked up when it is first needed. */
export class Places {
  readonly #trace: TraceView
  readonly #history: History
  readonly #opens = new Map<Text, readonly EventOf<'open'>[]>()
  readonly #threads = new Map<Process, Map<number, number[]>>()
  #tellings: Map<Process, number[]> | undefined

  constructor(trace: TraceView, history: History) {
    this.#trace = trace
    this.#history = history
  }

  /** `transfer`: which calls of an `io` event are meant; through a mapping, data moves without a call. */
  of(event: TraceEvent, transfer: 'read' | 'written' | null): Place {
    const { seq, tid, process, kind } = event
    const isMapped = kind === 'io' && transfer !== null && event[transfer].calls === 0
    const from = kind === 'io' ? this.#ioFrom(event) : kind === 'sync' ? this.#syncFrom(event) : seq - 1
    const until = isMapped ? Number.POSITIVE_INFINITY : seq
    const latest = isProbe(kind) ? (process.exit?.seq ?? Number.POSITIVE_INFINITY) : until
    return { from, until, latest, tid, process, kind, event }
  }

  /** The kernel adds transfers up by open file, and tells them before what `tellingKinds` are; so since the last of those, and since the file was opened. */
  #ioFrom(event: IoEvent): number {
    this.#tellings ??= tellingsOf(this.#trace)
    const told = lastBefore(this.#tellings.get(event.process) ?? [], event.seq)
    return Math.max(this.#history.bornAt(event.process), told, this.#openedAt(event))
  }

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

  /** A call begins after the one before it, of its thread. */
  #syncFrom({ seq, tid, process }: SyncEvent): number {
    let threads = this.#threads.get(process)
    if (threads === undefined) {
      threads = threadsOf(this.#trace, process)
      this.#threads.set(process, threads)
    }
    return Math.max(this.#history.bornAt(process), lastBefore(threads.get(tid) ?? [], seq))
  }
}

/** Whether it may have happened at other times than its place tells. */
export function isVague({ until, latest }: Place): boolean {
  return until === Number.POSITIVE_INFINITY || latest > until
}

function isProbe(kind: EventKind): boolean {
  return kind === 'stat' || kind === 'access' || kind === 'readlink' || kind === 'list'
}

/** Whether the one was certainly over before the other began. Of an `io` event before a sync of the thread that made its last call, all of it was. */
export function precedes(one: Place, other: Place): boolean {
  if (one.until >= other.until) return false
  if (one.until <= other.from) return true
  return other.kind === 'sync' && one.tid === other.tid && one.process === other.process
}

function tellingsOf(trace: TraceView): Map<Process, number[]> {
  const found = new Map<Process, number[]>()
  trace.scan(
    tellingKinds,
    (event) => (event.kind !== 'exec' || event.result.ok ? true : null),
    (_, { process, seq }) => push(found, process, seq),
  )
  return found
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

/** Where each thread of a process was seen: at its calls, and when it was made. What is told of it by others is left out. */
function threadsOf(trace: TraceView, process: Process): Map<number, number[]> {
  const found = new Map<number, number[]>()
  const kinds = eventKinds.filter((kind) => kind !== 'io' && kind !== 'signal' && kind !== 'connect')
  trace.scan(
    kinds,
    () => true,
    (_, sighting) => {
      if (sighting.process !== process) return
      const { event } = sighting
      push(found, event.tid, event.seq)
      if (event.kind === 'thread') push(found, event.threadTid, event.seq)
      return
    },
  )
  return found
}

function push<K>(lists: Map<K, number[]>, key: K, value: number): undefined {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

/** The last of ascending positions that is before another; 0 where none is. */
function lastBefore(positions: readonly number[], seq: number): number {
  let low = 0
  let high = positions.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (positions[middle]! < seq) low = middle + 1
    else high = middle
  }
  return low === 0 ? 0 : positions[low - 1]!
}
