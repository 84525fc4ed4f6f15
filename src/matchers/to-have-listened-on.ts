// SPDX-License-Identifier: MIT
import { addressPattern, type Target } from '../trace/address.ts'
import { eachClass } from '../trace/classes.ts'
import type { Transport } from '../trace/event.ts'
import type { AsymmetricMatcher } from '../trace/pattern.ts'
import { isUnix, renderPeer } from '../trace/render.ts'
import type { TraceView } from '../trace/view.ts'
import { checked } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { type Criterion, resultCriterion } from './criteria.ts'
import {
  type ListeningEvent,
  listeningKinds,
  listeningTarget,
  reachableCriterion,
  transportCriterion,
} from './listen-criteria.ts'
import { question, type SearchOptions } from './question.ts'
import { answer, type Search } from './search.ts'

export interface ListenedOptions extends SearchOptions {
  /** `'udp'` counts every UDP socket that was bound, also to a port that the kernel chose. */
  readonly transport?: Transport | AsymmetricMatcher
  /** Look for failed attempts with this errno, such as `'EADDRINUSE'`, instead of sockets that listen. */
  readonly errno?: string | AsymmetricMatcher
}

/**
 * A socket took connections: TCP, unix. UDP has none: there a socket counts that was bound to a port of its choice. Who listens on every address (`0.0.0.0`, `::`) listens on each. Its absence,
 * and `times`, need a complete trace in which nobody still runs.
 */
export function toHaveListenedOn(
  this: MatcherContext,
  received: unknown,
  ...args: [target?: Target, options?: ListenedOptions]
): MatcherResult {
  const call: Call = { context: this, matcher: 'toHaveListenedOn', args }
  return answer(checked(call, () => searchOf(call, received)))
}

export function searchOf(call: Call, received: unknown): Search<ListeningEvent> {
  const { trace, root, options, by, base } = question<ListenedOptions>(
    call,
    received,
    ['transport', 'errno'],
    'the target',
  )
  const [target] = call.args
  const pattern = target === undefined ? null : addressPattern(target, root)
  const conditions: Criterion<ListeningEvent>[] = [
    // A bind that fails is how a server most often does.
    ...(options.errno === undefined ? [reachableCriterion(options.transport === 'udp')] : []),
    resultCriterion(options.errno),
  ]
  if (options.transport !== undefined) conditions.push(transportCriterion(options.transport))
  return {
    ...base,
    subject: 'listen',
    link: 'on',
    kinds: listeningKinds,
    target: pattern === null ? null : listeningTarget(pattern),
    conditions: [...conditions, ...by],
    distance: (event) => (isUnix(event.address) ? 2 : 1),
    otherwise: () => listening(trace),
  }
}

function listening(trace: TraceView): string[] {
  const found = new Set<string>()
  eachClass(trace, ['listen'], (event) => {
    if (event.result.ok) found.add(renderPeer(event))
  })
  return found.size === 0 ? ['Nobody listened.'] : [`Listened: ${[...found].join(', ')}`]
}
