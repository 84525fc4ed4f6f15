// SPDX-License-Identifier: MIT
import type { TraceEvent } from '../trace/event.ts'
import type { Process } from '../trace/process.ts'
import { eventSnapshotText, processSnapshotText, snapshotText } from '../trace/snapshot.ts'
import { eventBrand, hasBrand, processBrand, type TraceView, traceBrand } from '../trace/view.ts'
import { EvidenceError } from './check.ts'
import { gapsText } from './message.ts'

/** Brand of text that is printed as it is. */
export const snapshotBrand: unique symbol = Symbol.for('spyscall.snapshot') as never

/** A plugin for pretty-format, for `expect.addSnapshotSerializer`. */
export interface Plugin {
  test(value: unknown): boolean
  serialize(value: unknown, config: unknown, indentation: string): string
}

/**
 * Prints traces, events and processes in the snapshots of others the way `toMatchTraceSnapshot` does. A trace that is incomplete is
 * refused there as well.
 */
export const plugin: Plugin = {
  test: (value) =>
    rawOf(value) !== null || [traceBrand, eventBrand, processBrand].some((brand) => hasBrand(value, brand)),
  serialize(value, _config, indentation) {
    return textOf(value).replaceAll('\n', `\n${indentation}`)
  },
}

function rawOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null
  const text = (value as Record<symbol, unknown>)[snapshotBrand]
  return typeof text === 'string' ? text : null
}

function textOf(value: unknown): string {
  const raw = rawOf(value)
  if (raw !== null) return raw
  if (hasBrand(value, eventBrand)) return eventSnapshotText(value as TraceEvent)
  if (hasBrand(value, processBrand)) return processSnapshotText(value as Process)
  const trace = value as TraceView
  if (!trace.complete)
    throw new EvidenceError('INCOMPLETE_TRACE', gapsText(trace, 'anything beside what a snapshot would show'))
  return snapshotText(trace)
}
