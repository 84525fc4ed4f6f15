// SPDX-License-Identifier: MIT
// Fake timers: nothing of a session waits for a timer, a tick or a microtask that the test has replaced.
import { afterEach, beforeEach, describe, openSession, test, traced, vi } from 'spyscall/vitest'
import subject from '../subject.cjs'

const { claim, newTag, ways } = subject

afterEach(() => {
  vi.useRealTimers()
})

describe('the default ones', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  for (const [name, start] of Object.entries(ways)) {
    test(name, async ({ trace, session }) => {
      const tag = newTag(`timers ${name}`)
      await start(tag)
      claim(`timers ${name}`, [tag], trace)
      await session.stop()
    })
  }
})

test('all that can be replaced', async () => {
  // But nextTick: where it is replaced Node itself loses what the thread has under way, and processes that it starts later do not end for it. Jest replaces a copy.
  const toFake = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate']
  vi.useFakeTimers({ toFake: [...toFake, 'Date', 'performance', 'hrtime', 'queueMicrotask'], now: 0 })
  const inSession = newTag('all timers')
  const session = await openSession()
  ways.spawnSync(inSession)
  session.mark('half')
  claim('all timers', [inSession], session.trace)
  await session.stop()
  const inRun = newTag('all timers traced')
  const { trace } = await traced(() => ways.spawnSync(inRun))
  claim('all timers traced', [inRun], trace)
})
