// SPDX-License-Identifier: MIT
// Events that are alike can differ in who did them and when, and what that means. Of traces out of records, since those alone have classes.
import { expect, test } from 'vitest'
import { matchers } from '../../../src/matchers/index.ts'
import { review } from '../../../src/trace/hermetic/review.ts'
import { Offset } from '../../../src/trace/record.ts'
import { answerFlags, firstName, messageBytes } from '../../helpers/dns-bytes.ts'
import { RecordLogBuilder } from '../../helpers/record-log.ts'

expect.extend(matchers)

/** SPY_FAMILY_UNREAD. */
const unread = 0xffff

const of = (process: number) => ({ process, tgid: 100 + process * 100, tid: 100 + process * 100 })

function connect(log: RecordLogBuilder, last: number, process = 1): RecordLogBuilder {
  const call = { result: 0, fd: 3, type: 1, protocol: 6, returned: 1, nr: 42, state: 1 }
  log.add('connect', call, [null, null, null], of(process))
  return log.address(Offset.connect.asked, { family: unread }).address(Offset.connect.settled, { last })
}

/** A question for the address of a name, and the answer 10.0.0.`last`. */
function resolve(log: RecordLogBuilder, name: string, last: number): void {
  const questions = [[name, 1]] as const
  const data = Uint8Array.of(10, 0, 0, last)
  const messages = [
    messageBytes({ questions }),
    messageBytes({ questions, flags: answerFlags, answers: [{ name: firstName, type: 1, data }] }),
  ]
  for (const [answer, bytes] of messages.entries())
    log
      .add('dns', { inode: 7, result: bytes.length, answer, nr: 44, protocol: 17 }, [bytes], of(1))
      .address(Offset.dns.server, { port: 53, last: 9 })
}

test('an address has the name that DNS gave it from then on', () => {
  const log = new RecordLogBuilder().fork(1).exec(1, '/bin/curl')
  connect(log, 1)
  connect(log, 2)
  resolve(log, 'one.example', 1)
  connect(log, 1)
  connect(log, 2)
  resolve(log, 'two.example', 2)
  connect(log, 1)
  connect(log, 2)
  const trace = log.exit(1).trace()
  for (const name of ['one.example:443', 'two.example:443']) expect(trace).toHaveConnectedTo(name)
  expect(trace).toHaveConnectedTo('10.0.0.1', { times: 3 })
  const doubtful = (act: () => void, why: RegExp) => {
    try {
      act()
    } catch (error) {
      return String(error).match(why)
    }
    return null
  }
  expect(doubtful(() => expect(trace).not.toHaveConnectedTo('three.example'), /\S+(?= {2}curl.*not known)/g)).toEqual([
    '+3µs',
    '+4µs',
    '+8µs',
  ])
  expect(
    doubtful(() => expect(trace).toHaveConnectedTo('two.example', { times: 1 }), /\S+(?= {2}curl.*only later)/g),
  ).toEqual(['+4µs', '+8µs'])
  const { doubts } = review(trace, { network: ['one.example', 'two.example'] })
  expect(doubts.filter(({ event }) => event.kind === 'connect').map(({ event }) => event.seq)).toEqual([3, 4, 7])
  const connected = review(trace, { network: ['one.example'] }).violations.filter((one) => one.class === 'connect')
  expect(connected.map(({ subject, count, seq }) => ({ subject, count, seq }))).toEqual([
    { subject: 'tcp 10.0.0.2:443', count: 3, seq: 4 },
  ])
})

test('who was meant by a signal is what the target ran at the time', () => {
  const log = new RecordLogBuilder().fork(1).exec(1, '/bin/sender').fork(2).exec(2, '/bin/before')
  const kill = (times: number, header: object, nr = 62) => {
    for (let n = 0; n < times; n++)
      log.add('signal', { signal: 10, nr, target_process: 2, target_tgid: 300, to_group: 1 }, ['x'], { ...header })
  }
  kill(2, of(1))
  kill(1, of(2), -1)
  log.exec(2, '/bin/after')
  kill(3, of(1))
  kill(1, { process: 0, tgid: 77, tid: 77 })
  const trace = log.exit(1).exit(2).trace()
  expect(trace).toHaveSignalled('SIGUSR1', { to: 'before', times: 3 })
  expect(trace).toHaveSignalled('SIGUSR1', { to: 'after', times: 4 })
  expect(trace).toHaveSignalled('SIGUSR1', { by: 'sender', times: 5 })
  expect(trace).toHaveSignalled('SIGUSR1', { from: 'kernel', times: 1 })
  expect(trace).not.toHaveSignalled('SIGUSR1', { by: 'after' })
  expect(trace).not.toHaveSignalled('SIGUSR1', { by: 'before' })
})

test('what a process did is printed once', () => {
  const log = new RecordLogBuilder().fork(1).exec(1, '/bin/one').fork(2).exec(2, '/bin/two')
  for (let n = 0; n < 3; n++) connect(connect(log, 1), 2, 2)
  const lines = log.exit(1).exit(2).trace().print().split('\n')
  expect(lines.filter((line) => line.includes('connected')).map((line) => line.replace(/^.*connected/, ''))).toEqual([
    ' tcp 10.0.0.1:443 established',
    ' tcp 10.0.0.2:443 established',
  ])
})
