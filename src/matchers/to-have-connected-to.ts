// SPDX-License-Identifier: MIT
import { addressPattern, familyTest, portTest, type Target } from '../trace/address.ts'
import type { ConnectEvent, ConnectOutcome } from '../trace/event.ts'
import { hostNames } from '../trace/host-names.ts'
import { MisuseError } from '../trace/misuse.ts'
import type { AsymmetricMatcher } from '../trace/pattern.ts'
import { isUnix } from '../trace/render.ts'
import { checked } from './check.ts'
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
import type { Criterion } from './criteria.ts'
import { question, type SearchOptions } from './question.ts'
import { answer, type Search } from './search.ts'

export interface ConnectedOptions extends SearchOptions {
  /** How it ended; without it an attempt counts, whatever became of it. */
  readonly outcome?: ConnectOutcome | AsymmetricMatcher
  /** The errno it ended with, such as `'ECONNREFUSED'`. */
  readonly errno?: string | AsymmetricMatcher
  readonly port?: number | AsymmetricMatcher
  /** IPv4-mapped IPv6 is `'inet'`. */
  readonly family?: 'inet' | 'inet6' | 'unix' | AsymmetricMatcher
}

const known = ['outcome', 'errno', 'port', 'family'] as const

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
  return answer(checked(call, () => searchOf(call, received)))
}

export function searchOf(call: Call, received: unknown): Search<ConnectEvent> {
  const { trace, root, options, by, base } = question<ConnectedOptions>(call, received, known, 'the target')
  const [target] = call.args
  const names = hostNames(trace)
  const pattern = target === undefined ? null : addressPattern(target, root, names)
  if (options.family === 'unix' && options.port !== undefined)
    throw new MisuseError("The `port` option cannot be used with the family 'unix', which has none.")
  const conditions: Criterion<ConnectEvent>[] = [peerCriterion]
  if (pattern === null && options.outcome === undefined && options.errno === undefined && options.family === undefined)
    conditions.push(somebodyCriterion)
  if (options.port !== undefined) conditions.push(addressCriterion('port', options.port, portTest(options.port)))
  if (options.family !== undefined)
    conditions.push(addressCriterion('family', options.family, familyTest(options.family)))
  if (options.outcome !== undefined) conditions.push(outcomeCriterion(options.outcome))
  if (options.errno !== undefined) conditions.push(errnoCriterion(options.errno))
  return {
    ...base,
    subject: 'connect',
    link: 'to',
    kinds: ['connect'],
    target: pattern === null ? null : targetCriterion(pattern, names),
    conditions: [...conditions, ...by],
    distance: (event) => (isUnix(event.address) ? 2 : 1),
    otherwise: () => ['Nobody connected.', ...datagrams(trace, pattern)],
  }
}
