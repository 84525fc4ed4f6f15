// SPDX-License-Identifier: MIT
// Sockets that others can reach: those that listen, and UDP sockets that are bound.
import type { AddressPattern } from '../trace/address.ts'
import type { Address, BindEvent, ListenEvent, Transport } from '../trace/event.ts'
import { printValue, type Verdict } from '../trace/pattern.ts'
import { isInet, isUnix, renderAddress } from '../trace/render.ts'
import type { Alike } from '../trace/traits.ts'
import { alike, type Criterion, choiceTest } from './criteria.ts'

export type ListeningEvent = ListenEvent | BindEvent

export const listeningKinds = ['listen', 'bind'] as const

/** Stands for every address of its machine. */
function isEvery(address: Address): boolean {
  return isInet(address) && (address.host === '0.0.0.0' || address.host === '::')
}

/** Who listens on every address listens on each. `::` takes IPv4 too, unless the socket says otherwise, which is not recorded. */
function listeningVerdict(pattern: AddressPattern, address: Address): Verdict {
  const exact = pattern.match(address)
  if (exact === 'yes' || !isEvery(address)) return exact
  const families = pattern.familiesBesideHost(address)
  if (families.has(address.family as 'inet')) return 'yes'
  return address.family === 'inet6' && families.has('inet') ? 'unknown' : exact
}

export function listeningTarget(pattern: AddressPattern): Criterion<ListeningEvent> {
  return alike<ListeningEvent>({
    printed: pattern.printed,
    test: ({ address }) => listeningVerdict(pattern, address),
    reason: ({ address }) => {
      if (isUnix(address) && typeof address.path !== 'string') return 'its address could not be read'
      if (listeningVerdict(pattern, address) === 'unknown')
        return 'it takes IPv6 of every address; whether IPv4 as well (IPV6_V6ONLY) was not recorded'
      return pattern.isOtherPort(address) ? 'another port' : 'another address'
    },
    note: ({ address }) =>
      pattern.match(address) === 'yes' ? null : `matched by: ${renderAddress(address)}, which is every address`,
  })
}

/** A stream socket is reached when it listens; a UDP socket when it is bound, to a port of its choice or, where UDP is asked for, to any. */
export function reachableCriterion(asksForUdp: boolean): Criterion<ListeningEvent> {
  return alike<ListeningEvent>({
    printed: '',
    test: (event) => {
      if (event.kind === 'listen') return 'yes'
      if (event.transport !== 'udp') return 'no'
      return asksForUdp || choosesPort(event) ? 'yes' : 'no'
    },
    reason: (event) =>
      event.kind === 'bind' && event.transport === 'udp'
        ? "bound to a port that the kernel chose, as clients do: `{ transport: 'udp' }` counts it"
        : 'bound, which by itself takes no connections',
  })
}

function choosesPort({ asked, address }: Alike<BindEvent>): boolean {
  const given = asked ?? address
  return !isInet(given) || given.port !== 0
}

const transports: readonly Transport[] = ['tcp', 'udp', 'unix', 'other']

export function transportCriterion(expected: unknown): Criterion<ListeningEvent> {
  const matches = choiceTest(expected, 'transport', transports)
  return alike<ListeningEvent>({
    printed: `transport ${printValue(expected)}`,
    test: ({ transport }) => (matches(transport) ? 'yes' : 'no'),
    reason: ({ transport }) => `its transport is ${transport}`,
  })
}
