// SPDX-License-Identifier: MIT
const { execFileSync } = require('node:child_process')
const { existsSync } = require('node:fs')
const { openSession, traced, Trace } = require('spyscall')
const matchers = require('spyscall/matchers')

const canTrace = existsSync('/sys/kernel/btf/vmlinux') || process.env.SPY_REQUIRE_KERNEL === '1'
const kernelTest = canTrace ? test : test.skip

kernelTest('the matchers work on a real trace', async () => {
  const { result, trace } = await traced(() => execFileSync('cat', ['/etc/hostname'], { encoding: 'utf8' }))

  expect(result).toMatch(/\n$/)
  expect(trace).toBeInstanceOf(Trace)
  expect(trace).toHaveExecuted('cat', { argv: ['cat', '/etc/hostname'], exitCode: 0, times: 1 })
  expect(trace).toHaveOpened('/etc/hostname', { mode: 'read' })
  expect(trace).toHaveRead('/etc/hostname')
  expect(trace).not.toHaveWritten('/etc/**')
  expect(trace).not.toHaveDeleted()
  expect(trace).toHaveExited('cat', { code: 0, times: 1 })
  expect(trace).toHaveReapedAllProcesses()
  expect(trace).not.toHaveConnectedTo()
  expect({ trace }).toEqual({ trace: expect.toHaveExecuted('cat') })
  expect(() => expect(trace).not.toHaveExecuted('cat')).toThrow('toHaveExecuted')
})

kernelTest('steps and their order', async () => {
  const { trace } = await traced(() => execFileSync('sh', ['-c', 'cat /etc/hostname; exec ls /'], { encoding: 'utf8' }))

  expect(trace).toHaveHappenedInOrder([{ exec: 'sh' }, { open: '/etc/hostname' }, { exec: 'ls', by: 'sh' }])
  expect(trace).not.toHaveHappenedInOrder([{ exec: 'ls' }, { open: '/etc/hostname' }])
  expect({ trace }).toEqual({
    trace: expect.toHaveHappenedInOrder([{ exec: 'cat' }, { exec: 'ls' }], { strict: true }),
  })
  expect(() => expect(trace).toHaveHappenedInOrder([{ exec: 'ls' }, { exec: 'cat' }])).toThrow(
    /\n {2}1\. \+.* exec ls \/\n(?: {6}.*\n)+ {2}2\. exec of "cat" happened before that, and not after it\n/,
  )
})

kernelTest('toBeHermetic in Jest', async () => {
  const events = ['process', 'file', 'network', 'probe']
  const { trace } = await traced(() => execFileSync('cat', ['/etc/hostname'], { env: { PATH: '/usr/bin:/bin' } }), {
    events,
  })

  const policy = trace.suggestPolicy()
  expect(policy.inputs).toEqual(['/etc/hostname'])
  expect(String(policy)).toContain("inputs: ['/etc/hostname'],")
  expect(trace).toBeHermetic(policy, { unused: 'fail' })
  expect(trace).not.toBeHermetic({ ...policy, inputs: [] })
  expect({ trace }).toEqual({ trace: expect.toBeHermetic(policy) })
  expect(() => expect(trace).toBeHermetic({ toolchain: true })).toThrow('/etc/hostname')
})

test('misuse throws, under .not too', () => {
  expect(() => expect('x').not.toHaveExecuted('gcc')).toThrow()
  expect(() => expect('x').toHaveExecuted('gcc')).toThrow()
})

test('every matcher of the package is there', () => {
  for (const name of Object.keys(matchers).filter((one) => /^to[A-Z]/.test(one)))
    expect(typeof expect('x')[name]).toBe('function')
})

kernelTest('session.exec says what to use instead where execa cannot be loaded', async () => {
  const session = await openSession({ scope: 'run' })
  await expect(session.exec('echo', ['hello'])).rejects.toThrow('Use `session.run(() => execFile(…))`')
  session.run(() => execFileSync('echo', ['hello']))
  expect(await session.stop()).toHaveExecuted('echo', { times: 1 })
})
