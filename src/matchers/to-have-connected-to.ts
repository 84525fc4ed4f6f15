// SPDX-License-Identifier: MIT
import { addressPattern, familyTest, portTest, type Target } from '../trace/address.ts'
import type { ConnectEvent, ConnectOutcome } from '../trace/event.ts'
import { historyOf } from '../trace/history.ts'
import type { ProgramPatternInput } from '../trace/names.ts'
import type { AsymmetricMatcher } from '../trace/pattern.ts'
import { isUnix } from '../trace/render.ts'
import { checked, checkGroup, checkOptions, checkSoFar, checkTarget, checkTimes, checkTrace } from './check.ts'
import {
  addressCriterion,
  datagrams,
  errnoCriterion,
  outcomeCriterion,
  peerCriterion,
  somebodyCriterion,
  targetCriterion,
} from './connect-criteria.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { byCriterion, type Criterion } from './criteria.ts'
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
  /** The verdict is about what happened so far: processes that still run do not stand in the way of one that rests on absence. */
  readonly soFar?: boolean
}

const known = ['outcome', 'errno', 'port', 'family', 'by', 'times', 'soFar'] as const

/**
 * A socket was connected, or it was tried: TCP, UDP with a fixed peer, unix. A datagram sent without a connection is none. Without a
 * target, a unix socket on which nobody listens is none either. Its absence, and `times`, need a complete trace in which nobody still runs.
 */
export function toHaveConnectedTo(
  this: MatcherContext,
  received: unknown,
  ...args: [target?: Target, options?: ConnectedOptions]
): MatcherResult {
  const call: Call = { context: this, matcher: 'toHaveConnectedTo', args }
  const search = checked(call, () => searchOf(call, received, args))
  checkGroup(call, search.trace, 'network')
  return answer(search)
}

function searchOf(call: Call, received: unknown, args: readonly unknown[]): Search<ConnectEvent> {
  const [target, given] = args
  const trace = checkTrace(received)
  checkTarget(args, 'the target')
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
    kinds: ['connect'],
    target: pattern === null ? null : targetCriterion(pattern),
    conditions,
    times,
    soFar: checkSoFar(options.soFar),
    distance: (event) => (isUnix(event.address) ? 2 : 1),
    otherwise: () => datagrams(trace, pattern),
  }
}
