// SPDX-License-Identifier: MIT
// `toMatchTraceSnapshot` in Jest: its own file, counters and options, without `jest-snapshot` as a dependency.
const { spawnSync } = require('node:child_process')
const { existsSync } = require('node:fs')
const { traced } = require('spyscall')

const canTrace = existsSync('/sys/kernel/btf/vmlinux') || process.env.SPY_REQUIRE_KERNEL === '1'
const kernelTest = canTrace ? test : test.skip

kernelTest('a trace is a snapshot of Jest', async () => {
  const { trace } = await traced(() => spawnSync('sh', ['-c', 'true; cat /etc/hostname; exit 3']))

  expect(trace).toMatchTraceSnapshot()
  expect(trace).toMatchTraceSnapshot({ order: 'recorded' }, 'with a hint')
  expect({ trace, exec: trace.ofKind('exec').at(-1), tree: trace.tree }).toMatchSnapshot()

  expect(() => expect(trace).not.toMatchTraceSnapshot()).toThrow('A snapshot cannot be used with `.not`')
  expect(() => expect([trace]).toEqual([expect.toMatchTraceSnapshot()])).toThrow('not an asymmetric matcher')
})

kernelTest('a message is the same as in Vitest', async () => {
  const { trace } = await traced(() => spawnSync('cat', ['/etc/hostname']))

  expect(() => expect(trace).toHaveExecuted('cat', { argv: expect.arrayContaining(['-n']) })).toThrow(
    /^expect\(trace\)\.toHaveExecuted\("cat", \{argv: ArrayContaining \["-n"\]\}\)\n\nExpected: exec of "cat" with argv ArrayContaining \["-n"\]\nFound: {4}none in \d+ events of 1 process, 0 lost\n\nNearest:\n/,
  )
})
