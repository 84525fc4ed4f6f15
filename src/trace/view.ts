// SPDX-License-Identifier: MIT
import type { Process } from './process.ts'
import type { Trace } from './trace.ts'

/** What matchers and presentation read of a Trace. Anything of this shape can be searched, printed and snapshotted. */
export type TraceView = Pick<
  Trace,
  | 'events'
  | 'eventCount'
  | 'processes'
  | 'tree'
  | 'running'
  | 'preexisting'
  | 'lost'
  | 'complete'
  | 'gaps'
  | 'info'
  | 'ofKind'
  | 'scan'
  | 'transferTotals'
>

/** Brand of a Trace, of every copy of this module. */
export const traceBrand: unique symbol = Symbol.for('spyscall.trace') as never

/**
 * A function that gives the Trace itself, as an own property of it. Jest asks matchers again while it words a failure, of a copy that
 * has the properties of a Trace and none of its private state.
 */
export const traceSelf: unique symbol = Symbol.for('spyscall.self') as never

/** Brand of an event (non-enumerable, so that events stay plain data). */
export const eventBrand: unique symbol = Symbol.for('spyscall.event') as never

/** Brand of a process (non-enumerable). */
export const processBrand: unique symbol = Symbol.for('spyscall.process') as never

/** True for an object that carries the brand, of whatever copy of the module. */
export function hasBrand(value: unknown, brand: symbol): boolean {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true
}

/** Records that are missing. Unreadable and cut strings are not counted: their records are there and say so. */
export function lostRecords(trace: TraceView): number {
  const { ring, lifecycle, scratch, member, socket, missed } = trace.lost
  return ring + lifecycle + scratch + member + socket + missed
}

/** Every process but the test itself. */
export function descendants(trace: TraceView): readonly Process[] {
  return trace.processes.filter((process) => !process.isRoot)
}
