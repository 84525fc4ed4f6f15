// SPDX-License-Identifier: MIT
// Questions of DNS and the answers to them, from the bytes that went to and came from servers.
import { addressAt, transportOf, unixAddress } from './address-record.ts'
import { type DnsMessage, type DnsQuestion, parseDnsMessage } from './dns-message.ts'
import type { Address } from './event.ts'
import { Flag, Offset, StringStatus } from './record.ts'
import type { RecordReader } from './record-reader.ts'
import { isRefused } from './refused-message.ts'
import { absent } from './text.ts'

/** What is known of one question. */
export interface AskedName {
  readonly question: DnsQuestion
  readonly server: Address
  readonly transport: 'udp' | 'tcp'
  answer: DnsMessage | null
}

/** A question that is not answered yet. */
interface Pending {
  readonly entry: number
  readonly asked: AskedName
  readonly key: string
  /** Keys of the sockets that it was sent by, with its number: a question that is sent again can have a socket of its own. */
  readonly sockets: string[]
}

/** An answer to what was never asked before. */
interface Early {
  readonly message: DnsMessage
  readonly server: Address | null
}

/** One direction of a connection: bytes of a message that is not complete yet. */
interface Stream {
  readonly isAnswer: boolean
  bytes: Uint8Array
  /** A part is missing: nothing behind it can be read. */
  broken: boolean
}

/** Of each message over TCP its length comes first, in two bytes. */
const prefixBytes = 2

/** How the assembly makes and changes events. */
export interface DnsEvents {
  /** An event at the record that is being read, by its process. */
  add(): number
  change(entry: number): void
}

/**
 * Joins answers to questions, by socket, number, name and type. A question that is asked again of the same server while it is pending, with the same number, is the same event: that is how
 * resolvers repeat one that was lost. Messages over TCP are put together from the pieces in which they were written and read; their event is at the piece that completes them.
 */
export class DnsAssembly {
  /** By event. */
  readonly asked = new Map<number, AskedName>()
  readonly #pendingByKey = new Map<string, Pending>()
  readonly #pendingBySocket = new Map<string, Pending[]>()
  /** Questions of each socket that were ever asked. */
  readonly #known = new Set<string>()
  /** Answers that one thread read before the call of another, which asked, came back. */
  readonly #early = new Map<string, Early>()
  readonly #streams = new Map<string, Stream>()
  #cut = 0

  /** Messages of which a part is missing: what they asked or answered may be unknown. So may be what was sent over TCP and is the beginning of one. */
  get cut(): number {
    let cut = this.#cut
    for (const { isAnswer, bytes, broken } of this.#streams.values())
      if (!isAnswer && !broken && bytes.length > 0) cut++
    return cut
  }

  /** Takes in a `dns` record of a process. */
  take(r: RecordReader, process: number, events: DnsEvents): void {
    const { status, bytes } = r.nextBytes()
    const isCut = (status & (StringStatus.unreadable | StringStatus.truncated)) !== 0
    if (isCut) this.#cut++
    const transport = transportOf('', r.u16(Offset.dns.protocol))
    if (transport === 'udp') return this.#takeMessage(bytes, r, process, events)
    const isAnswer = r.u32(Offset.dns.answer) === 1
    const key = `${r.u64(Offset.dns.inode)} ${isAnswer}`
    const stream = this.#streams.get(key) ?? { isAnswer, bytes: new Uint8Array(), broken: false }
    this.#streams.set(key, stream)
    stream.broken ||= isCut
    for (const message of messagesOf(stream, bytes)) this.#takeMessage(message, r, process, events)
    if (stream.bytes.length === 0 && !stream.broken) this.#streams.delete(key)
  }

  #takeMessage(bytes: Uint8Array, r: RecordReader, process: number, events: DnsEvents): void {
    const message = parseDnsMessage(bytes)
    const isAnswer = r.u32(Offset.dns.answer) === 1
    if (message === null || message.opcode !== 0 || message.isAnswer !== isAnswer) return
    const server = addressAt(r, Offset.dns.server, () => unixAddress(absent, absent))
    const socket = `${r.u64(Offset.dns.inode)} ${message.id}`
    if (isAnswer) return this.#answer(message, server, socket, events)
    const transport = transportOf('', r.u16(Offset.dns.protocol)) === 'udp' ? 'udp' : 'tcp'
    for (const question of message.questions)
      this.#ask({ question, server: server ?? { family: 'unknown' }, transport, answer: null }, r, events, {
        socket,
        number: `${process} ${message.id}`,
      })
  }

  #ask(asked: AskedName, r: RecordReader, events: DnsEvents, by: { socket: string; number: string }): void {
    const { question, server, transport } = asked
    const to = `${transport} ${hostOf(server) ?? ''}`
    const key = `${by.number} ${to} ${keyOf(question)}`
    const sent = wasSent(r)
    let pending = sent ? this.#pendingByKey.get(key) : undefined
    if (pending === undefined) {
      const entry = events.add()
      this.asked.set(entry, asked)
      if (!sent) return
      pending = { entry, asked, key, sockets: [] }
      this.#pendingByKey.set(key, pending)
    }
    if (pending.sockets.includes(by.socket)) return
    pending.sockets.push(by.socket)
    const others = this.#pendingBySocket.get(by.socket)
    if (others === undefined) this.#pendingBySocket.set(by.socket, [pending])
    else others.push(pending)
    const here = `${by.socket} ${keyOf(question)}`
    const early = this.#early.get(here)
    this.#known.add(here)
    this.#early.delete(here)
    if (early !== undefined && mayAnswer(early.server, server)) this.#settle(pending, early.message, events)
  }

  #answer(message: DnsMessage, server: Address | null, socket: string, events: DnsEvents): void {
    const here = this.#pendingBySocket.get(socket) ?? []
    const from = here.filter(({ asked }) => mayAnswer(server, asked.server))
    // Some servers refuse without a word of what they were asked.
    const [only] = message.questions.length === 0 && from.length === 1 ? from : []
    if (only !== undefined) return this.#settle(only, message, events)
    for (const question of message.questions) {
      const key = keyOf(question)
      const pending = from.find(({ asked }) => keyOf(asked.question) === key)
      if (pending !== undefined) this.#settle(pending, message, events)
      else if (!this.#known.has(`${socket} ${key}`)) this.#early.set(`${socket} ${key}`, { message, server })
    }
  }

  #settle(pending: Pending, message: DnsMessage, events: DnsEvents): void {
    pending.asked.answer = message
    events.change(pending.entry)
    this.#pendingByKey.delete(pending.key)
    for (const socket of pending.sockets) {
      const left = (this.#pendingBySocket.get(socket) ?? []).filter((other) => other !== pending)
      if (left.length === 0) this.#pendingBySocket.delete(socket)
      else this.#pendingBySocket.set(socket, left)
    }
  }
}

/** Adds bytes to a stream and takes the messages that are complete from it. */
function messagesOf(stream: Stream, piece: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = []
  if (stream.broken) return messages
  let bytes: Uint8Array = Buffer.concat([stream.bytes, piece])
  while (bytes.length >= prefixBytes) {
    const length = (bytes[0] as number) * 0x100 + (bytes[1] as number)
    if (bytes.length < prefixBytes + length) break
    messages.push(bytes.subarray(prefixBytes, prefixBytes + length))
    bytes = bytes.subarray(prefixBytes + length)
  }
  stream.bytes = bytes
  return messages
}

/** Whether the kernel took it. */
function wasSent(r: RecordReader): boolean {
  return !(r.flags & Flag.blocked) && r.s64(Offset.dns.result) >= 0 && !isRefused(r, Offset.dns)
}

/** Whether an answer from one address can be to a question to another. A program that did not ask who sent it takes it from anybody; 0.0.0.0 is this machine. */
function mayAnswer(from: Address | null, asked: Address): boolean {
  const host = hostOf(asked)
  return from === null || host === hostOf(from) || host === '0.0.0.0' || host === '::'
}

function hostOf(address: Address): string | null {
  return 'host' in address ? address.host : null
}

function keyOf({ class: number, type, name }: DnsQuestion): string {
  return `${number} ${type} ${name}`
}
