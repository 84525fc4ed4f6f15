// SPDX-License-Identifier: MIT
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'spyscall/vitest'
const run = promisify(execFile)
test('smoke', async ({ trace }) => {
  await run('make', ['-j2', '-B'], { cwd: 'examples/hello-build/hello' })
  console.log(trace.print())
  expect(trace).toHaveExecuted('gcc', { by: 'make' })
  expect(trace).toHaveExecuted('cc1', { times: 2 })
  expect(trace).not.toHaveExecuted('curl')
  expect(trace).not.toHaveConnectedTo()
  const tell = (f: () => void) => { try { f() } catch (e) { console.log(String(e)) } }
  tell(() => expect(trace).toHaveExecuted('gcc', { argv: expect.arrayContaining(['-O3']) }))
  tell(() => expect(trace).not.toHaveExecuted('gcc'))
  tell(() => expect(trace).toHaveExecuted('make', { times: 2 }))
  tell(() => expect(trace).toHaveOpened('greetings.h', { by: 'cc1' }))
  tell(() => expect(trace).toHaveOpened('examples/hello-build/hello/greeting.h', { mode: 'write' }))
  tell(() => expect(trace).toHaveExecuted('wget'))
  expect(trace).toMatchTraceSnapshot()
})
