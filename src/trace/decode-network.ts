// SPDX-License-Identifier: MIT
import { addressAt, socketTypeOf, transportOf, unixAddress } from './address-record.ts'
import type { Architecture } from './architecture.ts'
import { callName } from './call-names.ts'
import { type CallFacts, unanswered } from './decode-context.ts'
import type {
  Abi,
  Address,
  ConnectEvent,
  ConnectOutcome,
  EventBase,
  InetAddress,
  Result,
  SendEvent,
  UnixAddress,
} from './event.ts'
import { errnoName } from './linux.ts'
import { Flag, Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'
import { isRefused } from './refused-message.ts'
import { absent, isRead } from './text.ts'

const IPPROTO_TCP = 6
/** States of a socket whose connection is being made; 0 without a socket. */
const TCP_CONNECTING: readonly number[] = [0, 2, 3]
const SOCK_DGRAM = 2
/** SPY_CONNECT_FAILED of bpf/record/network.h. */
const CONNECT_FAILED = -2

/**
 * A connection attempt, from the record that began it, that of connect(2)'s return where there is one (the same one, where TCP was not involved), and how TCP
 * said that it ended.
 */
export function connectEvent(
  base: EventBase,
  begun: RecordReader,
  returned: RecordReader | null,
  call: CallFacts | null,
  end: number | null,
  architecture: Architecture,
): ConnectEvent {
  const facts = call ?? unreturned(end)
  const asked = returned === null ? null : askedAddress(returned, Offset.connect.asked)
  const address = addressOf(begun, returned, asked)
  const type = begun.u16(Offset.connect.type)
  const protocol = begun.u16(Offset.connect.protocol)
  const state = returned?.u32(Offset.connect.state) ?? 0
  return {
    kind: 'connect',
    ...base,
    call: connectCall(begun, returned, facts.abi, architecture),
    abi: facts.abi,
    result: facts.result,
    address,
    asked,
    transport: transportOf(address.family, protocol),
    socketType: socketTypeOf(type),
    ...(end === null ? outcomeOfReturn(facts.result, protocol, type, state) : outcomeOfEnd(end, facts.result)),
    blocked: facts.blocked,
    partial: facts.partial,
    died: facts.died,
    submitted: facts.submitted,
  }
}

export function sendEvent(base: EventBase, call: CallFacts, r: RecordReader): SendEvent {
  const address = askedAddress(r, Offset.send.asked) ?? { family: 'unknown' }
  const transport = transportOf(address.family, r.u16(Offset.send.protocol))
  return {
    kind: 'send',
    ...base,
    ...call,
    call: call.call as SendEvent['call'],
    result: call.result.ok && isRefused(r, Offset.send) ? unanswered : call.result,
    address,
    transport: transport === 'tcp' ? 'other' : transport,
  }
}

/** Of unix sockets and of AF_UNSPEC, which takes a peer away, the caller's; of the others the kernel's, where it has one. */
function addressOf(begun: RecordReader, returned: RecordReader | null, asked: Address | null): Address {
  if (asked?.family === 'unspec') return asked
  if (returned !== null && isUnix(asked)) {
    const peer = returned.nextText()
    return isRead(peer) ? { ...asked, path: peer } : asked
  }
  const settled = settledAddress(begun) ?? (returned === null ? null : settledAddress(returned))
  // The kernel's socket keeps the interface of a link-local address elsewhere.
  if (isInet(settled) && isInet(asked) && settled.host === asked.host) return { ...settled, scopeId: asked.scopeId }
  return settled ?? asked ?? { family: 'unknown' }
}

function isUnix(address: Address | null): address is UnixAddress {
  return address?.family === 'unix'
}

function isInet(address: Address | null): address is InetAddress {
  return address?.family === 'inet' || address?.family === 'inet6'
}

/** Reads the record's first two strings: those that come after are next. */
function askedAddress(r: RecordReader, offset: number): Address | null {
  return addressAt(r, offset, () => unixAddress(r.nextText(), r.nextText()))
}

/** The kernel's socket's peer: of the internet families only; null when it has none. */
function settledAddress(r: RecordReader): Address | null {
  if (r.u16(Offset.connect.settled + Offset.address.family) === 0) return null
  return addressAt(r, Offset.connect.settled, () => unixAddress(absent, absent))
}

/** A connection that no connect(2) returned for: fast open, or one still in the call. */
function unreturned(end: number | null): CallFacts {
  const result: Result =
    end === null || end === 0 ? { ok: true, value: 0 } : { ok: false, errno: end > 0 ? errnoName(end) : null }
  return { call: '', abi: 'native', result, blocked: false, partial: false, died: false, submitted: null }
}

/** TCP's fast open connects by sending. Of an operation of io_uring that has not ended the call is known that let it begin. */
function connectCall(
  begun: RecordReader,
  returned: RecordReader | null,
  abi: Abi,
  architecture: Architecture,
): ConnectEvent['call'] {
  if (((returned ?? begun).flags & Flag.uring) !== 0) return 'io_uring:connect'
  const name = callName(begun.u16(Offset.connect.nr), abi, architecture)
  if (name === 'io_uring_enter') return 'io_uring:connect'
  return name === 'sendto' || name === 'sendmsg' || name === 'sendmmsg' ? name : 'connect'
}

const outcomeByErrno: Readonly<Record<string, ConnectOutcome>> = {
  ECONNREFUSED: 'refused',
  ENETUNREACH: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ETIMEDOUT: 'timedOut',
  EINPROGRESS: 'inProgress',
  EALREADY: 'inProgress',
}

type Ending = Pick<ConnectEvent, 'outcome' | 'errno'>

/** As TCP's state machine said it: 0, an errno, or one of two when there is none. */
function outcomeOfEnd(end: number, result: Result): Ending {
  if (end === 0) return { outcome: 'established', errno: null }
  if (end > 0) return failure(errnoName(end))
  if (end === CONNECT_FAILED) return failure(null)
  const returned = result.ok ? null : failure(result.errno)
  return returned === null || returned.outcome === 'inProgress' ? { outcome: 'abandoned', errno: null } : returned
}

function outcomeOfReturn(result: Result, protocol: number, type: number, state: number): Ending {
  if (!result.ok) return failure(result.errno)
  // Success before there is a connection: fast open by option, which waits for the first bytes. A peer can have ended it again.
  if (protocol === IPPROTO_TCP)
    return { outcome: TCP_CONNECTING.includes(state) ? 'inProgress' : 'established', errno: null }
  return { outcome: type === SOCK_DGRAM ? 'associated' : 'established', errno: null }
}

function failure(errno: string | null): Ending {
  const outcome = outcomeByErrno[errno ?? ''] ?? 'failed'
  return { outcome, errno: outcome === 'inProgress' ? null : errno }
}
