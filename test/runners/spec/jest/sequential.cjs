// SPDX-License-Identifier: MIT
// One test after the other, each in a session of its own; servers of other places start processes all the time.
const { claim, inWorkerThread, newTag, serve, ways } = require('../subject.cjs')

module.exports = ({ jest, openSession, traced }) => {
  const servers = []

  beforeAll(async () => {
    servers.push(await serve(newTag('before all')))
  })

  afterAll(async () => {
    for (const server of servers) await server.end()
  })

  describe('each way of starting', () => {
    for (const [name, start] of Object.entries(ways)) {
      test(name, async () => {
        const tag = newTag(name)
        const session = await openSession()
        await start(tag)
        const trace = await session.stop()
        claim(name, [tag], trace)
        expect(trace).toHaveExecuted('tagged', { argv: expect.arrayContaining([tag]) })
        expect(trace).not.toHaveExecuted('gcc')
      })
    }
  })

  test('in a thread of the test', async () => {
    const tag = newTag('thread')
    const session = await openSession()
    await inWorkerThread(tag)
    claim('thread', [tag], await session.stop())
  })

  describe('retried', () => {
    let attempt = 0
    jest.retryTimes(2)

    test('until it passes', async () => {
      const tag = newTag(`retried ${attempt}`)
      const session = await openSession()
      await ways.spawn(tag)
      claim('retried', [tag], await session.stop())
      expect(attempt++).toBe(2)
    })

    afterAll(() => {
      jest.retryTimes(0)
    })
  })

  describe('a server that one test leaves running', () => {
    test('begins', async () => {
      const tag = newTag('left running')
      const session = await openSession()
      servers.push(await serve(tag))
      claim('left running', [tag], await session.stop(), { running: true })
    })

    test('is not in the next test', async () => {
      const tag = newTag('next')
      const session = await openSession()
      await ways.spawn(tag)
      claim('next', [tag], await session.stop())
    })
  })

  describe('a session that hooks open and stop', () => {
    let session, before

    beforeEach(async () => {
      session = await openSession()
      before = newTag('before each')
      await ways.spawn(before)
    })

    afterEach(async () => {
      await session.stop()
    })

    test('is of the test', async () => {
      const tag = newTag('in test')
      await ways.spawn(tag)
      claim('hook', [before, tag], session.trace)
    })
  })

  test('sessions in a session', async () => {
    const outside = newTag('outside')
    const inner = newTag('inner')
    const run = newTag('run')
    const outer = await openSession()
    await ways.spawn(outside)
    const session = await openSession()
    await ways.spawn(inner)
    const { trace: ofRun } = await traced(() => ways.spawn(run))
    claim('inner', [inner, run], await session.stop())
    claim('traced', [run], ofRun)
    claim('all', [outside, inner, run], await outer.stop())
  })
}
