// SPDX-License-Identifier: MIT
// Fake timers: nothing of a session waits for a timer, a tick or a microtask that the test has replaced.
const { claim, newTag, ways } = require('../subject.cjs')

module.exports = ({ jest, openSession, traced }) => {
  afterEach(() => {
    jest.useRealTimers()
  })

  for (const [name, options] of [
    ['modern', { now: 0 }],
    ['legacy', { legacyFakeTimers: true }],
  ]) {
    test(`${name} ones`, async () => {
      jest.useFakeTimers(options)
      const tag = newTag(`${name} timers`)
      const session = await openSession()
      ways.spawnSync(tag)
      session.mark('half')
      claim(`${name} timers`, [tag], session.trace)
      await session.stop()
      const inRun = newTag(`${name} timers traced`)
      const { trace } = await traced(() => ways.spawn(inRun))
      claim(`${name} timers traced`, [inRun], trace)
    })
  }
}
