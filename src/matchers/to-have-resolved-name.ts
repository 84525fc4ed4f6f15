// SPDX-License-Identifier: MIT
import { escapeText } from '../trace/escape.ts'
import type { DnsEvent } from '../trace/event.ts'
import { hostTest } from '../trace/host.ts'
import { type HostPattern, hostNames, hostPattern } from '../trace/host-names.ts'
import { misuse } from '../trace/misuse.ts'
import { editDistance, slipLimit } from '../trace/nearest.ts'
import { type AsymmetricMatcher, isAsymmetric, printValue, type TextPattern } from '../trace/pattern.ts'
import type { TraceView } from '../trace/view.ts'
import { checked } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { type Criterion, resultCriterion } from './criteria.ts'
import { question, type SearchOptions } from './question.ts'
import { answer, type Search } from './search.ts'

export interface ResolvedNameOptions extends SearchOptions {
  /** What was asked for: `'A'`, `'AAAA'`, `'MX'` … */
  readonly type?: string | AsymmetricMatcher
  /** An address that was answered, or a block: `'93.184.216.34'`, `'10.0.0.0/8'`. */
  readonly address?: string | RegExp | AsymmetricMatcher
  /** Questions that could not be sent, for this errno, such as `'ENETUNREACH'`. */
  readonly errno?: string | AsymmetricMatcher
  /** How it was answered: `'NOERROR'`, `'NXDOMAIN'`, `'SERVFAIL'` …; null: not at all. Without it a question counts, whatever became of it. */
  readonly status?: string | null | AsymmetricMatcher
}

/**
 * A name was asked of a DNS server, or it was tried. What a daemon resolves for others (nscd, systemd-resolved by its socket) does not show, and neither does DNS over TLS or HTTPS; what /etc/hosts tells is
 * no question. Its absence, and `times`, need a complete trace in which nobody still runs and no such daemon was asked.
 */
export function toHaveResolvedName(
  this: MatcherContext,
  received: unknown,
  ...args: [name?: TextPattern, options?: ResolvedNameOptions]
): MatcherResult {
  const call: Call = { context: this, matcher: 'toHaveResolvedName', args }
  return answer(checked(call, () => searchOf(call, received)))
}

export function searchOf(call: Call, received: unknown): Search<DnsEvent> {
  const { trace, options, by, base } = question<ResolvedNameOptions>(
    call,
    received,
    ['type', 'address', 'status', 'errno'],
    'the name',
  )
  const [name] = call.args
  const pattern = name === undefined ? null : hostPattern(name, 'the name')
  const conditions: Criterion<DnsEvent>[] = []
  if (options.type !== undefined) conditions.push(typeCriterion(options.type))
  if (options.errno !== undefined) conditions.push(resultCriterion(options.errno))
  if (options.status !== undefined) conditions.push(statusCriterion(options.status))
  if (options.address !== undefined) conditions.push(addressCriterion(options.address))
  return {
    ...base,
    subject: 'question',
    link: 'for',
    kinds: ['dns'],
    target: pattern === null ? null : nameCriterion(pattern),
    conditions: [...conditions, ...by],
    distance: (event) => distanceOf(pattern, event.name),
    otherwise: () => askedNames(trace),
    doubts: () => hostNames(trace).services(),
  }
}

function nameCriterion(pattern: HostPattern): Criterion<DnsEvent> {
  return {
    printed: pattern.printed,
    test: ({ name }) => (pattern.match(name) ? 'yes' : 'no'),
    reason: () => 'another name',
  }
}

/** A record type or a status: upper-case words, of which there are more than one would list. */
function typeCriterion(expected: unknown): Criterion<DnsEvent> {
  const matches = upperWordTest(expected, '`type`', "one such as 'A', 'AAAA' or 'MX'")
  return {
    printed: `type ${printValue(expected)}`,
    test: ({ type }) => (matches(type) ? 'yes' : 'no'),
    reason: ({ type }) => `its type is ${escapeText(type)}`,
  }
}

function statusCriterion(expected: unknown): Criterion<DnsEvent> {
  const matches =
    expected === null
      ? (actual: string | null) => actual === null
      : upperWordTest(expected, '`status`', "one such as 'NOERROR' or 'NXDOMAIN', or null")
  return {
    printed: `status ${printValue(expected)}`,
    test: ({ status }) => (matches(status) ? 'yes' : 'no'),
    reason: ({ status }) => (status === null ? 'it was not answered' : `its status is ${escapeText(status)}`),
  }
}

function upperWordTest(expected: unknown, what: string, example: string): (actual: string | null) => boolean {
  if (isAsymmetric(expected)) return (actual) => expected.asymmetricMatch(actual)
  if (typeof expected === 'string' && /^[A-Z][A-Z0-9-]*$/.test(expected)) return (actual) => actual === expected
  const upper = typeof expected === 'string' && /^[a-z][a-z0-9-]*$/i.test(expected) ? expected.toUpperCase() : null
  throw misuse(
    `the ${what} option to be ${example} or an asymmetric matcher`,
    expected,
    upper === null ? undefined : `Did you mean '${upper}'?`,
  )
}

function addressCriterion(expected: unknown): Criterion<DnsEvent> {
  const test = hostTest(expected, null)
  const addressesOf = ({ answers }: DnsEvent) =>
    answers.filter(({ type }) => type === 'A' || type === 'AAAA').map(({ data }) => data)
  return {
    printed: `address ${printValue(expected)}`,
    test: (event) =>
      addressesOf(event).some((address) => test.match(address, 0, 0) === 'yes')
        ? 'yes'
        : event.truncated
          ? 'unknown'
          : 'no',
    reason: (event) => {
      if (event.truncated) return 'its answer was cut: there are more addresses than it holds'
      const addresses = addressesOf(event)
      return addresses.length === 0
        ? 'no address was answered'
        : `it was answered ${addresses.map(escapeText).join(', ')}`
    },
  }
}

/** How far a name is from the wanted one; a name of the same domain is near as well. */
function distanceOf(pattern: HostPattern | null, name: string): number | null {
  if (pattern === null || pattern.wanted === null) return null
  const limit = slipLimit(pattern.wanted)
  const changes = editDistance(pattern.wanted, name, limit)
  if (changes <= limit) return changes
  const isRelated = name.endsWith(`.${pattern.wanted}`) || pattern.wanted.endsWith(`.${name}`)
  return isRelated ? limit + 1 : null
}

const mostNames = 8

function askedNames(trace: TraceView): string[] {
  const names = [...new Set(trace.ofKind('dns').map(({ name }) => name))]
  if (names.length === 0) return ['Nothing was asked of DNS.', ...hostNames(trace).services()]
  const more = names.length > mostNames ? `, … ${names.length - mostNames} more` : ''
  return [`Asked of DNS: ${names.slice(0, mostNames).map(escapeText).join(', ')}${more}`]
}
