// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process'
import { type SessionOptions, Trace, traced, whyNoSession } from 'spyscall'
import { expect, test } from 'spyscall/vitest'

test('TypeScript in Vitest', async ({ session, trace }) => {
  expect(process.getuid?.()).not.toBe(0)
  execFileSync('head', ['-n', '1', 'package.json'])
  session.mark('second')
  const options: SessionOptions = { events: ['process', 'file'] }
  const { result, trace: inner } = await traced(
    () => String(execFileSync('head', ['-c', '1', 'package.json'])),
    options,
  )
  expect(result.toUpperCase()).toBe('{')
  expect(inner).toHaveExecuted('head', { times: 1, argv: expect.arrayContaining(['-c']) })
  expect(trace).toHaveExecuted('head', { times: 2 })
  expect(trace).toHaveReapedAllProcesses()
  expect(trace).toBeInstanceOf(Trace)
  expect(whyNoSession()).toBeUndefined()
})
