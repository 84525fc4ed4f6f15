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
import { type Access, failureNote, isAbsent } from './access.ts'

const nothing: readonly Access[] = []

/** A peer that is taken away, or an address that the kernel itself could not read, leads nowhere. */
function isNowhere({ family }: Address): boolean {
  return family === 'unspec' || family === 'unknown'
}

function isOther(address: Address): boolean {
  return !isInet(address) && !isUnix(address) && !isNowhere(address)
}

/** What a family of its own is reached by. Netlink speaks to the kernel; which of its protocols it is the socket tells. */
function ofFamily(family: string, note: string): readonly Access[] {
  return family === 'netlink' ? nothing : [{ on: 'family', class: 'family', family, note }]
}

/** That a datagram socket gets a peer without a port sends nothing and cannot: the C library asks for routes so. */
export function ofConnect(event: ConnectEvent): readonly Access[] {
  const { address, asked, process, seq, transport, outcome, errno } = event
  if (isOther(address)) return ofFamily(address.family, '')
  if (isNowhere(address) || (outcome === 'associated' && isInet(address) && address.port === 0)) return nothing
  const note = outcome === 'established' || outcome === 'associated' ? '' : ` -> ${renderOutcome(event)}`
  const missing = isUnix(address) && !address.abstract && (errno === 'ENOENT' || errno === 'ENOTDIR')
  return [{ on: 'socket', class: 'connect', address, asked, process, seq, transport, missing, note }]
}

export function ofSend(event: SendEvent): readonly Access[] {
  const { address, process, seq, transport, result } = event
  if (isOther(address)) return ofFamily(address.family, failureNote(event))
  if (isNowhere(address)) return nothing
  const missing = isUnix(address) && !address.abstract && isAbsent(result)
  return [
    { on: 'socket', class: 'send', address, asked: null, process, seq, transport, missing, note: failureNote(event) },
  ]
}

/** An address of its own by which the program can be reached. */
export function ofServer(event: BindEvent | ListenEvent | AcceptEvent): readonly Access[] {
  const address = event.kind === 'accept' ? event.local : event.address
  if (!isInet(address) && !isUnix(address)) return nothing
  if (isUnix(address) && address.path === '') return nothing
  if (event.kind === 'accept' && !event.result.ok) return nothing
  if (event.kind === 'bind' && isInet(address) && !isReachable(event)) return nothing
  const { process, seq, transport } = event
  const note = ` (${event.kind})${failureNote(event)}`
  return [{ on: 'socket', class: 'listen', address, asked: null, process, seq, transport, missing: false, note }]
}

/** TCP is reached when it listens. A datagram socket is when it is bound; to any port clients bind theirs, as sending does by itself. */
function isReachable({ transport, asked, address }: BindEvent): boolean {
  const given = asked ?? address
  return transport !== 'tcp' && isInet(given) && given.port !== 0
}

const plainFamilies = new Set(['inet', 'inet6', 'unix', 'unspec'])

export function ofSocket(event: SocketEvent): readonly Access[] {
  const { family, socketType, protocol } = event
  if (family === 'netlink' && protocol === 0) return nothing // routes and interfaces, which the C library asks for
  const isPlain = plainFamilies.has(family)
  if (isPlain && (socketType !== 'raw' || !family.startsWith('inet'))) return nothing
  return [{ on: 'family', class: 'family', family: isPlain ? `${family} raw` : family, note: failureNote(event) }]
}

export function ofDns({ name, type, server, seq }: DnsEvent): readonly Access[] {
  return [{ on: 'name', class: 'resolve', name, type, server, seq }]
}
