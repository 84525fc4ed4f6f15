// SPDX-License-Identifier: MIT
// Tests that run at the same time in one thread: each waits for the others before it starts anything.
import { describe, test, traced } from 'spyscall/vitest'
import subject from '../subject.cjs'

const { claim, inWorkerThread, meetingOf, newTag, ways } = subject
const each = Object.entries({ ...ways, 'in a thread': inWorkerThread })

describe('test.concurrent', () => {
  const all = meetingOf(each.length)

  for (const [name, start] of each) {
    test.concurrent(name, async () => {
      const tag = newTag(`concurrent ${name}`)
      const { trace } = await traced(async () => {
        await all()
        await start(tag)
      })
      claim(`concurrent ${name}`, [tag], trace)
    })
  }
})

describe.concurrent('describe.concurrent', () => {
  const all = meetingOf(each.length)

  for (const [name, start] of each) {
    test(name, async ({ session }) => {
      const tag = newTag(`session ${name}`)
      await session.run(async () => {
        await all()
        await start(tag)
      })
      claim(`session ${name}`, [tag], session.trace)
    })
  }
})

describe('suites at the same time', () => {
  const all = meetingOf(2)

  for (const name of ['one', 'another']) {
    describe.concurrent(name, () => {
      test('with tests one after the other', { concurrent: false }, async ({ session }) => {
        const tag = newTag(`suite ${name}`)
        await all()
        await session.run(() => ways.spawn(tag))
        claim(`suite ${name}`, [tag], session.trace)
      })

      test('refuse the trace', { concurrent: false, fails: true }, async ({ trace: _ }) => {})
    })
  }

  test.concurrent('refuse the trace', { fails: true }, async ({ trace: _ }) => {})
})
