// SPDX-License-Identifier: MIT
// Catalogue N8, P14, L4: what is rare, and easily taken for something else.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { matchers } from '../../src/matchers/index.ts'
import { openSession, traced } from '../../src/session/index.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { eventsOf, freshFolder, runWorkload } from '../helpers/workload.ts'

describeKernel('rare cases', () => {
  test('N8: a connection of multipath TCP is one connection, to where it went', async ({ skip }) => {
    const run = await runWorkload('mptcp', ['sending'])
    skip(run.all('unsupported').length > 0, 'this kernel has no multipath TCP')
    expect(
      eventsOf(run, 'connect').map(({ address, outcome, errno }) => ({
        port: 'port' in address && address.port,
        outcome,
        errno,
      })),
    ).toEqual(
      run.all('connect').map(({ port, ok, errno }) => ({
        port,
        outcome: ok ? 'established' : 'refused',
        errno: ok ? null : errno,
      })),
    )
    expect(eventsOf(run, 'send')).toEqual([])
  })

  test('P14: a call that a tracer answered in the place of the kernel is no event', async () => {
    const folder = freshFolder()
    const file = join(folder, 'kept')
    writeFileSync(file, '')
    const inject = ['-o', join(folder, 'log'), '-e', 'inject=unlink,unlinkat:error=EPERM', 'rm', '-f', file]
    const { result, trace } = await traced(() => spawnSync('strace', inject, { encoding: 'utf8' }))
    expect(result.status).toBe(1)
    expect(existsSync(file)).toBe(true)
    expect(trace.ofKind('exec').some(({ result, path }) => result.ok && String(path).endsWith('/rm'))).toBe(true)
    expect(trace.ofKind('unlink')).toEqual([])
    expect(trace.complete).toBe(true)
  })

  test.each([
    ['stopped', (pid: number) => void process.kill(pid, 'SIGSTOP')],
    ['frozen', freeze],
  ])('L4: of a process that is %s, the trace has all until then, and no negative passes', async (_, halt) => {
    const session = await openSession()
    const child = spawn('sh', ['-c', ': < /etc/passwd; echo ready; read line'], { stdio: ['pipe', 'pipe', 'ignore'] })
    try {
      await once(child.stdout, 'data')
      halt(child.pid as number)
      const trace = await session.stop()
      expect(trace.complete).toBe(true)
      expect(trace.ofKind('open').some(({ path }) => path === '/etc/passwd')).toBe(true)
      expect(trace.running.map(({ pid }) => pid)).toEqual([child.pid])
      const utils = { matcherHint: () => '', DIM_COLOR: String, EXPECTED_COLOR: String, RECEIVED_COLOR: String }
      const context = { isNot: true, utils } as unknown as ThisParameterType<typeof matchers.toHaveOpened>
      expect(() => matchers.toHaveOpened.call(context, trace, '/etc/shadow')).toThrow(
        expect.objectContaining({ code: 'STILL_RUNNING' }),
      )
    } finally {
      child.kill('SIGKILL')
      await once(child, 'close')
    }
  })
})

/** By a control group of its own, as containers are; where there is none for us, as a stop by a signal. */
function freeze(pid: number): void {
  const place = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].find((folder) => existsSync(`${folder}/cgroup.procs`))
  const own = `${place}/spyscall-test-${pid}`
  try {
    mkdirSync(own)
  } catch {
    process.kill(pid, 'SIGSTOP')
    return
  }
  onTestFinished(() => rmdirSync(own))
  writeFileSync(`${own}/cgroup.procs`, `${pid}`)
  writeFileSync(`${own}/cgroup.freeze`, '1')
  while (!/^frozen 1$/m.test(readFileSync(`${own}/cgroup.events`, 'utf8'))) expect(existsSync(own)).toBe(true)
}
