// SPDX-License-Identifier: MIT
import type { EventKind } from '../trace/event.ts'
import { type EventGroup, eventGroups, groupOfKind } from '../trace/groups.ts'
import { MisuseError, misuse } from '../trace/misuse.ts'
import { closest } from '../trace/nearest.ts'
import { isAsymmetric } from '../trace/pattern.ts'
import { eventBrand, hasBrand, type TraceView, traceBrand, traceSelf } from '../trace/view.ts'
import type { Call } from './context.ts'
import { doubtText, gapsText, headed, nobodyHints, runningText } from './message.ts'

/**
 * The record cannot bear the verdict. `INCOMPLETE_TRACE`: something is missing from it, so that what was not found may still have
 * happened. `GROUP_NOT_RECORDED`: events of that group were not asked for. `NOTHING_RECORDED`: there was nobody who could have done
 * it. `STILL_RUNNING`: somebody runs who may still do it. Thrown, also under `.not`; never a "no match".
 */
export class EvidenceError extends Error {
  override name = 'EvidenceError'
  readonly code: 'INCOMPLETE_TRACE' | 'GROUP_NOT_RECORDED' | 'NOTHING_RECORDED' | 'STILL_RUNNING'

  constructor(code: EvidenceError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Runs the reading of arguments: what is wrong with them is thrown below the hint of the call. */
export function checked<T>(call: Call, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof MisuseError)) throw error
    throw new MisuseError(headed(call, error.message))
  }
}

/** The trace to search: of a Trace or a Session. Anything else is misuse. */
export function checkTrace(received: unknown): TraceView {
  const trace = traceOf(received)
  if (trace !== null) return trace
  throw misuse('the received value to be a Trace or a Session', received, remedyFor(received))
}

/** The same; null of anything else. */
export function traceOf(received: unknown): TraceView | null {
  if (hasBrand(received, traceBrand)) return originalOf(received as TraceView)
  if (typeof received !== 'object' || received === null) return null
  const inner: unknown = 'trace' in received ? received.trace : undefined
  return hasBrand(inner, traceBrand) ? originalOf(inner as TraceView) : null
}

function remedyFor(received: unknown): string {
  if (received === undefined)
    return "Is `test` imported from 'spyscall/vitest', is the fixture's name spelled `trace`, and `traced(…)` awaited?"
  if (typeof received === 'object' && received !== null && 'then' in received) return 'Await it first.'
  if (Array.isArray(received) && received.every((item) => hasBrand(item, eventBrand)))
    return '`trace.filter(…)` and `trace.events` give events: assert on the trace, with options such as `by` and `times`.'
  return 'Take `session.trace`, or what `session.stop()` gives.'
}

/** `undefined` where a pattern is meant is a slip, such as a key that is none; with options it means any. */
export function checkTarget(args: readonly unknown[], what: string): void {
  if (args.length > 0 && args[0] === undefined && args[1] === undefined)
    throw misuse(`${what} to be given`, undefined, 'Leave it out to mean any.')
}

function originalOf(trace: TraceView): TraceView {
  const self = (trace as { [traceSelf]?: () => TraceView })[traceSelf]
  return typeof self === 'function' ? self() : trace
}

/** Options of a matcher: a plain object with known keys. */
export function checkOptions<T extends object>(options: unknown, known: readonly (keyof T & string)[]): T {
  if (options === undefined) return {} as T
  if (
    typeof options !== 'object' ||
    options === null ||
    Array.isArray(options) ||
    isAsymmetric(options) ||
    options instanceof RegExp
  ) {
    throw misuse('the options to be an object', options)
  }
  for (const key of Object.keys(options)) {
    if ((known as readonly string[]).includes(key)) continue
    const meant = closest(key, known)
    const remedy =
      meant === null ? `the options are ${known.map((name) => `\`${name}\``).join(', ')}` : `did you mean \`${meant}\`?`
    throw new MisuseError(`Unknown option \`${key}\`; ${remedy}`)
  }
  return options as T
}

/** `times`: how often, exactly. */
export function checkTimes(times: unknown): number | undefined {
  if (times === undefined || (typeof times === 'number' && Number.isInteger(times) && times >= 0)) return times
  throw misuse('the `times` option to be an integer of at least 0', times)
}

/** `soFar`: whether processes that still run are left aside. */
export function checkSoFar(soFar: unknown): boolean {
  if (soFar === undefined || typeof soFar === 'boolean') return soFar === true
  throw misuse('the `soFar` option to be true or false', soFar)
}

/** The groups that a matcher looks at have to be in the record, whatever the verdict. */
export function checkGroup(call: Call, trace: TraceView, group: EventGroup): void {
  if (trace.info.groups.includes(group)) return
  const { groups } = trace.info
  const recorded = groups.map((name) => `\`${name}\``).join(', ') || 'none'
  const text = `Expected a trace with events of the group \`${group}\`, got one with ${recorded}. ${eventsRemedy([...groups, group])}`
  throw new EvidenceError('GROUP_NOT_RECORDED', headed(call, text))
}

/** What a session has to be opened with so that it records groups, beside those that it does. */
export function eventsRemedy(groups: readonly string[]): string {
  return sessionRemedy(
    'events',
    eventGroups.filter((group) => groups.includes(group)),
  )
}

/** What an option of the session has to be. */
export function sessionRemedy(option: 'events' | 'env' | 'syscalls', values: readonly string[]): string {
  const list = values.map((value) => `'${value}'`).join(', ')
  return `Open the session with \`${option}: [${list}]\`; the fixtures take it from \`sessionOptions\`.`
}

/** The same, by the kinds of event that it looks at. */
export function checkKinds(call: Call, trace: TraceView, kinds: readonly EventKind[]): void {
  for (const group of new Set(kinds.map((kind) => groupOfKind[kind])))
    if (group !== null) checkGroup(call, trace, group)
}

/** Events of single system calls are there for those that the session was asked for. */
export function checkCall(call: Call, trace: TraceView, name: string): void {
  const { syscalls } = trace.info
  if (syscalls === 'all' || syscalls.includes(name)) return
  const recorded = syscalls.length === 0 ? 'none' : syscalls.map((one) => `\`${one}\``).join(', ')
  const text = `Expected a trace with events of the system call \`${name}\`, got one with ${recorded}. ${sessionRemedy('syscalls', [...syscalls, name])}`
  throw new EvidenceError('GROUP_NOT_RECORDED', headed(call, text))
}

/** That nobody did it says something only where there was somebody. */
export function checkAnybody(call: Call, trace: TraceView, absent: string): void {
  const hints = nobodyHints(trace)
  if (hints.length === 0) return
  const text = [`Nothing was started in this session's scope, so of course there was no ${absent}.`, ...hints].join(
    '\n',
  )
  throw new EvidenceError('NOTHING_RECORDED', headed(call, text))
}

/** What did not happen may still happen while somebody runs who could do it. */
export function checkEnded(call: Call, trace: TraceView, absent: string): void {
  const text = runningText(trace, absent)
  if (text !== null) throw new EvidenceError('STILL_RUNNING', headed(call, text))
}

/** A verdict that rests on absence needs a complete trace, and no candidate that could not be read. */
export function checkEvidence(call: Call, trace: TraceView, absent: string, doubts: readonly string[] = []): void {
  if (!trace.complete) throw new EvidenceError('INCOMPLETE_TRACE', headed(call, gapsText(trace, absent)))
  if (doubts.length > 0) throw new EvidenceError('INCOMPLETE_TRACE', headed(call, doubtText(doubts, absent)))
}
