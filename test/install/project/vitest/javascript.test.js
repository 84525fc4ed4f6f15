// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process'
import { expect, test } from 'spyscall/vitest'

test('JavaScript in Vitest', ({ trace }) => {
  expect(process.getuid()).not.toBe(0)
  execFileSync('cat', ['package.json'])
  expect(trace).toHaveExecuted('cat', { exitCode: 0 })
  expect(trace).toHaveOpened('package.json', { mode: 'read', by: 'cat', times: 1 })
  expect(trace).not.toHaveConnectedTo()
  expect(() => expect(trace).not.toHaveOpened('package.json')).toThrow(/Found/)
})
