// SPDX-License-Identifier: MIT
// Events about sockets, as strace tells them.
import type {
  AcceptEvent,
  Address,
  BindEvent,
  ConnectEvent,
  ListenEvent,
  SendEvent,
  SocketEvent,
} from '../../src/trace/event.ts'
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
