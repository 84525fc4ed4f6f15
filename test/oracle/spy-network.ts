// SPDX-License-Identifier: MIT
// Events about sockets, as strace tells them.
import type {
  AcceptEvent,
  Address,
  BindEvent,
  ConnectEvent,
  DnsEvent,
  ListenEvent,
  SendEvent,
  SocketEvent,
} from '../../src/trace/event.ts'
import { types } from './dns-message.ts'
import type { Act, CallAct, Facts } from './model.ts'
import { bytes, outcome } from './spy-text.ts'

export function connectAct(event: ConnectEvent): Act {
  return { kind: 'connect', address: address(event.asked), outcome: outcome(event) }
}

export function socketAct(event: SocketEvent | BindEvent | ListenEvent | AcceptEvent | SendEvent): CallAct {
  return { kind: 'call', call: event.call, facts: { kind: event.kind, ...socketFacts(event) }, outcome: outcome(event) }
}

function socketFacts(event: SocketEvent | BindEvent | ListenEvent | AcceptEvent | SendEvent): Facts {
  switch (event.kind) {
    case 'socket':
      return {
        family: event.family,
        socketType: event.socketType,
        protocol: event.family === 'packet' ? null : event.protocol,
      }
    case 'bind':
      return { address: address(event.asked) }
    case 'listen':
      return { backlog: event.backlog }
    case 'accept':
      return {} // known-differences.ts, `accepted-peer`
    case 'send':
      return { address: address(event.address) }
  }
}

/** What was asked, with the answer. */
export function dnsLook(event: DnsEvent): CallAct {
  const { name, type, server, transport, status, truncated, answers } = event
  const facts = {
    kind: 'dns',
    question: `${name} ${numberedType(type)}`,
    server: address(server),
    transport,
    status: status === null ? null : statuses.indexOf(status),
    truncated,
    answers: answers.map((one) =>
      `${one.name} ${numberedType(one.type)} ${isCompared(one.type) ? one.data : ''}`.trimEnd(),
    ),
  }
  return { kind: 'call', call: event.call, facts, outcome: outcome(event) }
}

/** Their names, by number (RFC 1035, section 4.1.1). */
const statuses = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED']

/** Of a type whose data are not compared, the number. */
function numberedType(type: string): string {
  return isCompared(type) || type.startsWith('TYPE') ? type : `TYPE${otherTypes[type]}`
}

const otherTypes: Readonly<Record<string, number>> = { NS: 2, SOA: 6, PTR: 12, OPT: 41, HTTPS: 65, ANY: 255 }

function isCompared(type: string): boolean {
  return Object.values(types).includes(type)
}

/** As the caller wrote it. */
function address(asked: Address | null): string {
  if (asked === null) return 'none'
  if ('host' in asked) {
    if (asked.mapped) return `inet6 [::ffff:${asked.host}]:${asked.port}`
    return asked.family === 'inet' ? `inet ${asked.host}:${asked.port}` : `inet6 [${asked.host}]:${asked.port}`
  }
  if ('abstract' in asked) return `unix ${bytes(asked.asked) ?? ''}`.trimEnd()
  return `AF_${asked.family.toUpperCase()}`
}
