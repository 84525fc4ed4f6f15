// SPDX-License-Identifier: MIT
// Messages of DNS, byte by byte as RFC 1035 lays them out.

/** A record of an answer: its data as bytes. */
export interface RecordBytes {
  readonly name?: Uint8Array
  readonly type: number
  readonly data: Uint8Array
  readonly ttl?: number
}

export interface MessageBytes {
  readonly id?: number
  /** Of the header: 0x8000 makes it an answer. */
  readonly flags?: number
  /** Name and type. */
  readonly questions?: readonly (readonly [name: string, type: number])[]
  readonly answers?: readonly RecordBytes[]
  /** Of the last section. */
  readonly additional?: readonly RecordBytes[]
}

export const answerFlags = 0x8180

/** Where a pointer to the name of the first question leads. */
export const firstName = Uint8Array.of(0xc0, 12)

export function nameBytes(name: string): Uint8Array {
  const labels = name === '' ? [] : name.split('.')
  return Buffer.concat([
    ...labels.map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`, 'latin1')),
    Buffer.of(0),
  ])
}

export function u16(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value >> 8, value & 255]))
}

export function messageBytes({
  id = 1,
  flags = 0x0100,
  questions = [],
  answers = [],
  additional = [],
}: MessageBytes): Uint8Array {
  return Buffer.concat([
    u16(id, flags, questions.length, answers.length, 0, additional.length),
    ...questions.map(([name, type]) => Buffer.concat([nameBytes(name), u16(type, 1)])),
    ...[...answers, ...additional].map(recordBytes),
  ])
}

function recordBytes({ name = firstName, type, data, ttl = 60 }: RecordBytes): Uint8Array {
  return Buffer.concat([name, u16(type, 1, ttl >>> 16, ttl & 0xffff, data.length), data])
}

/** As it travels over TCP. */
export function framed(message: Uint8Array): Uint8Array {
  return Buffer.concat([u16(message.length), message])
}
