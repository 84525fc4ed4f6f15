// SPDX-License-Identifier: MIT
// Tests that run at the same time in one thread: each waits for the others before it starts anything.
const { claim, inWorkerThread, meetingOf, newTag, ways } = require('../subject.cjs')

module.exports = ({ traced, openSession }) => {
  const each = Object.entries({ ...ways, 'in a thread': inWorkerThread })
  const all = meetingOf(2 * each.length)

  for (const [name, start] of each) {
    test.concurrent(`traced: ${name}`, async () => {
      const tag = newTag(`concurrent ${name}`)
      const { trace } = await traced(async () => {
        await all()
        await start(tag)
      })
      claim(`concurrent ${name}`, [tag], trace)
    })

    test.concurrent(`session.run: ${name}`, async () => {
      const tag = newTag(`session ${name}`)
      const session = await openSession({ scope: 'run' })
      await session.run(async () => {
        await all()
        await start(tag)
      })
      claim(`session ${name}`, [tag], await session.stop())
    })
  }
}
