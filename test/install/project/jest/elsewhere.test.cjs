// SPDX-License-Identifier: MIT
// On another system, as far as anything here can tell.
const real = process.platform
Object.defineProperty(process, 'platform', { value: 'darwin' })
afterAll(() => Object.defineProperty(process, 'platform', { value: real }))
const { openSession, whyNoSession } = require('spyscall')

test('Jest is told why there is no session', async () => {
  expect(whyNoSession()).toMatchObject({ code: 'UNSUPPORTED', message: expect.stringContaining('this is darwin') })
  await expect(openSession()).rejects.toThrow('Recording needs Linux')
})
