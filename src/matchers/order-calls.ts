// SPDX-License-Identifier: MIT
// The calls of one process: when they began, and when the kernel told what it had added up.

import { countBelow } from '../trace/ascending.ts'
import type { TraceEvent } from '../trace/event.ts'
import { eventKinds } from '../trace/groups.ts'
import { changeKinds } from '../trace/kinds.ts'
import type { Process } from '../trace/process.ts'
import type { TraceView } from '../trace/view.ts'

export interface Calls {
  /** Position after which the call of an event began: its thread returned from another one there, or was made. 0 where that was not recorded. */
  begun(event: TraceEvent): number
  /**
   * Position after which transfers returned that are told at `seq`. The kernel adds them up by open file, and tells all of them when a sync, a change of a file or an exec
   * begins, and when a thread ends.
   */
  told(seq: number): number
  /** The same, of a transfer by a thread whose own calls they are: it was in each of them from its beginning to its end. */
  toldBy(tid: number, seq: number): number
}

const tellingKinds: ReadonlySet<TraceEvent['kind']> = new Set(['sync', ...changeKinds, 'exec'] as const)

/** Kinds that are told when another thread comes by, or by the kernel: they do not say that their thread returned. */
const kinds = eventKinds.filter((kind) => kind !== 'io' && kind !== 'signal' && kind !== 'connect')

export function callsOf(trace: TraceView, process: Process): Calls {
  const threads = new Map<number, number[]>()
  const tellings: number[] = []
  const from: number[] = [] // for each of them
  const own = new Map<number, number[]>() // by thread
  let others = process.isRoot // threads beside the first; the test has some that were there before
  const begun = ({ tid, seq }: TraceEvent): number => lastBefore(threads.get(tid), seq)
  trace.scan(
    kinds,
    () => true,
    (_, sighting) => {
      const { event } = sighting
      if (sighting.process !== process || isOfRing(event)) return // an operation of io_uring takes up no thread
      const { seq, kind } = event
      // An exec ends the other threads. A call of one thread leaves the others time to go on, from its beginning to its end.
      if (kind === 'exec' && event.result.ok) others = false
      if (tells(event)) {
        tellings.push(seq)
        push(own, event.tid, seq)
        from.push(Math.max(from.at(-1) ?? 0, others ? begun(event) : seq))
      }
      if (kind === 'thread') {
        others = true
        push(threads, event.threadTid, seq)
      }
      return push(threads, event.tid, seq)
    },
  )
  return {
    begun,
    told: (seq) => from[countBelow(tellings, seq) - 1] ?? 0,
    toldBy: (tid, seq) => lastBefore(own.get(tid), seq),
  }
}

/** Done by io_uring, or a transfer that was so in part: whoever of the kernel's threads did it, while the program went on. */
export function isOfRing({ source }: TraceEvent): boolean {
  return source === 'io_uring_complete'
}

/** Whether transfers were told when the call began: not one that a filter answered, that goes by a ring, or that was under way before. */
export function tells(event: TraceEvent): boolean {
  if (!tellingKinds.has(event.kind) || isOfRing(event)) return false
  const { blocked = false, partial = false } = event as { readonly blocked?: boolean; readonly partial?: boolean }
  return !blocked && !partial
}

function push(lists: Map<number, number[]>, tid: number, seq: number): undefined {
  const list = lists.get(tid)
  if (list === undefined) lists.set(tid, [seq])
  else list.push(seq)
}

function lastBefore(positions: readonly number[] = [], seq: number): number {
  return positions[countBelow(positions, seq) - 1] ?? 0
}
