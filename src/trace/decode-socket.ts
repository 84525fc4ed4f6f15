// SPDX-License-Identifier: MIT
// Sockets made, bound, listening, and connections taken.
import { addressAt, boundAddress, socketTypeOf, transportOf, unixAddress } from './address-record.ts'
import type { Decode } from './decode-context.ts'
import type {
  AcceptEvent,
  Address,
  BindEvent,
  EventKind,
  ListenEvent,
  SocketEvent,
  Transport,
  UnixAddress,
} from './event.ts'
import { familyName } from './linux.ts'
import { Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'

const unknown: Address = { family: 'unknown' }

const socket: Decode = (r, entry, context): SocketEvent => {
  const call = context.call(r, entry, Offset.socket.result, Offset.socket.nr)
  return {
    kind: 'socket',
    ...context.base(r, entry, 'sys_exit'),
    ...call,
    call: call.call as SocketEvent['call'],
    family: familyName(r.u32(Offset.socket.family)),
    socketType: socketTypeOf(r.u32(Offset.socket.type)),
    protocol: r.u32(Offset.socket.protocol),
  }
}

const bind: Decode = (r, entry, context): BindEvent => {
  const call = context.call(r, entry, Offset.bind.result, Offset.bind.nr)
  const given = unixAddress(r.nextText(), r.nextText())
  const bound = boundAddress(r.nextText(), r.nextText())
  const asked = addressAt(r, Offset.bind.asked, () => given)
  const address = (call.result.ok ? addressAt(r, Offset.bind.settled, () => bound) : asked) ?? unknown
  return {
    kind: 'bind',
    ...context.base(r, entry, 'sys_exit'),
    ...call,
    call: call.call as BindEvent['call'],
    address,
    asked,
    transport: transportAt(r, address, Offset.bind.protocol),
  }
}

const listen: Decode = (r, entry, context): ListenEvent => {
  const call = context.call(r, entry, Offset.listen.result, Offset.listen.nr)
  const address = endAt(r, Offset.listen.local)
  return {
    kind: 'listen',
    ...context.base(r, entry, 'sys_exit'),
    ...call,
    call: call.call as ListenEvent['call'],
    address,
    transport: transportAt(r, address, Offset.listen.protocol),
    backlog: r.s32(Offset.listen.backlog),
  }
}

const accept: Decode = (r, entry, context): AcceptEvent => {
  const call = context.call(r, entry, Offset.accept.result, Offset.accept.nr)
  const local = endAt(r, Offset.accept.local)
  const peer = endAt(r, Offset.accept.peer)
  const address = call.result.ok ? peer : { family: peer.family }
  return {
    kind: 'accept',
    ...context.base(r, entry, 'sys_exit'),
    ...call,
    call: call.call as AcceptEvent['call'],
    address,
    local,
    transport: transportAt(r, address, Offset.accept.protocol),
  }
}

/** One end of a socket, with the record's next two strings: name and file of a unix socket. */
function endAt(r: RecordReader, offset: number): Address {
  const bound: UnixAddress = boundAddress(r.nextText(), r.nextText())
  return addressAt(r, offset, () => bound) ?? unknown
}

function transportAt(r: RecordReader, address: Address, protocolOffset: number): Transport {
  return transportOf(address.family, r.u16(protocolOffset))
}

export const socketDecoders: Readonly<Partial<Record<EventKind, Decode>>> = { socket, bind, listen, accept }
