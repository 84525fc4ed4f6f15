// SPDX-License-Identifier: MIT
// Questions of DNS and answers in lines as strace 6.1 writes them.
import { describe, expect, test } from 'vitest'
import { answerFlags, firstName, messageBytes, nameBytes, u16 } from '../../helpers/dns-bytes.ts'
import { parseMessage } from '../../oracle/dns-message.ts'
import { image } from './strace-image.ts'

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
const question = (id: number, name = 'a.test', type = 1) => text(messageBytes({ id, questions: [[name, type]] }))
const answer = (id: number, flags = answerFlags) =>
  text(
    messageBytes({
      id,
      flags,
      questions: [['A.test', 1]],
      answers: [{ name: firstName, type: 1, data: Uint8Array.of(192, 0, 2, 1) }],
    }),
  )
const to = (port: number) => `{sa_family=AF_INET, sin_port=htons(${port}), sin_addr=inet_addr("127.0.0.1")}`
const socket = '3<socket:[7]>'
const sendto = (bytes: string, address: string, result = `${bytes.length}`) =>
  `sendto(${socket}, "${bytes}", ${bytes.length}, 0, ${address}, 16) = ${result}`
const recvfrom = (bytes: string, address = 'NULL', flags = '0') =>
  `recvfrom(${socket}, "${bytes}", 512, ${flags}, ${address}, NULL) = ${bytes.length}`
/** Over TCP the length comes first. */
const framed = (bytes: string) => text(u16(bytes.length)) + bytes

/** Questions among the looks of a process. */
const asked = (...lines: string[]) =>
  image(...lines).looks.map(({ call, facts, outcome }) => ({ call, outcome, ...facts }))

describe('a question', () => {
  const first = { call: 'sendto', question: 'a.test A', server: 'inet 127.0.0.1:53', transport: 'udp', outcome: 'ok' }

  test('has its answer by socket, number and name', () => {
    expect(asked(sendto(question(5), to(53)), recvfrom(answer(5), to(53)))).toMatchObject([
      { ...first, status: 0, truncated: false, answers: ['a.test A 192.0.2.1'] },
    ])
    expect(asked(sendto(question(5), to(53)), recvfrom(answer(6), to(53)))).toMatchObject([{ ...first, status: null }])
    expect(asked(sendto(question(5), to(53)), recvfrom(answer(5), to(54)))).toMatchObject([{ ...first, status: null }])
    expect(asked(sendto(question(5), to(53)), recvfrom(answer(5, answerFlags | 0x200)))).toMatchObject([
      { ...first, truncated: true },
    ])
  })

  test('goes to port 53, by the call or by the connection', () => {
    expect(asked(sendto(question(5), to(54)))).toEqual([])
    const write = `write(${socket}, "${question(5)}", 24) = 24`
    expect(asked(write)).toEqual([])
    expect(asked(`connect(${socket}, ${to(53)}, 16) = 0`, write)).toMatchObject([{ ...first, call: 'write' }])
    expect(asked(`connect(${socket}, ${to(53)}, 16) = -1 ENETUNREACH (Network is unreachable)`, write)).toEqual([])
  })

  test('that is asked again is the same until it is answered', () => {
    const once = sendto(question(5), to(53))
    expect(asked(once, once)).toHaveLength(1)
    expect(asked(once, recvfrom(answer(5)), once)).toMatchObject([{ status: 0 }, { status: null }])
    expect(asked(sendto(question(5), to(53), '-1 EPERM (Operation not permitted)'), once)).toMatchObject([
      { outcome: 'EPERM' },
      { outcome: 'ok' },
    ])
  })

  test('over TCP comes in pieces, and what is only looked at comes again', () => {
    const bytes = framed(question(5))
    const back = framed(answer(5))
    const lines = [
      `socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = ${socket}`,
      `connect(${socket}, ${to(53)}, 16) = 0`,
      `writev(${socket}, [{iov_base="${bytes.slice(0, 1)}", iov_len=1}, {iov_base="${bytes.slice(1, 9)}", iov_len=8}], 2) = 9`,
      `send(${socket}, "${bytes.slice(9)}", 99, 0) = ${bytes.length - 9}`,
      recvfrom(back.slice(0, 2), 'NULL', 'MSG_PEEK'),
      recvfrom(back.slice(0, 7)),
      `read(${socket}, "${back.slice(7)}", 99) = ${back.length - 7}`,
    ]
    expect(asked(...lines)).toMatchObject([{ ...first, transport: 'tcp', status: 0 }])
    expect(asked(...lines.slice(0, -1))).toMatchObject([{ transport: 'tcp', status: null }])
    expect(asked(...lines.slice(0, 3))).toEqual([])
  })

  test('of sendmmsg is one of those that were sent, or the one that was refused', () => {
    const message = (id: number, length: string) =>
      `{msg_hdr={msg_name=${to(53)}, msg_namelen=16, msg_iov=[{iov_base="${question(id)}", iov_len=24}], msg_iovlen=1, msg_controllen=0, msg_flags=0}${length}}`
    const lines = `sendmmsg(${socket}, [${message(1, ', msg_len=24')}, ${message(2, '')}, ${message(3, '')}], 3, 0) = 1`
    expect(asked(lines)).toMatchObject([{ outcome: 'ok' }, { outcome: 'no answer' }])
  })

  test('that the log has cut throws', () => {
    expect(() => asked(`sendto(${socket}, "", 5000, 0, ${to(53)}, 16) = 5000`)).toThrow('cut')
    expect(asked(`sendto(${socket}, "", 5000, 0, ${to(54)}, 16) = 5000`)).toEqual([])
  })
})

describe('a message', () => {
  test('has data by type', () => {
    const records = [
      { type: 28, data: Uint8Array.from([0x20, 1, 0xd, 0xb8, ...new Uint8Array(11), 1]) },
      { type: 5, data: nameBytes('B.test') },
      { type: 15, data: Buffer.concat([u16(10), nameBytes('mail.test')]) },
      { type: 33, data: Buffer.concat([u16(1, 2, 443), firstName]) },
      { type: 16, data: Buffer.from('\x05hello\x06 world', 'latin1') },
      { type: 99, data: Buffer.from('x') },
    ]
    const answers = records.map((record) => ({ name: firstName, ...record }))
    const message = messageBytes({ id: 1, flags: answerFlags, questions: [['a.test', 255]], answers })
    expect(parseMessage(text(message))?.answers).toEqual([
      'a.test AAAA 2001:db8::1',
      'a.test CNAME b.test',
      'a.test MX 10 mail.test',
      'a.test SRV 1 2 443 a.test',
      'a.test TXT hello world',
      'a.test TYPE99',
    ])
  })

  test('that is none is none', () => {
    expect(parseMessage('')).toBeNull()
    expect(parseMessage(question(1).slice(0, 20))).toBeNull()
    expect(parseMessage(text(messageBytes({ flags: 0x2800, questions: [['a.test', 6]] })))).toBeNull()
    const circle = text(messageBytes({ questions: [['', 1]] })).replace(/\0\0\x01\0\x01$/, '\xc0\x0c\0\x01\0\x01')
    expect(parseMessage(circle)).toBeNull()
  })
})
