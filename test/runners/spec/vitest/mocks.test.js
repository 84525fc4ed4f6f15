// SPDX-License-Identifier: MIT
// Modules that are loaded again, or replaced by mocks, before the package is: what is recorded and compared is the same.
import { existsSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import subject from '../subject.cjs'

vi.mock('node:fs')
vi.mock('node:child_process')

const { claim, newTag, ways } = subject

test('mocks of Node', async () => {
  expect(vi.isMockFunction(existsSync)).toBe(true)
  const { traced } = await import('spyscall/vitest')
  const tag = newTag('mocks')
  const { trace } = await traced(() => ways['after other work'](tag))
  claim('mocks', [tag], trace)
  expect(trace).toHaveOpened('/etc/ld.so.cache')
})

test('two copies of the package', async () => {
  const one = await import('spyscall/vitest')
  vi.resetModules()
  const two = await import('spyscall/vitest')
  const both = newTag('both copies')
  const second = newTag('second copy')
  const ofOne = await one.openSession({ scope: 'run' })
  const ofTwo = await two.openSession({ scope: 'run' })
  await ofOne.run(() => ofTwo.run(() => ways.spawn(both)))
  await ofTwo.run(() => ways.spawnSync(second))
  claim('both copies', [both], await ofOne.stop())
  claim('second copy', [both, second], await ofTwo.stop())
  expect(ofTwo.trace).toHaveExecuted('tagged')
  expect(() => expect(ofOne.trace).not.toHaveExecuted('tagged')).toThrow('toHaveExecuted')
})
