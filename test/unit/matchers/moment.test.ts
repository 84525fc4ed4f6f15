// SPDX-License-Identifier: MIT
// A trace that is live: what happens while a matcher looks is no part of its verdict, nor of its message.
import { expect } from 'spyscall/vitest'
import { test } from 'vitest'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import { RecordLogBuilder } from '../../helpers/record-log.ts'

/** A shell that runs; as soon as somebody has looked at its name it executes curl and ends. */
function live() {
  const builder = new RecordLogBuilder().fork(1).exec(1, '/bin/sh')
  while (builder.lastRecord.byteOffset > 0) builder.exec(1, '/bin/sh') // until the next chunk, which it grows by
  const { trace, grow } = builder.exec(1, '/usr/bin/curl').exit(1).growing(1)
  const curl = {
    asymmetricMatch(name: unknown) {
      grow()
      return name === '/usr/bin/curl'
    },
    toString: () => 'curl',
  }
  return { trace, curl }
}

test('what came while it looked is not missed by an absence', () => {
  const { trace, curl } = live()
  expect(errorOf(() => expect(trace).not.toHaveExecuted(curl))).toMatchObject({ code: 'STILL_RUNNING' })
  expect(trace).toHaveExecuted('curl', { times: 1 })
})

test('a message tells what the verdict rests on', () => {
  const { trace, curl } = live()
  const message = messageOf(() => expect(trace).toHaveExecuted(curl))
  expect(message).toMatch(/\nFound: +none in .*, 1 process still running\n/)
  expect(message).toMatch(/\nAwait what you start, or end it\.$/)
  expect(trace).toHaveExecuted('curl', { times: 1 })
})
