// SPDX-License-Identifier: MIT
// Messages as RFC 1035 lays them out, and those that somebody made to break who reads them.
import { expect, test } from 'vitest'
import { parseDnsMessage } from '../../../src/trace/dns-message.ts'
import { answerFlags, firstName, messageBytes, nameBytes, u16 } from '../../helpers/dns-bytes.ts'

const A = 1
const question = messageBytes({ id: 0x1234, questions: [['Example.COM', A]] })

/** What dig got for example.com: EDNS in the last section, names by pointers. */
const captured = Buffer.from(
  '8f1e81800001000200000001076578616d706c6503636f6d0000010001c00c000100010000012c000417d7008ac00c000100010000012c000460077' +
    'c5d00002904d0000000000000',
  'hex',
)

test('A question has a name in lower case, without the last dot', () => {
  expect(parseDnsMessage(question)).toEqual({
    id: 0x1234,
    isAnswer: false,
    opcode: 0,
    truncated: false,
    status: 'NOERROR',
    questions: [{ name: 'example.com', type: 'A', class: 1 }],
    answers: [],
  })
  expect(nameOf(messageBytes({ questions: [['', 2]] }))).toBe('.')
})

test('An answer has its records, names followed through pointers', () => {
  expect(parseDnsMessage(captured)).toMatchObject({
    id: 0x8f1e,
    isAnswer: true,
    status: 'NOERROR',
    questions: [{ name: 'example.com', type: 'A' }],
    answers: [
      { name: 'example.com', type: 'A', ttl: 300, data: '23.215.0.138' },
      { name: 'example.com', type: 'A', ttl: 300, data: '96.7.124.93' },
    ],
  })
})

test.each([
  ['A', 1, [1, 2, 3, 4], '1.2.3.4'],
  ['A', 1, [1, 2, 3], '010203'],
  ['AAAA', 28, [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], '2001:db8::1'],
  ['AAAA', 28, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1], '::ffff:10.0.0.1'],
  ['CNAME', 5, nameBytes('Other.example'), 'other.example'],
  ['CNAME', 5, firstName, 'example.com'],
  ['CNAME', 5, [...firstName, 0], 'c00c00'],
  ['NS', 2, nameBytes('ns.example'), 'ns.example'],
  ['PTR', 12, nameBytes('host'), 'host'],
  ['MX', 15, [...u16(10), ...nameBytes('mail.example')], '10 mail.example'],
  ['SRV', 33, [...u16(1, 2, 443), ...nameBytes('a.example')], '1 2 443 a.example'],
  ['SOA', 6, [...nameBytes('ns'), ...nameBytes('root'), ...u16(0, 7, 0, 1, 0, 2, 0, 3, 1, 0)], 'ns root 7 1 2 3 65536'],
  ['TXT', 16, [5, ...Buffer.from('hello'), 6, ...Buffer.from(' wörl')], 'hello wörl'],
  ['TXT', 16, [5, ...Buffer.from('hell')], '0568656c6c'],
  ['HTTPS', 65, [0, 1, 0], '000100'],
  ['TYPE65280', 65280, [1], '01'],
])('A record of %s (%i) says %s as %s', (name, type, data, text) => {
  const bytes = messageBytes({
    flags: answerFlags,
    questions: [['example.com', A]],
    answers: [{ type, data: Uint8Array.from(data) }],
  })
  expect(parseDnsMessage(bytes)?.answers).toEqual([{ name: 'example.com', type: name, ttl: 60, data: text }])
})

test('Bytes of a name that would be taken for something else are escaped as in zone files', () => {
  expect(nameOf(messageBytes({ questions: [['\u0000 \u00ff\\', A]] }))).toBe('\\000\\032\\255\\\\')
  const dotted = Buffer.concat([u16(1, 0, 1, 0, 0, 0), Buffer.from('\u0003a.b\u0000'), u16(A, 1)])
  expect(nameOf(dotted)).toBe('a\\.b')
})

test('The status has its high bits in the last section', () => {
  const opt = { name: Uint8Array.of(0), type: 41, data: Uint8Array.of(), ttl: 0x01000000 }
  const statusOf = (flags: number, additional = [opt]) => parseDnsMessage(messageBytes({ flags, additional }))?.status
  expect(statusOf(answerFlags)).toBe('BADVERS')
  expect(statusOf(answerFlags | 7)).toBe('BADCOOKIE')
  expect(statusOf(answerFlags | 3, [])).toBe('NXDOMAIN')
  expect(statusOf(answerFlags | 12, [])).toBe('RCODE12')
  expect(parseDnsMessage(messageBytes({ flags: answerFlags | 0x0200 }))?.truncated).toBe(true)
  expect(parseDnsMessage(messageBytes({ flags: 0x2800 }))?.opcode).toBe(5)
})

test('Names that lead in a circle, forward, or nowhere are no names', () => {
  const withName = (...name: readonly number[]) => Buffer.concat([u16(1, 0, 1, 0, 0, 0), Buffer.from(name), u16(A, 1)])
  expect(parseDnsMessage(withName(0xc0, 12))).toBeNull() // to itself
  expect(parseDnsMessage(withName(1, 97, 0xc0, 12))).toBeNull() // to its own front
  expect(parseDnsMessage(withName(0xc0, 14, 0))).toBeNull() // forward
  expect(parseDnsMessage(withName(0xc0, 0xff))).toBeNull() // beyond the end
  expect(parseDnsMessage(withName(0x40, 0))).toBeNull() // a kind of label that there is not
  expect(parseDnsMessage(withName(63, 97))).toBeNull() // cut
  const two = messageBytes({
    flags: answerFlags,
    questions: [['a', A]],
    answers: [{ type: 5, data: Uint8Array.of(0xc0, 31) }],
  })
  expect(parseDnsMessage(two)?.answers).toEqual([{ name: 'a', type: 'CNAME', ttl: 60, data: 'c01f' }])
})

test('A name is 255 bytes at most, whatever pointers make of it', () => {
  const label = 'x'.repeat(63)
  const longest = [label, label, label, 'x'.repeat(61)].join('.')
  expect(nameOf(messageBytes({ questions: [[longest, A]] }))).toBe(longest)
  expect(parseDnsMessage(messageBytes({ questions: [[`${longest}y`, A]] }))).toBeNull()
  const alias = Buffer.concat([Buffer.from(`\u003f${label}`), firstName])
  const bytes = messageBytes({
    flags: answerFlags,
    questions: [[longest, A]],
    answers: [{ name: alias, type: A, data: Uint8Array.of(1, 2, 3, 4) }],
  })
  expect(parseDnsMessage(bytes)).toMatchObject({ questions: [{ name: longest }], answers: [] })
})

test('Of a message that is cut, what stands before the cut is read, and no more', () => {
  const whole = parseDnsMessage(captured)
  const end = 12 + nameBytes('example.com').length + 4
  for (let length = 0; length < captured.length; length++) {
    const message = parseDnsMessage(captured.subarray(0, length))
    if (length < end) expect(message).toBeNull()
    else expect(message?.answers).toEqual(whole?.answers.slice(0, Math.floor((length - end) / 16)))
  }
})

test('Counts that promise more than there is promise nothing', () => {
  expect(parseDnsMessage(u16(1, 0, 0xffff, 0xffff, 0xffff, 0xffff))).toBeNull()
  expect(parseDnsMessage(u16(1, 0x8000, 0, 0xffff, 0xffff, 0xffff))?.answers).toEqual([])
})

const rounds = 20_000

test(`${rounds} damaged messages are read or refused, and nothing else`, () => {
  const messages = [
    question,
    captured,
    messageBytes({ flags: answerFlags, questions: [['a.b', A]], answers: [{ type: 16, data: Uint8Array.of(1, 97) }] }),
  ]
  let refused = 0
  for (let round = 0; round < rounds; round++) {
    const next = random(round + 1)
    const bytes = damaged(messages[round % messages.length] as Uint8Array, next)
    const message = parseDnsMessage(bytes)
    if (message === null) {
      refused++
      continue
    }
    for (const { name, type } of [...message.questions, ...message.answers]) {
      expect(name.length).toBeLessThanOrEqual(4 * 255)
      expect(name).toMatch(/^[!-@[-~]+$/)
      expect(type).toMatch(/^[A-Z0-9]+$/)
    }
    for (const { data } of message.answers) expect(data.length).toBeLessThanOrEqual(8 * bytes.length + 1024)
  }
  expect(refused).toBeGreaterThan(rounds / 20)
  expect(refused).toBeLessThan(rounds)
})

/** Some bytes changed, some repeated, or the end cut off. */
function damaged(bytes: Uint8Array, next: () => number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  for (let n = 1 + Math.floor(next() * 4); n > 0; n--) {
    const at = Math.floor(next() * copy.length)
    if (next() < 0.7) copy[at] = next() < 0.3 ? 0xc0 : Math.floor(next() * 256)
    else copy.copyWithin(at, Math.floor(next() * copy.length), Math.floor(next() * copy.length))
  }
  return next() < 0.2 ? copy.subarray(0, Math.floor(next() * copy.length)) : copy
}

/** A small generator with a seed: a failure can be had again by its round. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

function nameOf(bytes: Uint8Array): string | undefined {
  return parseDnsMessage(bytes)?.questions[0]?.name
}
