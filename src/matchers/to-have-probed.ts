// SPDX-License-Identifier: MIT
import type { ProbeEvent } from '../trace/event.ts'
import { probeKinds } from '../trace/kinds.ts'
import type { AsymmetricMatcher, TextPattern } from '../trace/pattern.ts'
import { checked } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { type Criterion, resultCriterion } from './criteria.ts'
import { distanceTo, filePattern, pathCriterion, projectFiles } from './path-criteria.ts'
import { foundCriterion, probeCallCriterion, probedFiles, refuseFoundWithErrno } from './probe-criteria.ts'
import { question, type SearchOptions } from './question.ts'
import { answer, type Search } from './search.ts'

export interface ProbedOptions extends SearchOptions {
  /** Whether there was such a file: true for a call that worked, false for ENOENT and ENOTDIR. Without it either counts. */
  readonly found?: boolean
  /** Probes that failed with this errno. */
  readonly errno?: string | AsymmetricMatcher
  /** A kind of probe, by whatever call (`'stat'`, `'access'`, `'readlink'`, `'list'`), or the name of one call, such as `'statx'`. */
  readonly call?: string | AsymmetricMatcher
}

/**
 * A file was looked at by name, found or not: stat, access, readlink, or listing a folder. `times` counts each process, call, path and result once, however often it came. Its absence, and
 * `times`, need a complete trace in which nobody still runs.
 */
export function toHaveProbed(
  this: MatcherContext,
  received: unknown,
  ...args: [path?: TextPattern, options?: ProbedOptions]
): MatcherResult {
  const call: Call = { context: this, matcher: 'toHaveProbed', args }
  return answer(checked(call, () => searchOf(call, received)))
}

export function searchOf(call: Call, received: unknown): Search<ProbeEvent> {
  const { trace, root, options, by, base } = question<ProbedOptions>(
    call,
    received,
    ['found', 'errno', 'call'],
    'the path',
  )
  const [path] = call.args
  refuseFoundWithErrno(options)
  const pattern = path === undefined ? null : filePattern(path, root, 'the path')
  const near = distanceTo(pattern?.wanted ?? null)
  const conditions: Criterion<ProbeEvent>[] = []
  if (options.found !== undefined) conditions.push(foundCriterion(options.found))
  if (options.errno !== undefined) conditions.push(resultCriterion(options.errno))
  if (options.call !== undefined) conditions.push(probeCallCriterion(options.call))
  return {
    ...base,
    subject: 'probe',
    link: 'of',
    kinds: probeKinds,
    target: pattern === null ? null : pathCriterion<ProbeEvent>(pattern, probedFiles),
    conditions: [...conditions, ...by],
    distance: (event) => near(event.path),
    otherwise: () => projectFiles<ProbeEvent>(trace, probeKinds, 'probed', ({ path: probed }) => probed),
  }
}
