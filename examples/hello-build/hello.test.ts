// SPDX-License-Identifier: MIT
import { rmSync } from 'node:fs'
import { execa } from 'execa'
import { expect, test } from 'spyscall/vitest'
import { beforeEach } from 'vitest'

beforeEach(() => rmSync('hello/build', { recursive: true, force: true }))

test('make compiles each source with gcc and stays off the network', async ({ trace }) => {
  await execa('make', ['-j2'], { cwd: 'hello' })

  // executed
  expect(trace).toHaveExecuted('make', { argv: ['make', '-j2'], exitCode: 0, times: 1 })
  expect(trace).toHaveExecuted('gcc', { argv: expect.arrayContaining(['-c', 'hello.c']), by: 'make' })
  expect(trace).toHaveExecuted('gcc', { argv: expect.arrayContaining(['-c', 'greeting.c']), by: 'make' })
  expect(trace).toHaveExecuted('cc1', { times: 2 })
  expect(trace).toHaveExecuted('ld', { times: 1 })
  expect(trace).not.toHaveExecuted('curl')

  // opened
  expect(trace).toHaveOpened('hello/greeting.h', { mode: 'read', by: 'cc1', times: 2 })
  expect(trace).toHaveOpened('hello/build/hello.o', { mode: 'write', by: 'as' })
  expect(trace).toHaveOpened('hello/build/hello', { mode: 'write', by: 'ld', created: true })
  expect(trace).not.toHaveOpened('/etc/shadow')

  // connected to: nothing at all
  expect(trace).not.toHaveConnectedTo()

  console.log(trace.print())
})

test('a second make finds everything up to date', async ({ trace }) => {
  await execa('make', { cwd: 'hello' }) // also in the trace: so count, or open a session of its own with `traced`
  await execa('make', { cwd: 'hello' })

  expect(trace).toHaveExecuted('make', { times: 2 })
  expect(trace).toHaveExecuted('cc1', { times: 2 })
})
