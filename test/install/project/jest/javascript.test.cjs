// SPDX-License-Identifier: MIT
const { execFileSync } = require('node:child_process')
const { traced } = require('spyscall')

test('JavaScript in Jest', async () => {
  expect(process.getuid()).not.toBe(0)
  const { trace } = await traced(() => execFileSync('cat', ['package.json']))
  expect(trace).toHaveExecuted('cat', { exitCode: 0 })
  expect(trace).toHaveOpened('package.json', { mode: 'read', by: 'cat', times: 1 })
  expect(trace).not.toHaveConnectedTo()
  expect(() => expect(trace).not.toHaveOpened('package.json')).toThrow(/Found/)
})
