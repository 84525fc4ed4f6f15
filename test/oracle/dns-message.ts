// SPDX-License-Identifier: MIT
// Messages of DNS (RFC 1035, section 4) for the oracle: written apart from src/trace, so that both do not share a mistake.
import type { Bytes } from './model.ts'

export interface Message {
  readonly id: number
  readonly isAnswer: boolean
  readonly truncated: boolean
  readonly status: number
  /** `name TYPE`. */
  readonly questions: readonly string[]
  /** `name TYPE data`; without data of types that are not in `types`. */
  readonly answers: readonly string[]
}

/** Those whose data are compared. */
export const types: Readonly<Record<number, string>> = {
  1: 'A',
  5: 'CNAME',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
}

/** Null for what is no query and no answer to one. */
export function parseMessage(bytes: Bytes): Message | null {
  try {
    return read(Buffer.from(bytes, 'latin1'))
  } catch (error) {
    // It ends before it is complete.
    if (error instanceof RangeError) return null
    throw error
  }
}

function read(message: Buffer): Message | null {
  const flags = message.readUInt16BE(2)
  const [questionCount, answerCount] = [message.readUInt16BE(4), message.readUInt16BE(6)]
  if (((flags >> 11) & 15) !== 0) return null
  let at = 12
  const questions: string[] = []
  for (let n = 0; n < questionCount; n++) {
    const name = nameAt(message, at)
    questions.push(`${name.text} ${typeOf(message.readUInt16BE(name.end))}`)
    at = name.end + 4
  }
  const answers: string[] = []
  for (let n = 0; n < answerCount; n++) {
    const name = nameAt(message, at)
    const type = message.readUInt16BE(name.end)
    const from = name.end + 10
    at = from + message.readUInt16BE(name.end + 8)
    answers.push(`${name.text} ${typeOf(type)} ${dataAt(message, type, from, at)}`.trimEnd())
  }
  return {
    id: message.readUInt16BE(0),
    isAnswer: (flags & 0x8000) !== 0,
    truncated: (flags & 0x200) !== 0,
    status: flags & 15,
    questions,
    answers,
  }
}

function typeOf(type: number): string {
  return types[type] ?? `TYPE${type}`
}

function nameAt(message: Buffer, start: number): { readonly text: string; readonly end: number } {
  const labels: string[] = []
  let end: number | undefined
  for (let at = start; ; ) {
    const length = message.readUInt8(at)
    if (length === 0) return { text: labels.join('.') || '.', end: end ?? at + 1 }
    if (length >= 0xc0) {
      end ??= at + 2
      const to = message.readUInt16BE(at) & 0x3fff
      if (to >= at || labels.length > 127) throw new RangeError('A name of DNS that leads in a circle')
      at = to
    } else {
      labels.push([...message.subarray(at + 1, at + 1 + length)].map(shown).join(''))
      at += 1 + length
    }
  }
}

/** One byte of a label, as zone files write it. */
function shown(byte: number): string {
  const character = String.fromCharCode(byte)
  if (character === '.' || character === '\\') return `\\${character}`
  return byte > 0x20 && byte < 0x7f ? character.toLowerCase() : `\\${`${byte}`.padStart(3, '0')}`
}

function dataAt(message: Buffer, type: number, from: number, to: number): string {
  const data = message.subarray(from, to)
  const name = (skipped: number) => nameAt(message, from + skipped).text
  switch (types[type]) {
    case 'A':
      return data.join('.')
    case 'AAAA': {
      const groups = Array.from({ length: 8 }, (_, n) => data.readUInt16BE(2 * n).toString(16))
      // The URL parser has the canonical form of RFC 5952.
      return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
    }
    case 'CNAME':
      return name(0)
    case 'MX':
      return `${data.readUInt16BE(0)} ${name(2)}`
    case 'SRV':
      return `${[0, 2, 4].map((at) => data.readUInt16BE(at)).join(' ')} ${name(6)}`
    case 'TXT': {
      let text = ''
      for (let at = 0; at < data.length; at += 1 + data.readUInt8(at))
        text += data.subarray(at + 1, at + 1 + data.readUInt8(at)).toString('latin1')
      return text
    }
    default:
      return ''
  }
}
