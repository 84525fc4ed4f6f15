// SPDX-License-Identifier: MIT
// Calls about sockets.
import type { Facts } from './model.ts'
import { factsReader, namesOf, numberOf, outcome, type Readers, readersOf, type Told } from './strace-args.ts'
import { parseArguments, type StraceValue } from './strace-values.ts'

const types: Readonly<Record<string, string>> = {
  SOCK_STREAM: 'stream',
  SOCK_DGRAM: 'datagram',
  SOCK_SEQPACKET: 'seqpacket',
  SOCK_RAW: 'raw',
}

/** Numbers of protocols, whatever their family. */
const protocols: Readonly<Record<string, number>> = {
  ...{
    IPPROTO_IP: 0,
    IPPROTO_ICMP: 1,
    IPPROTO_TCP: 6,
    IPPROTO_UDP: 17,
    IPPROTO_ICMPV6: 58,
    IPPROTO_RAW: 255,
    IPPROTO_MPTCP: 262,
  },
  ...{ NETLINK_ROUTE: 0, NETLINK_SOCK_DIAG: 4, NETLINK_AUDIT: 9, NETLINK_KOBJECT_UEVENT: 15, NETLINK_GENERIC: 16 },
}

const socket = factsReader(([family, type, protocol], _, call): Facts => {
  const kind = namesOf(type).find((name) => name in types)
  const name = protocol?.kind === 'word' ? protocol.text : ''
  const asked = familyName(namesOf(family).join())
  const made = outcome(call) === 'ok'
  // packet(7): an obsolete way to ask for a packet socket.
  const isPacket = asked === 'packet' || (made && asked === 'inet' && namesOf(type).includes('SOCK_PACKET'))
  // unix(7): a raw one is a datagram socket.
  const isRawUnix = made && asked === 'unix' && kind === 'SOCK_RAW'
  return {
    kind: 'socket',
    family: isPacket ? 'packet' : asked,
    socketType: isRawUnix ? 'datagram' : kind === undefined ? 'other' : (types[kind] as string),
    // Of packet sockets it is the type of a frame.
    protocol: isPacket ? null : (protocols[name] ?? numberOf(protocol)),
  }
})

function familyName(name: string): string {
  return /^(?:0x[0-9a-f]+|\d+)$/.test(name) ? `family ${Number(name)}` : name.replace('AF_', '').toLowerCase()
}

export const networkReaders: Readers = {
  socket,
  socketpair: socket,
  // What strace-dns.ts looks at.
  ...readersOf(['send', 'recv', 'recvfrom', 'recvmsg', 'recvmmsg', 'recvmmsg_time64'], () => () => null),
  connect: (call) => ({
    act: { kind: 'connect', address: address(parseArguments(call.args)[1]), outcome: outcome(call) },
  }),
  bind: factsReader((a) => ({ kind: 'bind', address: address(a[1]) })),
  listen: factsReader((a) => ({ kind: 'listen', backlog: numberOf(a[1]) })),
  // known-differences.ts, `accepted-peer`.
  accept: factsReader(() => ({ kind: 'accept' })),
  accept4: factsReader(() => ({ kind: 'accept' })),
  sendto: (call) => {
    const [, , , flags, to] = parseArguments(call.args)
    // TCP's own: it connects. The address that counts is the socket's.
    if (namesOf(flags).includes('MSG_FASTOPEN'))
      return { act: { kind: 'connect', address: 'none', outcome: outcome(call) } }
    return sent(call.name, to?.kind === 'struct' ? to : null, outcome(call))
  },
  sendmsg: (call) => sent(call.name, nameOf(parseArguments(call.args)[1]), outcome(call)),
  // Each message of its own: as many as the result says were sent, and the next, which was refused, for a reason that the call does not give; of a failure the first.
  sendmmsg: (call) => {
    const [, messages] = parseArguments(call.args)
    const all = messages?.kind === 'list' ? messages.items : []
    const names = all.map((message) => (message.kind === 'struct' ? nameOf(message.fields.get('msg_hdr')) : null))
    const taken = outcome(call) === 'ok' ? (call.result.value ?? 0) : 0
    const told = names
      .slice(0, taken + 1)
      .map((name, n) => sent(call.name, name, n < taken ? 'ok' : taken > 0 ? 'no answer' : outcome(call)))
    return { acts: told.flatMap((one) => (one !== null && 'act' in one ? [one.act] : [])) }
  },
}

/** The address of a message; null without one. */
function nameOf(message: StraceValue | undefined): StraceValue | null {
  const name = message?.kind === 'struct' ? message.fields.get('msg_name') : undefined
  return name?.kind === 'struct' ? name : null
}

function sent(call: string, to: StraceValue | null, how: string): Told {
  if (to === null) return null
  return { act: { kind: 'call', call, facts: { kind: 'send', address: address(to) }, outcome: how } }
}

/** `inet 127.0.0.1:80`, `inet6 [::1]:80`, `unix /path`, `unix @abstract`, else the family. */
export function address(value: StraceValue | undefined): string {
  if (value?.kind !== 'struct') return 'none'
  const { fields } = value
  const family = fields.get('sa_family')
  const word = family?.kind === 'word' ? family.text : ''
  const port = (name: string) => {
    const found = fields.get(name)
    const number = found?.kind === 'call' ? found.args[0] : undefined
    return number?.kind === 'word' ? number.text : '?'
  }
  const text = (name: string, n: number) => {
    const found = fields.get(name)
    const host = found?.kind === 'call' ? found.args[n] : undefined
    return host?.kind === 'string' ? host.bytes : '?'
  }
  if (word === 'AF_INET') return `inet ${text('sin_addr', 0)}:${port('sin_port')}`
  if (word === 'AF_INET6') return `inet6 [${text('inet_pton', 1)}]:${port('sin6_port')}`
  const path = fields.get('sun_path')
  if (word === 'AF_UNIX') return path?.kind === 'string' ? `unix ${path.abstract ? '@' : ''}${path.bytes}` : 'unix'
  return word
}
