// SPDX-License-Identifier: MIT
import { type AddressPattern, addressPattern, familyTest, portTest, type Target } from '../trace/address.ts'
import { showText } from '../trace/escape.ts'
import type { Address, ConnectEvent, ConnectOutcome } from '../trace/event.ts'
import { historyOf } from '../trace/history.ts'
import type { ProgramPatternInput } from '../trace/names.ts'
import { type AsymmetricMatcher, printValue } from '../trace/pattern.ts'
import { isInet, isUnix, renderAddress, renderOutcome } from '../trace/render.ts'
import type { TraceView } from '../trace/view.ts'
import { checked, checkGroup, checkOptions, checkTimes, checkTrace } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { byCriterion, type Criterion, choiceTest, errnoTest } from './criteria.ts'
import { answer, type Search } from './search.ts'

export interface ConnectedOptions {
  /** How it ended; without it an attempt counts, whatever became of it. */
  readonly outcome?: ConnectOutcome | AsymmetricMatcher
  /** The errno it ended with, such as `'ECONNREFUSED'`. */
  readonly errno?: string | AsymmetricMatcher
  readonly port?: number | AsymmetricMatcher
  /** IPv4-mapped IPv6 is `'inet'`. */
  readonly family?: 'inet' | 'inet6' | 'unix' | AsymmetricMatcher
  /** The program that connected: what the process ran at the time. */
  readonly by?: ProgramPatternInput
  /** How often, exactly. */
  readonly times?: number
}

const known = ['outcome', 'errno', 'port', 'family', 'by', 'times'] as const

const outcomes: readonly ConnectOutcome[] = [
  'established',
  'associated',
  'refused',
  'unreachable',
  'timedOut',
  'failed',
  'abandoned',
  'inProgress',
]

/**
 * A socket was connected, or it was tried: TCP, UDP with a fixed peer, unix. A datagram sent without a connection is none. Without a
 * target, a unix socket on which nobody listens is none either. Its absence, and `times`, need a complete trace.
 */
export function toHaveConnectedTo(
  this: MatcherContext,
  received: unknown,
  target?: Target,
  options?: ConnectedOptions,
): MatcherResult {
  const call: Call = { context: this, matcher: 'toHaveConnectedTo', args: [target, options] }
  const search = checked(call, () => searchOf(call, received, target, options))
  checkGroup(call, search.trace, 'network')
  return answer(search)
}

function searchOf(call: Call, received: unknown, target: unknown, given: unknown): Search<ConnectEvent> {
  const trace = checkTrace(received)
  const options = checkOptions<ConnectedOptions>(given, known)
  const root = trace.info.projectRoot
  const history = historyOf(trace)
  const pattern = target === undefined ? null : addressPattern(target, root)
  const times = checkTimes(options.times)
  const conditions: Criterion<ConnectEvent>[] = [peerCriterion]
  if (pattern === null && options.outcome === undefined && options.errno === undefined && options.family === undefined)
    conditions.push(somebodyCriterion)
  if (options.port !== undefined) conditions.push(addressCriterion('port', options.port, portTest(options.port)))
  if (options.family !== undefined)
    conditions.push(addressCriterion('family', options.family, familyTest(options.family)))
  if (options.outcome !== undefined) conditions.push(outcomeCriterion(options.outcome))
  if (options.errno !== undefined) conditions.push(errnoCriterion(options.errno))
  if (options.by !== undefined) conditions.push(byCriterion(options.by, root, history))
  return {
    call,
    trace,
    history,
    subject: 'connect',
    link: 'to',
    events: trace.ofKind('connect'),
    target: pattern === null ? null : targetCriterion(pattern),
    conditions,
    times,
    distance: (event) => (isUnix(event.address) ? 2 : 1),
    otherwise: () => datagrams(trace, pattern),
  }
}

function targetCriterion(pattern: AddressPattern): Criterion<ConnectEvent> {
  return {
    printed: pattern.printed,
    test(event) {
      const verdict = pattern.match(event.address)
      return verdict === 'yes' || event.asked === null ? verdict : either(verdict, pattern.match(event.asked))
    },
    reason: (event) => (isUnread(event.address) ? 'its address could not be read' : 'another address'),
    note: (event) =>
      pattern.match(event.address) !== 'yes' && event.asked !== null && pattern.match(event.asked) === 'yes'
        ? `matched by: asked address ${renderAddress(event.asked)}`
        : null,
  }
}

function either<V extends string>(one: V, other: V): V | 'no' {
  return other === 'no' ? one : other
}

function isUnread(address: Address): boolean {
  return isUnix(address) && typeof address.path !== 'string'
}

/** connect(2) with AF_UNSPEC takes a peer away, and one whose address the kernel could not read goes nowhere. */
const peerCriterion: Criterion<ConnectEvent> = {
  printed: '',
  test: ({ address }) => (address.family === 'unknown' || address.family === 'unspec' ? 'no' : 'yes'),
  reason: () => 'it had no address',
}

/**
 * Without a target: an attempt to reach the network counts whatever became of it, but a unix socket that nobody listens on is on this machine and leads nowhere. The C
 * library looks for such a one (nscd's) in half of all programs.
 */
const somebodyCriterion: Criterion<ConnectEvent> = {
  printed: '',
  test: ({ address, outcome }) => (isUnix(address) && (outcome === 'failed' || outcome === 'refused') ? 'no' : 'yes'),
  reason: () => 'nobody listens on that unix socket',
}

function addressCriterion(
  name: string,
  expected: unknown,
  test: (address: Address) => boolean,
): Criterion<ConnectEvent> {
  return {
    printed: `${name} ${printValue(expected)}`,
    test: ({ address }) => (test(address) ? 'yes' : 'no'),
    reason: ({ address }) => {
      const actual = name === 'port' ? (isInet(address) ? String(address.port) : 'none') : address.family
      return `its ${name} is ${showText(actual)}`
    },
  }
}

/** While a connection is being made it is not known what becomes of it. */
function outcomeCriterion(expected: unknown): Criterion<ConnectEvent> {
  const matches = choiceTest(expected, 'outcome', outcomes)
  return {
    printed: `outcome ${printValue(expected)}`,
    test: ({ outcome }) => (matches(outcome) ? 'yes' : outcome === 'inProgress' ? 'unknown' : 'no'),
    reason: (event) =>
      event.outcome === 'inProgress'
        ? 'still in progress, so its outcome is not known'
        : `its outcome is ${renderOutcome(event)}`,
  }
}

function errnoCriterion(expected: unknown): Criterion<ConnectEvent> {
  const matches = errnoTest(expected)
  return {
    printed: `errno ${printValue(expected)}`,
    test: ({ outcome, errno }) =>
      errno !== null && matches(errno) ? 'yes' : outcome === 'inProgress' ? 'unknown' : 'no',
    reason: (event) => `its outcome is ${renderOutcome(event)}`,
  }
}

function datagrams(trace: TraceView, pattern: AddressPattern | null): string[] {
  const sent = trace.ofKind('send').filter(({ address }) => pattern === null || pattern.match(address) === 'yes')
  if (sent.length === 0) return []
  const to = [...new Set(sent.map(({ address }) => renderAddress(address)))].slice(0, 5).join(', ')
  return [`Datagrams were sent without a connection (that is no connect): ${to}`]
}
