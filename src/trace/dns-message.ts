// SPDX-License-Identifier: MIT
// Messages of DNS as they travel (RFC 1035, section 4). The bytes are whatever somebody sent to port 53: nothing in them is believed.
import { ipv4Text, ipv6Text } from './address-record.ts'
import { rcodeName, typeName } from './dns-names.ts'
import type { DnsAnswer } from './event.ts'
import { decodeBytes } from './text.ts'

/** What was asked for. */
export interface DnsQuestion {
  /** Lower case, without the last dot; `.` for the root. Bytes that are no printable ASCII, and dots within a label, are escaped as in zone files: `\032`, `\.`. */
  readonly name: string
  /** `'A'`, `'AAAA'` …, or `TYPE<number>`. */
  readonly type: string
  /** 1: the internet. */
  readonly class: number
}

export interface DnsMessage {
  readonly id: number
  readonly isAnswer: boolean
  /** 0: a query. */
  readonly opcode: number
  /** The server had more to say than fits a datagram. */
  readonly truncated: boolean
  /** `'NOERROR'` …, or `RCODE<number>`. */
  readonly status: string
  readonly questions: readonly DnsQuestion[]
  /** The answer section, as far as it can be read. */
  readonly answers: readonly DnsAnswer[]
}

const headerBytes = 12
const mostNameBytes = 255
const optType = 41

/** A message by its bytes; null for what is none: no header, or a question that cannot be read. */
export function parseDnsMessage(bytes: Uint8Array): DnsMessage | null {
  if (bytes.length < headerBytes) return null
  const at = new Cursor(bytes)
  const id = at.u16()
  const flags = at.u16()
  const counts = [at.u16(), at.u16(), at.u16(), at.u16()] as const
  try {
    const questions: DnsQuestion[] = []
    for (let n = 0; n < counts[0]; n++)
      questions.push({ name: at.name().toLowerCase(), type: typeName(at.u16()), class: at.u16() })
    const { answers, extension } = readSections(at, counts[1], counts[2] + counts[3])
    return {
      id,
      isAnswer: (flags & 0x8000) !== 0,
      opcode: (flags >>> 11) & 0xf,
      truncated: (flags & 0x0200) !== 0,
      status: rcodeName((extension << 4) | (flags & 0xf)),
      questions,
      answers,
    }
  } catch (error) {
    if (error instanceof MalformedError) return null
    throw error
  }
}

/** The answers up to the first that cannot be read, and the high bits of the status, which are in a record of the last section (RFC 6891). */
function readSections(at: Cursor, answerCount: number, otherCount: number) {
  const answers: DnsAnswer[] = []
  let extension = 0
  try {
    for (let n = 0; n < answerCount; n++) answers.push(at.answer())
    for (let n = 0; n < otherCount; n++) {
      at.name()
      const type = at.u16()
      at.u16()
      const ttl = at.u32()
      at.skip(at.u16())
      if (type === optType) extension = ttl >>> 24
    }
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error
  }
  return { answers, extension }
}

class MalformedError extends Error {}

/** Reads a message from its front. Throws MalformedError at its end, and for names that are none. */
class Cursor {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  u8(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw new MalformedError()
    return byte
  }

  u16(): number {
    return this.u8() * 0x100 + this.u8()
  }

  u32(): number {
    return this.u16() * 0x10000 + this.u16()
  }

  skip(length: number): void {
    this.#at += length
    if (this.#at > this.#bytes.length) throw new MalformedError()
  }

  take(length: number): Uint8Array {
    const from = this.#at
    this.skip(length)
    return this.#bytes.subarray(from, this.#at)
  }

  /** A name in the case that it travels in. Each pointer leads further to the front than all before it: there is no way round in a circle. */
  name(): string {
    const labels: string[] = []
    let length = 1
    let end: number | null = null
    let front = this.#at
    for (;;) {
      const byte = this.u8()
      if (byte === 0) break
      if (byte >= 0xc0) {
        const target = (byte & 0x3f) * 0x100 + this.u8()
        end ??= this.#at
        if (target >= front) throw new MalformedError()
        front = target
        this.#at = target
      } else {
        length += byte + 1
        if (byte > 63 || length > mostNameBytes) throw new MalformedError()
        labels.push(labelText(this.take(byte)))
      }
    }
    if (end !== null) this.#at = end
    return labels.length === 0 ? '.' : labels.join('.')
  }

  answer(): DnsAnswer {
    const name = this.name().toLowerCase()
    const number = this.u16()
    this.u16()
    const ttl = this.u32()
    const length = this.u16()
    const from = this.#at
    this.skip(length)
    const end = this.#at
    this.#at = from
    const type = typeName(number)
    const data = this.#data(type, length, end)
    this.#at = end
    return { name, type, ttl, data }
  }

  /** What a record says, in the words of zone files; as hexadecimal where it is not laid out as its type wants. */
  #data(type: string, length: number, end: number): string {
    const from = this.#at
    try {
      const text = this.#textOf(type, length, end)
      if (text !== null && this.#at === end) return text
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error
    }
    return Buffer.from(this.#bytes.subarray(from, end)).toString('hex')
  }

  #textOf(type: string, length: number, end: number): string | null {
    switch (type) {
      case 'A':
        return length === 4 ? ipv4Text(this.take(4)) : null
      case 'AAAA':
        return length === 16 ? ipv6Text(this.take(16)) : null
      case 'CNAME':
      case 'DNAME':
      case 'NS':
      case 'PTR':
        return this.name().toLowerCase()
      case 'MX':
        return `${this.u16()} ${this.name().toLowerCase()}`
      case 'SRV':
        return `${this.u16()} ${this.u16()} ${this.u16()} ${this.name().toLowerCase()}`
      case 'SOA': {
        const names = `${this.name().toLowerCase()} ${this.name().toLowerCase()}`
        return `${names} ${this.u32()} ${this.u32()} ${this.u32()} ${this.u32()} ${this.u32()}`
      }
      case 'TXT': {
        const parts: Uint8Array[] = []
        while (this.#at < end) parts.push(this.take(this.u8()))
        return decodeBytes(Buffer.concat(parts))
      }
      default:
        return null
    }
  }
}

function labelText(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) {
    if (byte === 0x2e || byte === 0x5c) text += `\\${String.fromCharCode(byte)}`
    else if (byte > 0x20 && byte < 0x7f) text += String.fromCharCode(byte)
    else text += `\\${String(byte).padStart(3, '0')}`
  }
  return text
}
