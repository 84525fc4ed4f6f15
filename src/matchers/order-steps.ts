// SPDX-License-Identifier: MIT
// The steps of `toHaveHappenedInOrder`: each is a question that one of the other matchers asks, without its verdict.
import type { Target } from '../trace/address.ts'
import type { EventKind, EventOf, MarkEvent, NamespaceType, TraceEvent } from '../trace/event.ts'
import { eventKinds } from '../trace/groups.ts'
import { historyOf } from '../trace/history.ts'
import { MisuseError, misuse } from '../trace/misuse.ts'
import type { ProgramPatternInput } from '../trace/names.ts'
import { closest } from '../trace/nearest.ts'
import { type AsymmetricMatcher, isAsymmetric, printValue, type TextPattern, valuePattern } from '../trace/pattern.ts'
import type { TraceView } from '../trace/view.ts'
import { checkCall, checkKinds, checkOptions, checkTrace } from './check.ts'
import type { Call } from './context.ts'
import type { Criterion } from './criteria.ts'
import { descriptionText } from './message.ts'
import type { Search } from './search.ts'
import { type CalledSyscallOptions, searchOf as calledSearch } from './to-have-called-syscall.ts'
import { type ConnectedOptions, searchOf as connectedSearch } from './to-have-connected-to.ts'
import { type CreatedOptions, searchOf as createdSearch } from './to-have-created.ts'
import { type DeletedOptions, searchOf as deletedSearch } from './to-have-deleted.ts'
import { type EnteredNamespaceOptions, searchOf as enteredSearch } from './to-have-entered-namespace.ts'
import { type ExecutedOptions, searchOf as executedSearch } from './to-have-executed.ts'
import { type ExitedOptions, searchOf as exitedSearch } from './to-have-exited.ts'
import { type ListenedOptions, searchOf as listenedSearch } from './to-have-listened-on.ts'
import { type OpenedOptions, searchOf as openedSearch } from './to-have-opened.ts'
import { type ProbedOptions, searchOf as probedSearch } from './to-have-probed.ts'
import { searchOf as readSearch } from './to-have-read.ts'
import { type RenamedOptions, searchOf as renamedSearch } from './to-have-renamed.ts'
import { type ResolvedNameOptions, searchOf as resolvedSearch } from './to-have-resolved-name.ts'
import { type SignalledOptions, searchOf as signalledSearch } from './to-have-signalled.ts'
import { type SyncedOptions, searchOf as syncedSearch } from './to-have-synced.ts'
import { searchOf as writtenSearch } from './to-have-written.ts'

type Without<O> = Omit<O, 'times' | 'soFar' | 'bytes'>

interface By {
  /** The program that did it. */
  readonly by?: ProgramPatternInput
}

/** Any event of a kind, or those for which something is true. (System calls have a verb of their own.) */
type EventStep = {
  readonly [K in Exclude<EventKind, 'syscall'>]: { readonly event: K; readonly where?: (event: EventOf<K>) => boolean }
}[Exclude<EventKind, 'syscall'>]

/** What happens in a step: what one matcher is asked for, with its options beside it. `true` in place of a path, program or target means any. */
export type Step =
  | ({ readonly exec: ProgramPatternInput | true } & Without<ExecutedOptions>)
  | ({ readonly open: TextPattern | true } & Without<OpenedOptions>)
  | ({ readonly read: TextPattern | true } & By)
  | ({ readonly write: TextPattern | true } & By)
  | ({ readonly create: TextPattern | true } & Without<CreatedOptions>)
  | ({ readonly delete: TextPattern | true } & Without<DeletedOptions>)
  | ({ readonly rename: TextPattern | readonly [from: TextPattern, to: TextPattern] | true } & Without<RenamedOptions>)
  | ({ readonly probe: TextPattern | true } & Without<ProbedOptions>)
  | ({ readonly sync: TextPattern | true } & Without<SyncedOptions>)
  | ({ readonly connect: Target | true } & Without<ConnectedOptions>)
  | ({ readonly listen: Target | true } & Without<ListenedOptions>)
  | ({ readonly resolve: string | RegExp | AsymmetricMatcher | true } & Without<ResolvedNameOptions>)
  | ({ readonly exit: ProgramPatternInput | true } & Without<ExitedOptions>)
  | ({ readonly signal: string | RegExp | AsymmetricMatcher | true } & Without<SignalledOptions>)
  | ({ readonly namespace: NamespaceType | AsymmetricMatcher | true } & Without<EnteredNamespaceOptions>)
  | ({ readonly syscall: string } & Without<CalledSyscallOptions>)
  | { readonly mark: string | RegExp | AsymmetricMatcher }
  | EventStep

/** A step, ready to be searched for. */
export interface WantedStep {
  /** From 1. */
  readonly number: number
  /** `write of "a.tmp"`. */
  readonly printed: string
  readonly search: Search<TraceEvent>
  readonly criteria: readonly Criterion<TraceEvent>[]
  /** What it asks of an `io` event: a file that was only mapped may be read or written at any later time. */
  readonly transfer: 'read' | 'written' | null
}

type SearchOf = (call: Call, received: unknown) => unknown

const verbs: Readonly<Record<string, SearchOf>> = {
  exec: executedSearch,
  open: openedSearch,
  read: readSearch,
  write: writtenSearch,
  create: createdSearch,
  delete: deletedSearch,
  rename: renamedSearch,
  probe: probedSearch,
  sync: syncedSearch,
  connect: connectedSearch,
  listen: listenedSearch,
  resolve: resolvedSearch,
  exit: exitedSearch,
  signal: signalledSearch,
  namespace: enteredSearch,
  syscall: calledSearch,
  mark: markSearch,
  event: eventSearch,
}

const verbNames = Object.keys(verbs)

/** Reads steps. Throws MisuseError for what cannot be one, and EvidenceError where the session did not record such events. `by`: for the steps that say nothing else. */
export function wantedSteps(call: Call, trace: TraceView, given: unknown, by: unknown): WantedStep[] {
  if (!Array.isArray(given)) throw misuse('the steps to be an array', given)
  if (given.length < 2) throw misuse('at least two steps', given, 'For one, there is a matcher of its own.')
  return given.map((step, index) => {
    try {
      return wantedStep(call, trace, step, index + 1, by)
    } catch (error) {
      if (!(error instanceof MisuseError)) throw error
      throw new MisuseError(`Step ${index + 1}: ${error.message}`)
    }
  })
}

function wantedStep(call: Call, trace: TraceView, step: unknown, number: number, by: unknown): WantedStep {
  const search = searchOf(call, trace, step, by)
  const { target, conditions } = search
  return {
    number,
    search,
    transfer: search.subject === 'read' ? 'read' : search.subject === 'write' ? 'written' : null,
    criteria: target === null ? conditions : [target, ...conditions],
    printed: descriptionText(
      search.subject,
      search.link,
      target?.printed ?? '',
      conditions.map(({ printed }) => printed),
    ),
  }
}

function searchOf(call: Call, trace: TraceView, step: unknown, by: unknown): Search<TraceEvent> {
  const list = verbNames.map((name) => `\`${name}\``).join(', ')
  if (typeof step !== 'object' || step === null || Array.isArray(step) || isAsymmetric(step))
    throw misuse('an object such as `{ write: path }`', step, `It says what happens by one of ${list}.`)
  const [verb, ...others] = verbsOf(step)
  if (verb === undefined) {
    const meant = Object.keys(step).flatMap((key) => closest(key, verbNames) ?? [])[0]
    throw misuse(
      `one of ${list} to say what happens`,
      step,
      meant === undefined ? undefined : `Did you mean \`${meant}\`?`,
    )
  }
  if (others.length > 0) throw misuse(`one thing to happen`, step, `\`${verb}\` and \`${others[0]}\` are two steps.`)
  const { [verb]: target, ...options } = step as Record<string, unknown>
  for (const key of ['times', 'soFar', 'bytes'])
    if (key in options) throw new MisuseError(`The \`${key}\` option cannot be used in a step.`)
  if (target === undefined) throw misuse(`\`${verb}\` to say of what`, target, 'For any, write `true`.')
  const whole = by === undefined || verb === 'mark' || verb === 'event' ? options : { by, ...options }
  const own: Call = { ...call, args: [...targetsOf(verb, target), whole] }
  const search = verbs[verb]!(own, trace) as Search<TraceEvent>
  if (verb === 'syscall') checkCall(call, trace, target as string)
  else checkKinds(call, trace, search.kinds)
  return search
}

/** `signal` is an option of other verbs, too. */
function verbsOf(step: object): string[] {
  const found = Object.keys(step).filter((key) => Object.hasOwn(verbs, key))
  return found.length > 1 ? found.filter((verb) => verb !== 'signal') : found
}

/** What the matcher of a verb takes before its options. */
function targetsOf(verb: string, target: unknown): unknown[] {
  if (verb !== 'rename') return [target === true ? undefined : target]
  if (target === true) return [undefined, undefined]
  if (!Array.isArray(target)) return [target, undefined]
  if (target.length === 2) return target
  throw misuse('`rename` to be the old path, or the old and the new one', target)
}

function markSearch(call: Call, received: unknown): Search<MarkEvent> {
  const trace = checkTrace(received)
  const [label, options] = call.args
  checkOptions(options, [])
  const pattern = valuePattern(label, 'the label of the mark')
  return {
    ...plainSearch(call, trace),
    subject: 'mark',
    kinds: ['mark'],
    target: {
      printed: pattern.printed,
      test: (event) => pattern.match(event.label),
      reason: (event) => `its label is ${printValue(event.label)}`,
    },
    conditions: [],
  }
}

function eventSearch(call: Call, received: unknown): Search<TraceEvent> {
  const trace = checkTrace(received)
  const [kind, options] = call.args
  const { where } = checkOptions<{ where?: unknown }>(options, ['where'])
  if (!isKind(kind)) {
    const meant = typeof kind === 'string' ? closest(kind, eventKinds) : null
    throw misuse('a kind of event', kind, meant === null ? undefined : `Did you mean '${meant}'?`)
  }
  if (kind === 'syscall') throw misuse('another kind of event', kind, "Write `{ syscall: 'getrandom' }`.")
  if (where !== undefined && typeof where !== 'function') throw misuse('the `where` option to be a function', where)
  const test = where as ((event: TraceEvent) => unknown) | undefined
  return {
    ...plainSearch(call, trace),
    subject: kind,
    kinds: [kind],
    target: null,
    conditions:
      test === undefined
        ? []
        : [
            {
              printed: printValue(test),
              test: (event) => (isTrue(test(event)) ? 'yes' : 'no'),
              reason: () => `not so: ${printValue(test)}`,
            },
          ],
  }
}

/** Nothing is not true; what is neither true nor false is perhaps meant to be true, a promise above all. */
function isTrue(answer: unknown): boolean {
  if (typeof answer === 'boolean' || answer === undefined || answer === null) return answer === true
  throw misuse('the `where` option to return true or false', answer)
}

function isKind(kind: unknown): kind is EventKind {
  return (eventKinds as readonly unknown[]).includes(kind)
}

function plainSearch(call: Call, trace: TraceView) {
  return {
    call,
    trace,
    history: historyOf(trace),
    link: 'of' as const,
    times: undefined,
    soFar: false,
    distance: () => null,
  }
}
