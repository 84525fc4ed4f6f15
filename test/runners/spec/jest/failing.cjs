// SPDX-License-Identifier: MIT
// Tests that fail, and what they leave behind, do not reach into the trace of the next one.
const { claim, newTag, serve, ways } = require('../subject.cjs')

module.exports = ({ openSession }) => {
  const servers = []
  let session

  beforeEach(async () => {
    session = await openSession()
  })

  afterEach(async () => {
    await session.stop()
  })

  afterAll(async () => {
    for (const server of servers) await server.end()
  })

  test('fails in the middle', async () => {
    const tag = newTag('in the middle')
    await ways.spawn(tag)
    claim('in the middle', [tag], session.trace)
    expect(session.trace).not.toHaveExecuted('tagged')
  })

  test('is not in the next one', async () => {
    const tag = newTag('after a failure')
    await ways.spawn(tag)
    claim('after a failure', [tag], session.trace)
  })

  test('fails for want of time', async () => {
    const tag = newTag('out of time')
    servers.push(await serve(tag))
    claim('out of time', [tag], session.trace, { running: true })
    await new Promise(() => {})
  }, 1500)

  test('is not in the one after that', async () => {
    const tag = newTag('after a timeout')
    await ways.spawn(tag)
    claim('after a timeout', [tag], session.trace)
  })
}
