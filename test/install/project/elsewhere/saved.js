// SPDX-License-Identifier: MIT
// node --import ./elsewhere/another-system.js elsewhere/saved.js TRACE
// Asserts on a saved trace, with both forms of the package, and prints what it did.
import { createRequire } from 'node:module'
import { argv } from 'node:process'
import { expect } from 'expect'
import { Trace } from 'spyscall'
import { matchers } from 'spyscall/matchers'

const require = createRequire(import.meta.url)
const forms = [
  [Trace, matchers],
  [require('spyscall').Trace, require('spyscall/matchers').matchers],
]
for (const [SomeTrace, someMatchers] of forms) {
  const trace = SomeTrace.load(argv[2])
  expect.extend(someMatchers)
  expect(trace).toHaveExecuted('cat', { exitCode: 0 })
  expect(trace).toHaveOpened('package.json', { mode: 'read', times: 1 })
  expect(trace).not.toHaveConnectedTo()
  expect(trace).toBeHermetic({ inputs: ['package.json'], toolchain: true })
  expect(() => expect(trace).not.toHaveOpened('**/package.json')).toThrow(/Found[\s\S]*package\.json/)
  console.log(`${process.platform}: ${trace.processes.length} processes, ${trace.eventCount} events`)
}
