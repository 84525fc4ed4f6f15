// SPDX-License-Identifier: MIT
import { showText } from '../trace/escape.ts'
import type { SignalEvent } from '../trace/event.ts'
import type { History } from '../trace/history.ts'
import { type ProgramPatternInput, programPattern, shortName } from '../trace/names.ts'
import { type AsymmetricMatcher, printValue, valuePattern } from '../trace/pattern.ts'
import type { Alike } from '../trace/traits.ts'
import type { TraceView } from '../trace/view.ts'
import { checked } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { alike, atMoment, type Criterion, choiceTest, errnoTest, programVerdict, signalTest } from './criteria.ts'
import { question, type SearchOptions } from './question.ts'
import { answer, type Search } from './search.ts'

export interface SignalledOptions extends SearchOptions {
  /** The program that it was sent to: what the target ran at the time. Never the test itself. */
  readonly to?: ProgramPatternInput
  /** `'process'`: a program asked for it. `'kernel'`: a fault, a child's end, a broken pipe, a timer. Without it both count where a signal is named, and else the former only. */
  readonly from?: SignalEvent['from'] | AsymmetricMatcher
  /** What became of it. Without it everything but `'failed'`. */
  readonly delivery?: SignalEvent['delivery'] | AsymmetricMatcher
  /** Look for failed attempts with this errno, such as `'ESRCH'`, instead of signals that were sent. */
  readonly errno?: string | AsymmetricMatcher
}

const known = ['to', 'from', 'delivery', 'errno'] as const

/**
 * A signal was sent. Without one, any that a program sent: the kernel's own, such as SIGCHLD at every child's end, are left out then. Its absence, and `times`, need a complete trace in which
 * nobody still runs.
 */
export function toHaveSignalled(
  this: MatcherContext,
  received: unknown,
  ...args: [signal?: string | RegExp | AsymmetricMatcher, options?: SignalledOptions]
): MatcherResult {
  const call: Call = { context: this, matcher: 'toHaveSignalled', args }
  return answer(checked(call, () => searchOf(call, received)))
}

export function searchOf(call: Call, received: unknown): Search<SignalEvent> {
  const { trace, root, history, options, by, base } = question<SignalledOptions>(call, received, known, 'the signal')
  const [signal] = call.args
  const conditions: Criterion<SignalEvent>[] = []
  if (options.errno !== undefined) conditions.push(errnoCriterion(options.errno))
  if (options.errno === undefined || options.delivery !== undefined)
    conditions.push(deliveryCriterion(options.delivery))
  if (options.from !== undefined || signal === undefined) conditions.push(fromCriterion(options.from))
  if (options.to !== undefined) conditions.push(toCriterion(options.to, root, history))
  return {
    ...base,
    subject: 'signal',
    link: '',
    kinds: ['signal'],
    target: signal === undefined ? null : nameCriterion(signal),
    conditions: [...conditions, ...by.map(sentBy)],
    distance: () => null,
    otherwise: () => sentSignals(trace),
  }
}

function nameCriterion(expected: unknown): Criterion<SignalEvent> {
  const isRegExp = Object.prototype.toString.call(expected) === '[object RegExp]'
  const pattern = isRegExp ? valuePattern(expected, 'the signal') : null
  const matches = pattern === null ? signalTest(expected) : (name: string) => pattern.match(name) === 'yes'
  return alike<SignalEvent>({
    printed: printValue(expected),
    test: ({ signal }) => (matches(signal) ? 'yes' : 'no'),
    reason: () => 'another signal',
  })
}

function deliveryCriterion(expected: unknown): Criterion<SignalEvent> {
  if (expected === undefined) {
    return alike<SignalEvent>({
      printed: '',
      test: ({ delivery }) => (delivery === 'failed' ? 'no' : 'yes'),
      reason: ({ errno }) => `failed: ${errno ?? 'no answer'}`,
    })
  }
  const matches = choiceTest(expected, 'delivery', ['delivered', 'ignored', 'pending', 'failed'])
  return alike<SignalEvent>({
    printed: `delivery ${printValue(expected)}`,
    test: ({ delivery }) => (matches(delivery) ? 'yes' : 'no'),
    reason: ({ delivery, errno }) => (errno === null ? `it was ${delivery}` : `failed: ${errno}`),
  })
}

function errnoCriterion(expected: unknown): Criterion<SignalEvent> {
  const matches = errnoTest(expected)
  return alike<SignalEvent>({
    printed: `errno ${printValue(expected)}`,
    test: ({ delivery, errno }) => (delivery === 'failed' && matches(errno) ? 'yes' : 'no'),
    reason: ({ delivery, errno }) => (delivery === 'failed' ? `failed with ${errno ?? 'no answer'}` : 'it worked'),
  })
}

function fromCriterion(expected: unknown = 'process'): Criterion<SignalEvent> {
  const matches = choiceTest(expected, 'from', ['process', 'kernel'])
  return alike<SignalEvent>({
    printed: expected === 'process' ? '' : `from ${printValue(expected)}`,
    test: ({ from }) => (matches(from) ? 'yes' : 'no'),
    reason: ({ from }) => (from === 'kernel' ? 'sent by the kernel' : 'sent by a program'),
  })
}

function toCriterion(expected: unknown, root: string, history: History): Criterion<SignalEvent> {
  const pattern = programPattern(expected, root, 'the `to` option')
  const verdictAt = programVerdict(history, (program) => pattern.match(program).verdict)
  return atMoment<SignalEvent>({
    printed: `to ${pattern.printed}`,
    of: ({ to }) => (to === null || to.isRoot ? 'no' : ({ seq }) => verdictAt(to, seq)),
    reason: ({ to, seq, delivery }) => {
      if (to === null) return delivery === 'failed' ? '' : 'sent to a process outside the scope'
      return to.isRoot
        ? 'sent to the test itself, which `to` does not name'
        : `sent to ${showText(shortName(history.programAt(to, seq)))}`
    },
  })
}

/** What the kernel sends, and somebody outside the scope, is an event of the target: that did not send it. */
function sentBy(by: Criterion<SignalEvent>): Criterion<SignalEvent> {
  const whose = ({ from, sender }: Alike<SignalEvent>): string | null =>
    from === 'kernel' ? 'sent by the kernel' : sender === null ? 'sent from outside the scope' : null
  return atMoment<SignalEvent>({
    printed: by.printed,
    of: (shared) => (whose(shared) === null ? (doer) => by.test(doer as SignalEvent) : 'no'),
    reason: (event) => whose(event) ?? by.reason(event),
  })
}

const mostSignals = 8

function sentSignals(trace: TraceView): string[] {
  const counts = new Map<string, number>()
  trace.scan(
    ['signal'],
    ({ signal, from }) => (from === 'kernel' ? `${signal} (from the kernel)` : signal),
    (name) => {
      counts.set(name, (counts.get(name) ?? 0) + 1)
      return undefined
    },
  )
  if (counts.size === 0) return ['No signal was sent.']
  const shown = [...counts].slice(0, mostSignals).map(([name, count]) => (count === 1 ? name : `${name} ×${count}`))
  return [`Signals: ${shown.join(', ')}${counts.size > mostSignals ? ', …' : ''}`]
}
