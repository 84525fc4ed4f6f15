// SPDX-License-Identifier: MIT
const { execFile } = require('node:child_process')
const { promisify } = require('node:util')
const { traced } = require('spyscall')

const run = promisify(execFile)
const countWords = (...args) => traced(() => run('./count-words.sh', args, { cwd: __dirname }))

test('count-words reads its file once and runs each step of the pipeline', async () => {
  const { result, trace } = await countWords('poem.txt', '1')

  expect(result.stdout.trim()).toBe('4 the')
  expect(trace).toHaveOpened('poem.txt', { mode: 'read', times: 1 })
  expect(trace).toHaveExecuted('tr', { argv: ['tr', '-cs', '[:alpha:]', '\\n'] })
  expect(trace).toHaveExecuted('sort', { times: 2 })
  expect(trace).toHaveExecuted('head', { exitCode: 0 })
  expect(trace).not.toHaveExecuted('python3')
  expect(trace).not.toHaveConnectedTo()
})

test('without its file, count-words says so and the trace has the reason', async () => {
  const { result, trace } = await countWords('missing.txt')

  expect(result.stderr).toContain('missing.txt')
  expect(trace).toHaveOpened('missing.txt', { errno: 'ENOENT' })
})
