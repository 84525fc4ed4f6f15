// SPDX-License-Identifier: MIT
// One test after the other, with the fixture; servers of other places start processes all the time.
import { afterAll, beforeAll, describe, expect, openSession, test, traced } from 'spyscall/vitest'
import subject from '../subject.cjs'

const { claim, inWorkerThread, newTag, serve, ways } = subject
const servers = []

beforeAll(async () => {
  servers.push(await serve(newTag('before all')))
})

afterAll(async () => {
  for (const server of servers) await server.end()
})

describe('each way of starting', () => {
  for (const [name, start] of Object.entries(ways)) {
    test(name, async ({ trace }) => {
      const tag = newTag(name)
      await start(tag)
      claim(name, [tag], trace)
      expect(trace).toHaveExecuted('tagged', { argv: expect.arrayContaining([tag]) })
      expect(trace).not.toHaveExecuted('gcc')
    })
  }
})

test('in a thread of the test', async ({ trace }) => {
  const tag = newTag('thread')
  await inWorkerThread(tag)
  claim('thread', [tag], trace)
})

test('retried', { retry: 2 }, async ({ trace, task }) => {
  const tag = newTag(`retried ${task.result.retryCount}`)
  await ways.spawn(tag)
  claim('retried', [tag], trace)
  expect(task.result.retryCount).toBe(2)
})

test('repeated', { repeats: 1 }, async ({ trace }) => {
  const tag = newTag('repeated')
  await ways.execFile(tag)
  claim('repeated', [tag], trace)
})

describe('a server that one test leaves running', () => {
  test('begins', async ({ trace }) => {
    const tag = newTag('left running')
    servers.push(await serve(tag))
    claim('left running', [tag], trace, { running: true })
  })

  test('is not in the next test', async ({ trace }) => {
    const tag = newTag('next')
    await ways.spawn(tag)
    claim('next', [tag], trace)
  })
})

describe('a hook', () => {
  let before

  test.beforeEach(async ({ trace: _ }) => {
    before = newTag('before each')
    await ways.spawn(before)
  })

  test('that asks for the trace is in it', async ({ trace }) => {
    const tag = newTag('in test')
    await ways.spawn(tag)
    claim('hook', [before, tag], trace)
  })
})

test('sessions in the session of the fixture', async ({ trace }) => {
  const outside = newTag('outside')
  const inner = newTag('inner')
  const run = newTag('run')
  await ways.spawn(outside)
  const session = await openSession()
  await ways.spawn(inner)
  const { trace: ofRun } = await traced(() => ways.spawn(run))
  claim('inner', [inner, run], await session.stop())
  claim('traced', [run], ofRun)
  claim('all', [outside, inner, run], trace)
})
