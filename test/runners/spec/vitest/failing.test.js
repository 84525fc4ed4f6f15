// SPDX-License-Identifier: MIT
// Tests that fail, and what they leave behind, do not reach into the trace of the next one.
import { afterAll, expect, onTestFailed, test } from 'spyscall/vitest'
import subject from '../subject.cjs'

const { claim, newTag, serve, ways } = subject
const servers = []

afterAll(async () => {
  for (const server of servers) await server.end()
})

test('fails in the middle', async ({ trace }) => {
  const tag = newTag('in the middle')
  await ways.spawn(tag)
  claim('in the middle', [tag], trace)
  expect(trace).not.toHaveExecuted('tagged')
})

test('is not in the next one', async ({ trace }) => {
  const tag = newTag('after a failure')
  await ways.spawn(tag)
  claim('after a failure', [tag], trace)
})

test('fails for want of time', { timeout: 1500 }, async ({ trace }) => {
  const tag = newTag('out of time')
  onTestFailed(() => claim('out of time', [tag], trace, { running: true }))
  servers.push(await serve(tag))
  await new Promise(() => {})
})

test('is not in the one after that', async ({ trace }) => {
  const tag = newTag('after a timeout')
  await ways.spawn(tag)
  claim('after a timeout', [tag], trace)
})
