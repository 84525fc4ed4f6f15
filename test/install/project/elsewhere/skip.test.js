// SPDX-License-Identifier: MIT
// Where nothing can be recorded: two tests pass, two are skipped.
import { SessionError } from 'spyscall'
import { expect, openSession, test, traced, whyNoSession } from 'spyscall/vitest'

test('the reason is told', async () => {
  const reason = whyNoSession()
  expect(reason).toBeInstanceOf(SessionError)
  expect(reason).toMatchObject({ code: 'UNSUPPORTED', message: expect.stringContaining(process.env.EXPECTED_REASON) })
  await expect(openSession()).rejects.toThrow(reason.message)
  await expect(traced(() => 1)).rejects.toThrow(reason.message)
})

test('the fixture skips, as the configuration asks', ({ trace }) => {
  expect(trace).toBe('never')
})

test.skipIf(whyNoSession())('a condition skips', () => {
  expect('never').toBe('here')
})

test.extend({ unsupported: 'error' }).fails('the fixture fails, as this test asks', ({ session }) => {
  expect(session).toBe('never')
})
