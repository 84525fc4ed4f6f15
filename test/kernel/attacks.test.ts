// SPDX-License-Identifier: MIT
// What an attack on the record once found.
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import Tinypool from 'tinypool'
import { expect, onTestFinished, test } from 'vitest'
import { matchers } from '../../src/matchers/index.ts'
import { openSession, traced } from '../../src/session/index.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { eventsOf, freshFolder, only, runWorkload } from '../helpers/workload.ts'

expect.extend(matchers)

describeKernel('calls that are restarted', () => {
  for (const call of ['connect', 'sendto'] as const) {
    test(`a ${call} that a signal restarts is one event`, async () => {
      const socket = join(freshFolder(), 's')
      const run = await runWorkload('restart-calls', [call, 'restart', socket])
      const [child] = run.process.children
      expect(run.one('call')).toMatchObject({ ok: true })
      const found = eventsOf(run, call === 'connect' ? 'connect' : 'send', child)
      expect(found).toMatchObject([{ call, address: { path: socket }, result: { ok: true } }])
    })

    test(`a ${call} that a signal interrupts failed with EINTR`, async () => {
      const socket = join(freshFolder(), 's')
      const run = await runWorkload('restart-calls', [call, 'interrupt', socket])
      const [child] = run.process.children
      expect(run.one('call')).toMatchObject({ errno: 'EINTR' })
      const found = eventsOf(run, call === 'connect' ? 'connect' : 'send', child)
      expect(found).toMatchObject([{ call, address: { path: socket }, result: { ok: false, errno: 'EINTR' } }])
    })
  }
})

describeKernel('calls that look like others', () => {
  test('a check whether a program could be executed is no execution', async () => {
    const run = await runWorkload('exec-check', ['/bin/true'])
    expect(run.process.execs).toHaveLength(1)
    const attempts = eventsOf(run, 'exec').filter((event) => event.asked === '/bin/true')
    const { ok, errno } = run.one('check')
    expect(attempts.map((event) => event.result)).toEqual(ok ? [] : [{ ok: false, errno }])
  })

  test('a socket connected to itself is established', async () => {
    const run = await runWorkload('self-connect')
    const { port, echoed } = run.one('connect')
    expect(echoed).toBe(2)
    expect(eventsOf(run, 'connect')).toMatchObject([
      { address: { host: '127.0.0.1', port }, result: { ok: true }, outcome: 'established' },
    ])
  })

  test('a datagram that sendmmsg was refused is told; a peer that is taken away is no connection', async () => {
    const run = await runWorkload('send-refused', ['9'])
    expect(run.one('sendmmsg')['value']).toBe(1)
    expect(eventsOf(run, 'send')).toMatchObject([
      { address: { host: '127.0.0.1' }, result: { ok: true } },
      { address: { host: '255.255.255.255' }, result: { ok: false } },
    ])
    expect(eventsOf(run, 'connect').map((event) => event.address.family)).toEqual(['inet', 'unspec'])
    expect(run.trace).toHaveConnectedTo(undefined, { times: 1 })
  })
})

describeKernel('slots that are used again', () => {
  test('a second self session sees threads that were there before, and another session does not', async () => {
    const own = async (scope: 'self' | 'descendants') => {
      const session = await openSession({ scope })
      await Promise.all(Array.from({ length: 8 }, () => readFile('/etc/hostname')))
      const trace = await session.stop()
      return trace.ofKind('open').filter((event) => event.path === '/etc/hostname').length
    }
    await readFile('/etc/hostname')
    expect([await own('self'), await own('self'), await own('descendants')]).toEqual([8, 8, 0])
    const descendants = await openSession()
    expect(await own('self')).toBe(8)
    expect((await descendants.stop()).ofKind('open')).toEqual([])
  })

  test('workers that open and stop sessions all at once take nothing from each other', async () => {
    const pool = new Tinypool({
      filename: join(import.meta.dirname, 'scripts/worker.ts'),
      minThreads: 5,
      maxThreads: 5,
      runtime: 'worker_threads',
    })
    onTestFinished(() => pool.destroy())
    const tags = Array.from({ length: 300 }, (_, n) => `short-${n}`)
    const seen = await Promise.all(tags.map((tag) => pool.run({ tag, count: 1, leaveOpen: false })))
    expect(seen).toEqual(tags.map((tag) => [tag]))
  })
})

describeKernel('threads of threads', () => {
  test('what a worker’s own worker starts belongs to the worker’s session', async () => {
    const worker = new Worker(
      `import(${JSON.stringify(join(import.meta.dirname, '../../src/session/index.ts'))}).then(async ({ openSession }) => {
        const { Worker, parentPort } = require('node:worker_threads')
        const session = await openSession()
        await require('node:events').once(new Worker("require('node:child_process').spawnSync('/bin/true', ['inner'])", { eval: true }), 'exit')
        const trace = await session.stop()
        parentPort.postMessage(trace.ofKind('exec').map((event) => event.argv[1]))
      })`,
      { eval: true },
    )
    expect(await once(worker, 'message')).toEqual([['inner']])
    await worker.terminate()
  })
})

describeKernel('a session that cannot be opened', () => {
  test('for want of descriptors says so, and leaves its slot to others', async () => {
    const script = join(import.meta.dirname, 'scripts/few-descriptors.ts')
    const { stdout, stderr } = spawnSync(
      '/bin/bash',
      ['-c', 'ulimit -n 512; exec "$0" "$1"', process.execPath, script],
      { encoding: 'utf8' },
    )
    expect(stderr).toBe('')
    const said = JSON.parse(stdout)
    expect(said.codes.length).toBeGreaterThan(0)
    for (const code of said.codes) expect(code).toMatch(/^FAILED EMFILE/)
    expect(said.afterwards).toBe(64)
  })

  test('a trace that nobody wrote into has no gap', async () => {
    const { trace } = await traced(() => undefined)
    expect(trace.gaps).toEqual([])
    expect(only(trace.processes).isRoot).toBe(true)
  })
})
