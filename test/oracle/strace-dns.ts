// SPDX-License-Identifier: MIT
// Questions of DNS and their answers, from what went through sockets to port 53.
import { type Message, parseMessage } from './dns-message.ts'
import type { Bytes, CallAct, Fact } from './model.ts'
import { type Call, namesOf, numberOf, outcome, pathOf } from './strace-args.ts'
import { StraceError, unhex } from './strace-lines.ts'
import { address } from './strace-network.ts'
import { parseArguments, type StraceValue } from './strace-values.ts'

/** One message, or a piece of a stream. */
interface Piece {
  readonly socket: string
  /** Null where the log has less than was moved (cut-buffers.c). */
  readonly bytes: Bytes | null
  /** The other side, where the call names it. */
  readonly peer: string | null
  /** It is left to be read again. */
  readonly peeked: boolean
  readonly outcome: string
}

interface Question {
  readonly server: string
  readonly facts: Record<string, Fact>
  readonly id: number
  readonly text: string
  readonly sockets: Set<string>
}

const sends = /^(?:send|sendto|sendmsg|sendmmsg|write|writev|pwritev2)$/
const receives = /^(?:recv|recvfrom|recvmsg|recvmmsg(?:_time64)?|read|readv|preadv2)$/

/** `3<socket:[7]>`, in hexadecimal. */
const ofSocket = /^\d+<(\\x73\\x6f\\x63\\x6b\\x65\\x74\\x3a[^>]*)>/

export class DnsWatch {
  /** Servers, by the sockets that are connected to them. */
  readonly #peers = new Map<string, string>()
  readonly #streams = new Map<string, Bytes>()
  readonly #streamSockets = new Set<string>()
  #pending: Question[] = []

  /** Looks at a call of the process `pid`; `look` takes what was asked. Facts are completed by the answer. */
  take(pid: number, call: Call, look: (asked: CallAct) => void): void {
    if (call.name === 'socket') {
      const type = parseArguments(call.args)[1]
      if (call.result.path !== null && namesOf(type).includes('SOCK_STREAM')) this.#streamSockets.add(call.result.path)
    } else if (call.name === 'connect') {
      const [socket, to] = parseArguments(call.args)
      const path = pathOf(socket)
      const server = address(to)
      if (path === null || !/^(?:ok|EINPROGRESS)$/.test(outcome(call))) return
      if (isServer(server)) this.#peers.set(path, server)
      else this.#peers.delete(path)
    } else if (!this.#isOfInterest(call)) {
      // What goes through other sockets, strace shows in the words of their protocols.
    } else if (sends.test(call.name)) {
      for (const piece of piecesOf(call)) this.#sent(pid, call, piece, look)
    } else if (receives.test(call.name) && outcome(call) === 'ok') {
      for (const piece of piecesOf(call)) this.#received(piece)
    }
  }

  #isOfInterest({ args }: Call): boolean {
    const socket = unhex(ofSocket.exec(args)?.[1] ?? '')
    return socket !== '' && (this.#peers.has(socket) || args.includes('htons(53)') || this.#isAsking(socket))
  }

  #isAsking(socket: string): boolean {
    return this.#pending.some(({ sockets }) => sockets.has(socket))
  }

  #sent(pid: number, call: Call, piece: Piece, look: (asked: CallAct) => void): void {
    const server = piece.peer ?? this.#peers.get(piece.socket)
    if (server === undefined || !isServer(server)) return
    for (const message of this.#messagesOf(piece, 'to')) {
      if (message.isAnswer) continue
      for (const text of message.questions) {
        const again = this.#pending.find(
          (one) => one.id === message.id && one.server === `${pid} ${server}` && one.text === text,
        )
        if (again !== undefined && piece.outcome === 'ok') {
          again.sockets.add(piece.socket)
          continue
        }
        const transport = this.#streamSockets.has(piece.socket) ? 'tcp' : 'udp'
        const facts: Record<string, Fact> = {
          kind: 'dns',
          question: text,
          server,
          transport,
          status: null,
          truncated: false,
          answers: [],
        }
        look({ kind: 'call', call: call.name === 'send' ? 'sendto' : call.name, facts, outcome: piece.outcome })
        if (piece.outcome === 'ok')
          this.#pending.push({
            server: `${pid} ${server}`,
            facts,
            id: message.id,
            text,
            sockets: new Set([piece.socket]),
          })
      }
    }
  }

  #received(piece: Piece): void {
    const here = this.#pending.filter(({ sockets }) => sockets.has(piece.socket))
    if (here.length === 0) return
    for (const message of this.#messagesOf(piece, 'from')) {
      const { id, status, truncated, answers, questions } = message
      const asked = here.filter((one) => one.id === id && isFrom(piece.peer, `${one.facts['server']}`))
      // Some servers refuse without a word of what they were asked.
      const answered =
        questions.length === 0 && asked.length === 1 ? asked[0] : asked.find(({ text }) => questions.includes(text))
      if (answered === undefined || !message.isAnswer) continue
      this.#pending = this.#pending.filter((one) => one !== answered)
      Object.assign(answered.facts, { status, truncated, answers })
    }
  }

  /** Of a stream those that are complete now, each behind its length. */
  #messagesOf({ socket, bytes, peeked }: Piece, direction: string): Message[] {
    if (bytes === null) throw new StraceError('A message of DNS that was cut')
    if (!this.#streamSockets.has(socket)) return [parseMessage(bytes)].filter((message) => message !== null)
    if (peeked) return []
    const key = `${direction} ${socket}`
    let stream = (this.#streams.get(key) ?? '') + bytes
    const messages: Message[] = []
    while (stream.length >= 2) {
      const end = 2 + (stream.charCodeAt(0) << 8) + stream.charCodeAt(1)
      if (stream.length < end) break
      const message = parseMessage(stream.slice(2, end))
      if (message !== null) messages.push(message)
      stream = stream.slice(end)
    }
    this.#streams.set(key, stream)
    return messages
  }
}

function isServer(peer: string): boolean {
  return /^inet.*:53$/.test(peer)
}

/** 0.0.0.0 is this machine; who does not ask who sent it takes an answer from anybody. */
function isFrom(peer: string | null, server: string): boolean {
  return peer === null || peer === server || /^inet 0\.0\.0\.0:|^inet6 \[::\]:/.test(server)
}

/** What a call moved through a socket: of a failed one what it was to send. */
function piecesOf(call: Call): Piece[] {
  const args = parseArguments(call.args)
  const socket = pathOf(args[0]) ?? ''
  const how = outcome(call)
  const moved = how === 'ok' ? (call.result.value ?? 0) : null
  const piece = (bytes: Bytes, more: Partial<Piece> = {}, length = moved): Piece => {
    const shown = length !== null && bytes.length < length ? null : bytes.slice(0, length ?? undefined)
    return { socket, bytes: shown, peer: null, peeked: false, outcome: how, ...more }
  }
  const peeked = (flags: StraceValue | undefined) => namesOf(flags).includes('MSG_PEEK')
  switch (call.name) {
    case 'recv':
      return [piece(textOf(args[1]), { peeked: peeked(args[3]) })]
    case 'sendto':
    case 'recvfrom':
      return [piece(textOf(args[1]), { peer: peerOf(args[4]), peeked: peeked(args[3]) })]
    case 'sendmsg':
    case 'recvmsg':
      return [
        piece(partsOf(field(args[1], 'msg_iov')), {
          peer: peerOf(field(args[1], 'msg_name')),
          peeked: peeked(args[2]),
        }),
      ]
    case 'writev':
    case 'pwritev2':
    case 'readv':
    case 'preadv2':
      return [piece(partsOf(args[1]))]
    case 'sendmmsg':
    case 'recvmmsg':
    case 'recvmmsg_time64': {
      const taken = moved ?? 0
      const messages = args[1]?.kind === 'list' ? args[1].items : []
      return messages.slice(0, call.name === 'sendmmsg' ? taken + 1 : taken).map((message, n) => {
        const header = field(message, 'msg_hdr')
        const result = n < taken ? 'ok' : taken > 0 ? 'no answer' : how
        const more = { peer: peerOf(field(header, 'msg_name')), peeked: peeked(args[3]), outcome: result }
        return piece(partsOf(field(header, 'msg_iov')), more, n < taken ? numberOf(field(message, 'msg_len')) : null)
      })
    }
    default:
      return [piece(textOf(args[1]))]
  }
}

function peerOf(value: StraceValue | undefined): string | null {
  return value?.kind === 'struct' ? address(value) : null
}

function field(value: StraceValue | undefined, name: string): StraceValue | undefined {
  return value?.kind === 'struct' ? value.fields.get(name) : undefined
}

function textOf(value: StraceValue | undefined): Bytes {
  return value?.kind === 'string' ? value.bytes : ''
}

function partsOf(parts: StraceValue | undefined): Bytes {
  return parts?.kind === 'list' ? parts.items.map((part) => textOf(field(part, 'iov_base'))).join('') : ''
}
