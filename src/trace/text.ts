// SPDX-License-Identifier: MIT
import type { Text, UnreadText } from './event.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

const rawByteFirst = 0xdc00

/** Bytes to a string without loss: UTF-8 where it is, else each byte that is not as a lone surrogate U+DC80..U+DCFF. */
export function decodeBytes(bytes: Buffer, from = 0, to = bytes.length): string {
  if (isAscii(bytes, from, to)) return bytes.toString('latin1', from, to)
  const own = bytes.subarray(from, to)
  try {
    return utf8.decode(own)
  } catch {
    return decodeMixed(own)
  }
}

/** The bytes that `text` stands for: the inverse of decoding. Null for text that was not read. */
export function bytesOf(text: Text): Uint8Array | null {
  if (typeof text !== 'string') return null
  if (!/[\udc80-\udcff]/.test(text)) return encoder.encode(text)
  const out: number[] = []
  for (const character of text) {
    const unit = character.charCodeAt(0)
    if (character.length === 1 && unit >= rawByteFirst + 0x80 && unit <= rawByteFirst + 0xff)
      out.push(unit - rawByteFirst)
    else out.push(...encoder.encode(character))
  }
  return Uint8Array.from(out)
}

export function isRead(text: Text): text is string {
  return typeof text === 'string'
}

export const unreadable: UnreadText = Object.freeze({ status: 'unreadable' })
export const absent: UnreadText = Object.freeze({ status: 'absent' })

export function truncated(prefix: string): UnreadText {
  return Object.freeze({ status: 'truncated', prefix })
}

function isAscii(bytes: Uint8Array, from: number, to: number): boolean {
  for (let n = from; n < to; n++) if ((bytes[n] as number) > 0x7f) return false
  return true
}

function decodeMixed(bytes: Uint8Array): string {
  const parts: string[] = []
  let from = 0
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at)
    if (length > 0) {
      at += length
      continue
    }
    if (at > from) parts.push(utf8.decode(bytes.subarray(from, at)))
    parts.push(String.fromCharCode(rawByteFirst + (bytes[at] as number)))
    at += 1
    from = at
  }
  if (bytes.length > from) parts.push(utf8.decode(bytes.subarray(from)))
  return parts.join('')
}

/** Length of the well-formed UTF-8 sequence at a place (Unicode, table 3-7), 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number
  if (first < 0x80) return 1
  if (first < 0xc2 || first > 0xf4) return 0
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  if (at + length > bytes.length) return 0
  const second = bytes[at + 1] as number
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  if (second < least || second > most) return 0
  for (let n = 2; n < length; n++) if (((bytes[at + n] as number) & 0xc0) !== 0x80) return 0
  return length
}
