// SPDX-License-Identifier: MIT
// Events of the group `network`.
import type { Abi, EventBase, Result, SystemCall, Text } from './event-base.ts'

/** An address of the internet. IPv4-mapped IPv6 is given as IPv4 with `mapped: true`. */
export interface InetAddress {
  readonly family: 'inet' | 'inet6'
  /** Canonical text: `127.0.0.1`, `2001:db8::1`. */
  readonly host: string
  readonly port: number
  /** The socket is AF_INET6, the peer IPv4 (`::ffff:…`). */
  readonly mapped: boolean
  /** Interface of a link-local IPv6 address, else 0. */
  readonly scopeId: number
}

/** A unix socket. Abstract names begin with `@`, as in /proc/net/unix. */
export interface UnixAddress {
  readonly family: 'unix'
  /** As the caller gave it, a leading NUL shown as `@`. */
  readonly asked: Text
  /** Made absolute against the cwd; abstract and unnamed ones as `asked`. */
  readonly path: Text
  readonly abstract: boolean
}

/** A family that is only named. */
export interface OtherAddress {
  readonly family: string
}

export type Address = InetAddress | UnixAddress | OtherAddress

/** How a connection attempt ended. `associated`: a datagram socket got its peer, nothing was sent. */
export type ConnectOutcome =
  | 'established'
  | 'associated'
  | 'refused'
  | 'unreachable'
  | 'timedOut'
  | 'failed'
  | 'abandoned'
  | 'inProgress'

/** A socket was connected, or could not be. Source: inet_sock_set_state and sys_exit. */
export interface ConnectEvent extends EventBase {
  readonly kind: 'connect'
  readonly call: 'connect' | 'sendto' | 'sendmsg' | 'sendmmsg' | 'io_uring:connect'
  readonly abi: Abi
  /** Of connect(2); a non-blocking one fails with EINPROGRESS and still ends by `outcome`. */
  readonly result: Result
  /** Where it went: the kernel's socket's peer where it has one, else the caller's address. */
  readonly address: Address
  /** The address as the caller wrote it; null when it was not read. Differs from `address` for 0.0.0.0, say. */
  readonly asked: Address | null
  readonly transport: Transport
  readonly socketType: SocketType
  readonly outcome: ConnectOutcome
  /** errno of the outcome, for example `'ECONNREFUSED'`; null when it was reached or is open, and when the program had taken the error (SO_ERROR) before the kernel was done. */
  readonly errno: string | null
  readonly blocked: boolean
  readonly partial: boolean
  readonly died: boolean
  /** As of `SystemCall`. */
  readonly submitted: number | null
}

/** A datagram went to an address of its own. Source: sys_exit. */
export interface SendEvent extends SystemCall {
  readonly kind: 'send'
  readonly call:
    | 'sendto'
    | 'sendmsg'
    | 'sendmmsg'
    | 'io_uring:send'
    | 'io_uring:sendmsg'
    | 'io_uring:send_zc'
    | 'io_uring:sendmsg_zc'
  readonly address: Address
  readonly transport: 'udp' | 'unix' | 'other'
}

export type Transport = 'tcp' | 'udp' | 'unix' | 'other'
export type SocketType = 'stream' | 'datagram' | 'seqpacket' | 'raw' | 'other'

/** A socket was made, or could not be. Source: sys_exit. */
export interface SocketEvent extends SystemCall {
  readonly kind: 'socket'
  readonly call: 'socket' | 'socketpair' | 'io_uring:socket'
  /** The socket's own, on failure as asked: `'inet' 'inet6' 'unix' 'netlink' 'packet' 'vsock'` …, or `family N`. */
  readonly family: string
  /** As `family`. */
  readonly socketType: SocketType
  /** IPPROTO_* as asked, a number; 0 lets the kernel choose. */
  readonly protocol: number
}

/** A socket was given an address of its own, or could not be. Source: sys_exit. */
export interface BindEvent extends SystemCall {
  readonly kind: 'bind'
  readonly call: 'bind' | 'io_uring:bind'
  /** What it is bound to: with the port or the abstract name that the kernel chose; of a failure as asked. */
  readonly address: Address
  /** As the caller wrote it; null when that could not be read. */
  readonly asked: Address | null
  readonly transport: Transport
}

/** A socket takes connections, or could not. Source: sys_exit. */
export interface ListenEvent extends SystemCall {
  readonly kind: 'listen'
  readonly call: 'listen' | 'io_uring:listen'
  /** The socket's own: the kernel chooses a port where there was no bind. */
  readonly address: Address
  readonly transport: Transport
  /** As asked; the kernel limits it. */
  readonly backlog: number
}

/** A connection was taken, or could not be (EAGAIN: there was none). Source: sys_exit. */
export interface AcceptEvent extends SystemCall {
  readonly kind: 'accept'
  readonly call: 'accept' | 'accept4' | 'io_uring:accept'
  /** Who connected; of a failure the family alone. */
  readonly address: Address
  /** Our end; of a failure the listening socket's. */
  readonly local: Address
  readonly transport: Transport
}

/** One record of a DNS answer. */
export interface DnsAnswer {
  readonly name: string
  /** `'A' 'AAAA' 'CNAME' 'MX' 'TXT' 'SRV' 'HTTPS'` …, or `TYPE65280`. */
  readonly type: string
  /** Seconds. */
  readonly ttl: number
  /** Address, name or text; of other types the bytes in hexadecimal. */
  readonly data: string
}

/**
 * A name was asked of a DNS server, or was to be, over UDP or TCP port 53, and perhaps answered. Position, process and call are those of the question; one that is sent again to the
 * same server while it is not answered is the same event. Questions of resolvers outside the tree (nscd, systemd-resolved over its socket) are not seen. Source: sys_exit.
 */
export interface DnsEvent extends SystemCall {
  readonly kind: 'dns'
  /** That sent the question: one that failed asked nobody. */
  readonly call: 'sendto' | 'sendmsg' | 'sendmmsg' | 'write' | 'writev' | 'pwritev2'
  /** Lower case, without the last dot; `.` for the root. Bytes other than printable ASCII, and dots within a label, are escaped as in zone files: `\032`. */
  readonly name: string
  /** Type asked for, as in `DnsAnswer`. */
  readonly type: string
  readonly server: Address
  readonly transport: 'udp' | 'tcp'
  /** `'NOERROR' 'NXDOMAIN' 'SERVFAIL'` …, or `RCODE11`; null while there is no answer. */
  readonly status: string | null
  /** The answer did not fit a datagram: what is missing was perhaps asked again over TCP. */
  readonly truncated: boolean
  readonly answers: readonly DnsAnswer[]
}
