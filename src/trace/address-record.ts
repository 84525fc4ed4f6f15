// SPDX-License-Identifier: MIT
import type { Address, InetAddress, SocketType, Text, Transport, UnixAddress } from './event.ts'
import { familyName } from './linux.ts'
import { joinPath } from './paths.ts'
import { Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'
import { isRead } from './text.ts'

const familyUnread = 0xffff
const AF_UNIX = 1
const AF_INET = 2
const AF_INET6 = 10
const IPPROTO_TCP = 6
const IPPROTO_UDP = 17
const IPPROTO_MPTCP = 262

/** The socket address at an offset of a record; null where none was read. Unix addresses travel as strings: see `unixAddress`. */
export function addressAt(r: RecordReader, offset: number, unix: () => UnixAddress): Address | null {
  const family = r.u16(offset + Offset.address.family)
  const port = r.u16(offset + Offset.address.port)
  if (family === familyUnread) return null
  if (family === AF_UNIX) return unix()
  if (family === AF_INET) return inet('inet', ipv4Text(r.bytes(offset + Offset.address.bytes, 4)), port, false, 0)
  if (family !== AF_INET6) return { family: familyName(family) }
  const bytes = r.bytes(offset + Offset.address.bytes, 16)
  if (isMapped(bytes)) return inet('inet', ipv4Text(bytes.subarray(12)), port, true, 0)
  return inet('inet6', ipv6Text(bytes), port, false, r.u32(offset + Offset.address.scope_id))
}

/** A unix address from the path as the caller gave it (NUL first: abstract; it need not be terminated) and the folder it is relative to. */
export function unixAddress(given: Text, base: Text): UnixAddress {
  if (!isRead(given)) return { family: 'unix', asked: given, path: given, abstract: false }
  if (given.startsWith('\0')) {
    const name = `@${given.slice(1)}`
    return { family: 'unix', asked: name, path: name, abstract: true }
  }
  const end = given.indexOf('\0')
  const asked = end < 0 ? given : given.slice(0, end)
  return { family: 'unix', asked, path: asked === '' ? '' : joinPath(base, asked), abstract: false }
}

/**
 * The address of a unix socket of the kernel's, by the name that it is bound to ('' while it is not) and its file, where that still has a place. A relative name whose file is gone
 * stays relative: in which folder it was bound is not known.
 */
export function boundAddress(name: Text, resolved: Text): UnixAddress {
  const address = unixAddress(name, '/')
  if (isRead(resolved)) return { ...address, path: resolved }
  const isRelative = isRead(address.asked) && !address.abstract && !address.asked.startsWith('/')
  return isRelative ? { ...address, path: address.asked } : address
}

/** The transport of a socket by its address's family and its protocol. Multipath TCP is TCP. */
export function transportOf(family: string, protocol: number): Transport {
  if (family === 'unix') return 'unix'
  if (protocol === IPPROTO_TCP || protocol === IPPROTO_MPTCP) return 'tcp'
  return protocol === IPPROTO_UDP ? 'udp' : 'other'
}

const socketTypes: ReadonlyMap<number, SocketType> = new Map([
  [1, 'stream'],
  [2, 'datagram'],
  [3, 'raw'],
  [5, 'seqpacket'],
])

/** By SOCK_*. */
export function socketTypeOf(type: number): SocketType {
  return socketTypes.get(type) ?? 'other'
}

function inet(
  family: InetAddress['family'],
  host: string,
  port: number,
  mapped: boolean,
  scopeId: number,
): InetAddress {
  return { family, host, port, mapped, scopeId }
}

export function ipv4Text(bytes: Uint8Array): string {
  return bytes.join('.')
}

function isMapped(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
}

/** RFC 5952: lower case, the longest run of two or more zero groups folded, IPv4 in its own form. */
export function ipv6Text(bytes: Uint8Array): string {
  if (isMapped(bytes)) return `::ffff:${ipv4Text(bytes.subarray(12))}`
  const groups = Array.from({ length: 8 }, (_, n) =>
    (((bytes[2 * n] as number) << 8) | (bytes[2 * n + 1] as number)).toString(16),
  )
  let best = { from: -1, length: 1 }
  for (let from = 0; from < 8; from++) {
    let length = 0
    while (groups[from + length] === '0') length++
    if (length > best.length) best = { from, length }
  }
  if (best.from < 0) return groups.join(':')
  return `${groups.slice(0, best.from).join(':')}::${groups.slice(best.from + best.length).join(':')}`
}
