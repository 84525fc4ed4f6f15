// SPDX-License-Identifier: MIT
import type {
  AcceptEvent,
  Address,
  BindEvent,
  ConnectEvent,
  DnsEvent,
  ListenEvent,
  SendEvent,
  SocketEvent,
} from '../event.ts'
import { isInet, isUnix, renderOutcome } from '../render.ts'
import type { Alike } from '../traits.ts'
import { failureNote, isAbsent, type Use } from './access.ts'

const nothing: readonly Use[] = []

/** A peer that is taken away, or an address that the kernel itself could not read, leads nowhere. */
function isNowhere({ family }: Address): boolean {
  return family === 'unspec' || family === 'unknown'
}

function isOther(address: Address): boolean {
  return !isInet(address) && !isUnix(address) && !isNowhere(address)
}

/** What a family of its own is reached by. Netlink speaks to the kernel; which of its protocols it is the socket tells. */
function ofFamily(family: string, note: string): readonly Use[] {
  return family === 'netlink' ? nothing : [{ on: 'family', class: 'family', family, note }]
}

/** That a UDP socket gets a peer without a port is how the C library asks for routes; no server can be at that port. Sockets of ICMP have none at all. */
export function ofConnect(event: Alike<ConnectEvent>): readonly Use[] {
  const { address, asked, transport, outcome, errno } = event
  if (isOther(address)) return ofFamily(address.family, '')
  if (isNowhere(address) || (transport === 'udp' && isInet(address) && address.port === 0)) return nothing
  const note = outcome === 'established' || outcome === 'associated' ? '' : ` -> ${renderOutcome(event)}`
  const missing = isUnix(address) && !address.abstract && (errno === 'ENOENT' || errno === 'ENOTDIR')
  return [{ on: 'socket', class: 'connect', address, asked, transport, missing, note }]
}

export function ofSend(event: Alike<SendEvent>): readonly Use[] {
  const { address, transport, result } = event
  if (isOther(address)) return ofFamily(address.family, failureNote(event))
  if (isNowhere(address)) return nothing
  const missing = isUnix(address) && !address.abstract && isAbsent(result)
  return [{ on: 'socket', class: 'send', address, asked: null, transport, missing, note: failureNote(event) }]
}

/** An address of its own by which the program can be reached. */
export function ofServer(event: Alike<BindEvent | ListenEvent | AcceptEvent>): readonly Use[] {
  const address = event.kind === 'accept' ? event.local : event.address
  if (!isInet(address) && !isUnix(address)) return nothing
  if (isUnix(address) && address.path === '') return nothing
  if (event.kind === 'accept' && !event.result.ok) return nothing
  if (event.kind === 'bind' && isInet(address) && !isReachable(event)) return nothing
  const { transport } = event
  const note = ` (${event.kind})${failureNote(event)}`
  return [{ on: 'socket', class: 'listen', address, asked: null, transport, missing: false, note }]
}

/** TCP is reached when it listens. A datagram socket is when it is bound; to any port clients bind theirs, as sending does by itself. */
function isReachable({ transport, asked, address }: Alike<BindEvent>): boolean {
  const given = asked ?? address
  return transport !== 'tcp' && isInet(given) && given.port !== 0
}

const plainFamilies = new Set(['inet', 'inet6', 'unix', 'unspec'])

export function ofSocket(event: Alike<SocketEvent>): readonly Use[] {
  const { family, socketType, protocol } = event
  if (family === 'netlink' && protocol === 0) return nothing // routes and interfaces, which the C library asks for
  const isPlain = plainFamilies.has(family)
  if (isPlain && (socketType !== 'raw' || !family.startsWith('inet'))) return nothing
  return [{ on: 'family', class: 'family', family: isPlain ? `${family} raw` : family, note: failureNote(event) }]
}

export function ofDns({ name, type, server, seq }: DnsEvent): readonly Use[] {
  return [{ on: 'name', class: 'resolve', name, type, server, seq }]
}
