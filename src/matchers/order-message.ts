// SPDX-License-Identifier: MIT
import type { History } from '../trace/history.ts'
import { shortName } from '../trace/names.ts'
import type { TraceView } from '../trace/view.ts'
import type { Call } from './context.ts'
import { hint, pendingLines, type Shown, shownLines, traceFacts } from './message.ts'
import { nearestOf, notesOf, show } from './near.ts'
import { isOfRing } from './order-calls.ts'
import { isVague, type Place } from './order-places.ts'
import type { Candidate, Doubt } from './order-search.ts'
import type { WantedStep } from './order-steps.ts'

/** How far a search for steps came. */
export interface Reached {
  /** An event for each step that was found. */
  readonly chain: readonly Place[]
  /** The position that was reached. */
  readonly at: number
  /** What came instead of the next step. */
  readonly intruder: { readonly place: Place; readonly step: number } | null
}

const mostTold = 3

/** A question about steps, as far as its message needs it. */
export interface Asked {
  readonly call: Call
  readonly trace: TraceView
  readonly history: History
  readonly steps: readonly WantedStep[]
  readonly candidates: readonly (readonly Candidate[])[]
  readonly isStrict: boolean
  readonly soFar: boolean
  /** All steps in words. */
  readonly absent: string
}

/** The message of steps that went against the expectation. */
export function orderMessage(asked: Asked, reached: Reached): string {
  const { call, trace, history, steps, isStrict, soFar, absent } = asked
  const { utils, isNot } = call.context
  const { chain } = reached
  const isWhole = chain.length === steps.length
  const pending = isWhole || soFar ? [] : pendingLines(trace, absent)
  const how = isStrict ? 'in this order, with nothing of it in between' : 'in this order'
  return [
    hint(call),
    '',
    `Expected: ${isNot === true ? `not ${how}` : how}`,
    ...steps.map(({ number, printed }) => `  ${number}. ${utils.EXPECTED_COLOR(printed)}`),
    `Found:    ${utils.RECEIVED_COLOR(foundText(chain.length, steps.length))}, in ${traceFacts(trace)}`,
    '',
    ...chain.flatMap((place, index) => placeLines(call, history, steps[index]!, place)),
    ...(isWhole ? [] : missingLines(asked, reached)),
    ...(pending.length === 0 ? [] : ['', ...pending]),
  ].join('\n')
}

/** `all of it`, `nothing of it`, `step 1 and no step 2 after it`, `steps 1 to 3 and no step 4 after them`. */
function foundText(found: number, all: number): string {
  if (found === all) return 'all of it'
  if (found === 0) return 'not even step 1'
  return found === 1 ? 'step 1, and no step 2 after it' : `steps 1 to ${found}, and no step ${found + 1} after them`
}

function placeLines(call: Call, history: History, { number, criteria }: WantedStep, { event }: Place): string[] {
  const [line, ...rest] = shownLines(call, [show(history, event, notesOf(event, criteria))])
  return [`  ${number}. ${line!.trim()}`, ...rest]
}

function missingLines({ call, history, steps, candidates }: Asked, { chain, at, intruder }: Reached): string[] {
  const { number, printed, search, criteria } = steps[chain.length]!
  const shownOf = (places: readonly Place[]): Shown[] => places.map(({ event }) => show(history, event, []))
  if (intruder !== null) {
    const again = steps[intruder.step]!
    return [
      `  ${number}. ${printed} was not next: step ${again.number} came before it`,
      ...nested(shownLines(call, shownOf([intruder.place]))),
    ]
  }
  const early = candidates[chain.length]!.filter(({ place }) => place.event.seq <= at).map(({ place }) => place)
  if (early.length > 0) {
    return [
      `  ${number}. ${printed} happened before that, and not after it`,
      ...nested(shownLines(call, shownOf(early.slice(-mostTold)), Math.max(0, early.length - mostTold))),
    ]
  }
  const near = nearestOf(search, criteria).shown.slice(0, mostTold)
  const never = `  ${number}. ${printed} never happened`
  if (near.length > 0) return [`${never}; nearest:`, ...nested(shownLines(call, near))]
  return [never, ...(search.otherwise?.() ?? []).map((line) => `      ${line}`)]
}

function nested(lines: readonly string[]): string[] {
  return lines.map((line) => `   ${line}`)
}

/** Why the trace does not tell. */
export function doubtText(history: History, { one, other }: Doubt): string {
  const lineOf = ({ place }: Candidate): string => {
    const { line, lineage } = show(history, place.event, [])
    return `${line}\n      ${lineage}`
  }
  if (other === null) return `${lineOf(one)}\n      ${doubtOf(one)}`
  const [first, second] = one.place.event.seq < other.place.event.seq ? [one, other] : [other, one]
  const between = `${doubtBetween(first.place, second.place)}${poolHint(history, second.place)}`
  return `${lineOf(first)}\n    and\n    ${lineOf(second)}\n      ${between}`
}

/** What helps where Node's pool of threads is why; else ''. */
function poolHint(history: History, { process, event }: Place): string {
  const isNode = !isOfRing(event) && shortName(history.programAt(process, event.seq)) === 'node'
  return isNode
    ? "\n      with UV_THREADPOOL_SIZE=1 in its environment Node's pool is one thread, whose order is told"
    : ''
}

function doubtOf({ step, place, isKnown }: Candidate): string {
  if (!isKnown) {
    const unknown = step.criteria.filter((one) => one.test(place.event) === 'unknown')
    return unknown.map((one) => one.reason(place.event)).join(', ')
  }
  if (place.until === Number.POSITIVE_INFINITY)
    return 'mapped into memory, so that it may have been read or written at any later time'
  return isVague(place)
    ? 'told once, however often its process looked there: it may have done so again later'
    : 'several calls that are added up, of which each may be one step or another'
}

function doubtBetween(first: Place, second: Place): string {
  if (isOfRing(second.event) && second.kind !== 'io')
    return 'done through io_uring: it was submitted before that was over, or when is not told'
  if (second.kind === 'sync') return 'the sync is of another thread, and may have begun before that was over'
  return first.kind === 'sync'
    ? 'these are several calls, of which another thread may have made some before the sync was over'
    : 'the calls of an `io` event are added up: they may have been on either side of the other event, or both'
}
