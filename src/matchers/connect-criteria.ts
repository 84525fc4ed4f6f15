// SPDX-License-Identifier: MIT
import type { AddressPattern } from '../trace/address.ts'
import { eachClass } from '../trace/classes.ts'
import { escapeText, showText } from '../trace/escape.ts'
import type { Address, ConnectEvent, ConnectOutcome } from '../trace/event.ts'
import type { HostNames } from '../trace/host-names.ts'
import { printValue, type Verdict } from '../trace/pattern.ts'
import { isInet, isUnix, renderAddress, renderOutcome } from '../trace/render.ts'
import type { Alike } from '../trace/traits.ts'
import type { TraceView } from '../trace/view.ts'
import { alike, atMoment, type Criterion, choiceTest, errnoTest } from './criteria.ts'

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

export function targetCriterion(pattern: AddressPattern, names: HostNames): Criterion<ConnectEvent> {
  const verdictAt = (address: Address, asked: Address | null, seq?: number): Verdict => {
    const verdict = pattern.match(address, seq)
    return verdict === 'yes' || asked === null ? verdict : either(verdict, pattern.match(asked, seq))
  }
  return atMoment<ConnectEvent>({
    printed: pattern.printed,
    of({ address, asked }) {
      if (pattern.name === null) return verdictAt(address, asked)
      const verdicts: (Verdict | undefined)[] = []
      return ({ seq }) => {
        const moment = names.momentOf(seq)
        verdicts[moment] ??= verdictAt(address, asked, seq)
        return verdicts[moment]
      }
    },
    reason: ({ address, seq }) => {
      if (isUnread(address)) return 'its address could not be read'
      if (pattern.isOtherPort(address, seq)) return 'another port'
      return pattern.name === null ? 'another address' : nameReason(pattern, names, address, seq)
    },
    note: ({ address, asked, seq }) => {
      if (pattern.match(address, seq) === 'yes')
        return pattern.name === null ? null : `matched by: ${namesText(names, address, seq)}`
      return asked !== null && pattern.match(asked, seq) === 'yes'
        ? `matched by: asked address ${renderAddress(asked)}`
        : null
    },
  })
}

/** Why an address is not, or not known to be, one of a name. */
function nameReason(pattern: AddressPattern, names: HostNames, address: Address, seq: number): string {
  if (isLater(pattern, names, address))
    return `it was told to be ${pattern.printed} only later: it may have been before`
  const known = namesText(names, address, seq)
  if (known !== '') return `another name: ${known}`
  const asked = pattern.name !== null && names.wasAsked(pattern.name)
  const whether = asked ? 'DNS did not give it for that name' : 'nothing asked DNS for that name'
  if (pattern.match(address, seq) === 'unknown')
    return `what name its address had is not known (${whether}, and ${names.elsewhere(seq)}): it may be ${pattern.printed}`
  return `another address: ${whether}`
}

/** Whether, of an address that did not match, a later answer tells the name. */
function isLater({ name }: AddressPattern, names: HostNames, address: Address): boolean {
  if (name === null || !isInet(address)) return false
  return names.namesOf(address.host, Number.POSITIVE_INFINITY).some((known) => name.match(known.name))
}

/** `a.example (DNS), b.example (DNS)`. */
function namesText(names: HostNames, address: Address, seq: number): string {
  if (!isInet(address)) return ''
  const known = names.namesOf(address.host, seq).map(({ name, from }) => `${escapeText(name)} (${from})`)
  return [
    ...known.slice(0, mostNames),
    ...(known.length > mostNames ? [`… ${known.length - mostNames} more`] : []),
  ].join(', ')
}

const mostNames = 3

function either<V extends string>(one: V, other: V): V | 'no' {
  return other === 'no' ? one : other
}

function isUnread(address: Address): boolean {
  return isUnix(address) && typeof address.path !== 'string'
}

/** connect(2) with AF_UNSPEC takes a peer away, and one whose address the kernel could not read goes nowhere. */
export const peerCriterion: Criterion<ConnectEvent> = alike<ConnectEvent>({
  printed: '',
  test: ({ address }) => (address.family === 'unknown' || address.family === 'unspec' ? 'no' : 'yes'),
  reason: () => 'it had no address',
})

/**
 * Without a target: an attempt to reach the network counts whatever became of it, but a unix socket that nobody listens on is on this machine and leads nowhere. The C
 * library looks for such a one (nscd's) in half of all programs.
 */
export const somebodyCriterion: Criterion<ConnectEvent> = alike<ConnectEvent>({
  printed: '',
  test: ({ address, outcome }) => (isUnix(address) && (outcome === 'failed' || outcome === 'refused') ? 'no' : 'yes'),
  reason: () => 'nobody listens on that unix socket',
})

export function addressCriterion(
  name: string,
  expected: unknown,
  test: (address: Address) => boolean,
): Criterion<ConnectEvent> {
  return alike<ConnectEvent>({
    printed: `${name} ${printValue(expected)}`,
    test: ({ address }) => (test(address) ? 'yes' : 'no'),
    reason: ({ address }) => {
      const actual = name === 'port' ? (isInet(address) ? String(address.port) : 'none') : address.family
      return `its ${name} is ${showText(actual)}`
    },
  })
}

/** It failed, and the program alone was told how. */
function failedSomehow({ outcome, errno }: Alike<ConnectEvent>): boolean {
  return outcome === 'failed' && errno === null
}

function outcomeReason(event: ConnectEvent): string {
  if (event.outcome === 'inProgress') return 'still in progress, so its outcome is not known'
  return failedSomehow(event) ? 'it failed, but how is not known' : `its outcome is ${renderOutcome(event)}`
}

const failures: readonly ConnectOutcome[] = ['refused', 'unreachable', 'timedOut']

/** While a connection is being made it is not known what becomes of it. */
export function outcomeCriterion(expected: unknown): Criterion<ConnectEvent> {
  const matches = choiceTest(expected, 'outcome', outcomes)
  return alike<ConnectEvent>({
    printed: `outcome ${printValue(expected)}`,
    test: (event) => {
      if (matches(event.outcome)) return 'yes'
      if (event.outcome === 'inProgress') return 'unknown'
      return failedSomehow(event) && failures.some((failure) => matches(failure)) ? 'unknown' : 'no'
    },
    reason: outcomeReason,
  })
}

export function errnoCriterion(expected: unknown): Criterion<ConnectEvent> {
  const matches = errnoTest(expected)
  return alike<ConnectEvent>({
    printed: `errno ${printValue(expected)}`,
    test: (event) => {
      if (event.errno !== null && matches(event.errno)) return 'yes'
      return event.outcome === 'inProgress' || failedSomehow(event) ? 'unknown' : 'no'
    },
    reason: outcomeReason,
  })
}

export function datagrams(trace: TraceView, pattern: AddressPattern | null): string[] {
  const to = new Set<string>()
  eachClass(trace, ['send'], ({ address }) => {
    if (pattern === null || pattern.match(address) === 'yes') to.add(renderAddress(address))
  })
  if (to.size === 0) return []
  return [`Datagrams were sent without a connection (that is no connect): ${[...to].slice(0, 5).join(', ')}`]
}
