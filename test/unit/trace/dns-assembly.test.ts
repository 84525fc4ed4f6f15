// SPDX-License-Identifier: MIT
// What kernel tests cannot arrange: answers that come too early, by another way, in parts or too often.
import { expect, test } from 'vitest'
import type { DnsEvent } from '../../../src/trace/event.ts'
import type { Trace } from '../../../src/trace/trace.ts'
import { answerFlags, framed, type MessageBytes, messageBytes } from '../../helpers/dns-bytes.ts'
import { RecordLogBuilder } from '../../helpers/record-log.ts'

const udp = 17
const tcp = 6
const AF_INET = 2
const unread = 0xffff
const sendto = 44
const recvfrom = 45

interface Piece {
  readonly answer?: boolean
  readonly protocol?: number
  readonly inode?: number
  readonly process?: number
  /** Last byte of 127.0.0.x, null: not known. */
  readonly server?: number | null
  readonly result?: number
  readonly index?: number
  /** SPY_STRING_* */
  readonly status?: number
}

class Conversation {
  readonly #log = new RecordLogBuilder().fork(1).exec(1, '/bin/sh').fork(2)

  piece(bytes: Uint8Array, facts: Piece = {}): this {
    const {
      answer = false,
      protocol = udp,
      inode = 7,
      process = 1,
      server = 1,
      result = bytes.length,
      index = 0,
    } = facts
    const address = server === null ? { server: unread } : { server: AF_INET | (53 << 16) }
    this.#log.add(
      'dns',
      {
        inode,
        result,
        answer: answer ? 1 : 0,
        bytes: bytes.length,
        nr: answer ? recvfrom : sendto,
        index,
        protocol,
        ...address,
      },
      [bytes],
      { process, tgid: 100 + process * 100, tid: 100 + process * 100 },
      { answer: 4, bytes: 4, nr: 4, index: 4, protocol: 2, server: 4 },
    )
    const at = this.#log.lastRecord
    if (server !== null) at.set([127, 0, 0, server], 80)
    if (facts.status) at[99] = facts.status
    return this
  }

  ask(message: MessageBytes = {}, facts: Piece = {}): this {
    return this.piece(questionBytes(message), facts)
  }

  answer(message: MessageBytes = {}, facts: Piece = {}): this {
    return this.piece(answerBytes(message), { answer: true, ...facts })
  }

  get trace(): Trace {
    return this.#log.trace()
  }

  /** `a.test A -> 1.2.3.4`, one for each question. */
  get told(): string[] {
    return this.trace.ofKind('dns').map(lineOf)
  }
}

const asked = [['a.test', 1]] as const

function questionBytes(message: MessageBytes): Uint8Array {
  return messageBytes({ questions: asked, ...message })
}

function answerBytes(message: MessageBytes): Uint8Array {
  const answers = [{ type: 1, data: Uint8Array.of(1, 2, 3, 4) }]
  return messageBytes({ questions: asked, flags: answerFlags, answers, ...message })
}

function lineOf({ name, type, server, status, answers }: DnsEvent): string {
  const host = 'host' in server ? server.host : server.family
  return `${name} ${type} @${host} -> ${answers.map(({ data }) => data).join(' ') || status}`
}

const talk = () => new Conversation()
const answered = 'a.test A @127.0.0.1 -> 1.2.3.4'
const unanswered = 'a.test A @127.0.0.1 -> null'

test('An answer is joined by socket, number, name and type', () => {
  expect(talk().ask().answer().told).toEqual([answered])
  expect(talk().ask().answer({}, { inode: 8 }).told).toEqual([unanswered])
  expect(talk().ask().answer({ id: 2 }).told).toEqual([unanswered])
  expect(
    talk()
      .ask()
      .answer({ questions: [['b.test', 1]] }).told,
  ).toEqual([unanswered])
  expect(
    talk()
      .ask()
      .answer({ questions: [['a.test', 28]] }).told,
  ).toEqual([unanswered])
  expect(
    talk()
      .ask()
      .answer({ questions: [['A.TEST', 1]] }).told,
  ).toEqual([answered])
})

test('A socket that another process got reads the answer all the same', () => {
  const { trace } = talk().ask().answer({}, { process: 2 })
  expect(trace.ofKind('dns').map(({ process, status }) => [process.pid, status])).toEqual([[200, 'NOERROR']])
})

test('Servers that are asked at the same time, with the same number, each have their own answer', () => {
  const both = talk().ask({}, { server: 1 }).ask({}, { server: 2 })
  const other = { answers: [{ type: 1, data: Uint8Array.of(9, 9, 9, 9) }] }
  expect(both.answer(other, { server: 2 }).told).toEqual([unanswered, 'a.test A @127.0.0.2 -> 9.9.9.9'])
  // A second answer of the same server is nobody else's.
  expect(both.answer(other, { server: 2 }).told[0]).toBe(unanswered)
  expect(both.answer({}, { server: 1 }).told[0]).toBe(answered)
})

test('An answer whose sender nobody asked for is taken by socket and number', () => {
  expect(talk().ask().answer({}, { server: null }).told).toEqual([answered])
})

test('A question that is asked again is one event until it is answered, and another after that', () => {
  expect(talk().ask().ask().answer().told).toEqual([answered])
  expect(talk().ask().ask({}, { inode: 8 }).answer({}, { inode: 8 }).told).toEqual([answered])
  expect(talk().ask().answer().ask().told).toEqual([answered, unanswered])
  expect(talk().ask().ask({}, { process: 2 }).told).toEqual([unanswered, unanswered])
  expect(talk().ask().ask({}, { server: 2 }).told).toHaveLength(2)
})

test('An answer that comes again does not answer the next question', () => {
  expect(talk().ask().answer().answer().ask().told).toEqual([answered, unanswered])
})

test('An answer that another thread has read before the call that asked came back is the answer', () => {
  expect(talk().answer().ask().told).toEqual([answered])
  expect(talk().answer({}, { server: 2 }).ask().told).toEqual([unanswered])
  expect(talk().answer().ask({ id: 2 }).told).toEqual([unanswered])
})

test('What was not sent is told, and is answered by nothing', () => {
  const refused = talk().ask({}, { result: -101 }).answer()
  expect(refused.told).toEqual([unanswered])
  expect(refused.trace.ofKind('dns')[0]).toMatchObject({ result: { ok: false, errno: 'ENETUNREACH' }, call: 'sendto' })
  expect(talk().ask({}, { result: -11 }).ask().answer().told).toEqual([unanswered, answered])
  // Of sendmmsg, the one after those that were taken.
  const two = talk().ask({}, { result: 1 }).ask({ id: 2 }, { result: 1, index: 1 }).answer({ id: 2 })
  expect(two.told).toEqual([unanswered, unanswered])
  expect(two.trace.ofKind('dns').map(({ result }) => result)).toEqual([
    { ok: true, value: 1 },
    { ok: false, errno: null },
  ])
})

test('A server that refuses without a word of what it was asked answers the only question of that number', () => {
  const refusal = { questions: [], answers: [], flags: answerFlags | 5 }
  expect(talk().ask().answer(refusal).told).toEqual(['a.test A @127.0.0.1 -> REFUSED'])
  const two = [...asked, ['a.test', 28]] as const
  expect(talk().ask({ questions: two }).answer(refusal).told).toEqual([unanswered, 'a.test AAAA @127.0.0.1 -> null'])
})

test('A message of several questions is an event for each, and each has a place of its own', () => {
  const { trace } = talk().ask({ questions: [...asked, ['b.test', 28]] })
  const events = trace.ofKind('dns')
  expect(events.map(({ name, type }) => `${name} ${type}`)).toEqual(['a.test A', 'b.test AAAA'])
  expect(new Set(events.map(({ seq }) => seq)).size).toBe(2)
})

test('Only questions that are sent and answers that are received count', () => {
  expect(talk().ask({ flags: answerFlags }).told).toEqual([])
  expect(talk().ask({ flags: 0x2800 }).told).toEqual([])
  expect(talk().ask({ questions: [] }).told).toEqual([])
  expect(talk().piece(Uint8Array.of(1, 2, 3)).told).toEqual([])
  expect(talk().ask().answer({ flags: 0x0100 }).told).toEqual([unanswered])
})

test('Messages over TCP are put together from pieces of any size, each direction and socket by itself', () => {
  const question = framed(questionBytes({}))
  const answer = framed(answerBytes({}))
  for (let size = 1; size <= question.length + 1; size++) {
    const conversation = talk()
    for (let at = 0; at < question.length; at += size)
      conversation.piece(question.subarray(at, at + size), { protocol: tcp })
    conversation.piece(question.subarray(0, 5), { protocol: tcp, inode: 8 })
    for (let at = 0; at < answer.length; at += size)
      conversation.piece(answer.subarray(at, at + size), { protocol: tcp, answer: true })
    expect(conversation.told).toEqual([answered])
    expect(conversation.trace.ofKind('dns')[0]?.transport).toBe('tcp')
  }
})

test('Behind a part of a stream that is missing nothing is read', () => {
  const question = framed(questionBytes({}))
  const whole = talk().piece(question, { protocol: tcp }).piece(question.subarray(0, 0), { protocol: tcp })
  expect(whole.piece(framed(questionBytes({ id: 2 })), { protocol: tcp }).told).toHaveLength(2)
  const cut = talk().piece(question.subarray(0, 9), { protocol: tcp, status: 1 }).piece(question, { protocol: tcp })
  expect(cut.told).toEqual([])
  expect(cut.trace.gaps.map(({ reason, count }) => [reason, count])).toEqual([['dns', 1]])
  const other = talk()
    .piece(Uint8Array.of(0, 3, 1, 2, 3), { protocol: tcp })
    .piece(question, { protocol: tcp })
  expect(other.told).toHaveLength(1)
  expect(other.trace.gaps).toEqual([])
})

test('What was sent over TCP and is the beginning of a message only is a gap', () => {
  const question = framed(questionBytes({}))
  const reasons = (conversation: Conversation) => conversation.trace.gaps.map(({ reason, count }) => [reason, count])
  expect(reasons(talk().piece(question.subarray(0, 9), { protocol: tcp }))).toEqual([['dns', 1]])
  expect(reasons(talk().piece(Uint8Array.of(0), { protocol: tcp }).piece(question, { protocol: tcp }))).toEqual([
    ['dns', 1],
  ])
  const answer = framed(answerBytes({})).subarray(0, 9)
  expect(reasons(talk().piece(question, { protocol: tcp }).piece(answer, { protocol: tcp, answer: true }))).toEqual([])
})
