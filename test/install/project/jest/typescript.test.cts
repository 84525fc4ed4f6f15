// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { openSession, type SessionError, whyNoSession } from 'spyscall'

test('TypeScript in Jest', async () => {
  expect(process.getuid?.()).not.toBe(0)
  const session = await openSession({ scope: 'run' })
  session.run(() => execFileSync('head', ['-c', '1', 'package.json']))
  const trace = await session.stop()
  expect(trace).toHaveExecuted('head', { times: 1, argv: expect.arrayContaining(['-c']) })
  expect(trace).toEqual(expect.toHaveOpened('package.json'))
  expect(trace.complete).toBe(true)
  const reason: SessionError | undefined = whyNoSession()
  expect(reason).toBeUndefined()
})
