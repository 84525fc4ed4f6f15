// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { openSession } from '../../../src/session/index.ts'

test('a session is refused, with what the kernel lacks and what to do', async () => {
  const refused = await openSession().then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(refused).toMatchObject({
    name: 'SessionError',
    code: 'UNSUPPORTED',
    errno: 'EOPNOTSUPP',
    message: expect.stringMatching(/^Cannot find bpf_loop\(\) in this kernel: EOPNOTSUPP\. .*Linux 6\.1 /),
  })
})
