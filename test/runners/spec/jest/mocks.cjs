// SPDX-License-Identifier: MIT
// Modules that are loaded again, or replaced by mocks, before the package is: what is recorded and compared is the same.
const { claim, newTag, ways } = require('../subject.cjs')

module.exports = ({ jest, require }) => {
  afterEach(() => {
    jest.resetModules()
    for (const name of ['fs', 'node:fs', 'child_process', 'node:child_process']) jest.unmock(name)
  })

  test('two copies of the package', async () => {
    const one = require('spyscall')
    jest.resetModules()
    const two = require('spyscall')
    expect(two).not.toBe(one)
    const both = newTag('both copies')
    const second = newTag('second copy')
    const ofOne = await one.openSession({ scope: 'run' })
    const ofTwo = await two.openSession({ scope: 'run' })
    await ofOne.run(() => ofTwo.run(() => ways.spawn(both)))
    await ofTwo.run(() => ways.spawnSync(second))
    claim('both copies', [both], await ofOne.stop())
    claim('second copy', [both, second], await ofTwo.stop())
    for (const { trace } of [ofOne, ofTwo]) {
      expect(trace).toHaveExecuted('tagged')
      expect(trace).not.toHaveExecuted('gcc')
      expect(() => expect(trace).not.toHaveExecuted('tagged')).toThrow('toHaveExecuted')
    }
  })

  for (const name of ['child_process', 'fs']) {
    test(`a mock of ${name}`, async () => {
      jest.mock(name)
      jest.mock(`node:${name}`)
      expect(jest.isMockFunction(require(name)[name === 'fs' ? 'existsSync' : 'spawn'])).toBe(true)
      const { traced } = require('spyscall')
      const tag = newTag(`mock of ${name}`)
      const { trace } = await traced(() => ways['after other work'](tag))
      claim(`mock of ${name}`, [tag], trace)
      expect(trace).toHaveOpened('/etc/ld.so.cache')
    })
  }
}
