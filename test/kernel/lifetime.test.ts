// SPDX-License-Identifier: MIT
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Worker } from 'node:worker_threads'
import Tinypool from 'tinypool'
import { expect, onTestFinished, test } from 'vitest'
import { openSession } from '../../src/session/index.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { helpersOf, kernelObjectsOf, ownNativeFolder, remaining, until } from '../helpers/kernel-objects.ts'

const script = (name: string) => join(import.meta.dirname, 'scripts', name)

/** A Node process that runs a script with a native part of its own; `next` gives its next line of JSON. */
function startScript(
  name: string,
  nativeFolder: string,
): { child: ChildProcess; next: () => Promise<Record<string, any>> } {
  const child = spawn(process.execPath, [script(name)], {
    env: { ...process.env, SPYSCALL_NATIVE_DIR: nativeFolder },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout as NonNullable<typeof child.stdout> })[Symbol.asyncIterator]()
  return { child, next: async () => JSON.parse((await lines.next()).value ?? 'null') }
}

describeKernel('the end of a session', () => {
  test('SIGKILL of the test process leaves nothing in the kernel, though a child of it lives on', async () => {
    const native = ownNativeFolder()
    const { child, next } = startScript('hold-open.ts', native)
    const { sleeper, processes } = await next()
    expect(processes).toBe(2)
    const [helper = 0] = helpersOf(native)
    const objects = kernelObjectsOf(helper)
    expect(objects.filter(({ type }) => type === 'prog').length).toBeGreaterThanOrEqual(7)
    child.kill('SIGKILL')
    await once(child, 'exit')
    await until('the helper ends', () => !existsSync(`/proc/${helper}`))
    await until('its programs, maps and links are gone', () => remaining(objects).length === 0)
    expect(existsSync(`/proc/${sleeper}`)).toBe(true)
    process.kill(sleeper)
  })

  test('SIGKILL of the helper leaves nothing either, and makes the trace incomplete', async () => {
    const native = ownNativeFolder()
    const { child, next } = startScript('lose-helper.ts', native)
    expect(await next()).toEqual({ complete: true })
    const [helper = 0] = helpersOf(native)
    const objects = kernelObjectsOf(helper)
    expect(objects.length).toBeGreaterThan(10)
    process.kill(helper, 'SIGKILL')
    await until('the helper ends', () => !existsSync(`/proc/${helper}`))
    const ringIsHeldByTheTest = 1
    await until('its programs and maps are gone', () => remaining(objects).length <= ringIsHeldByTheTest)
    const exited = once(child, 'exit')
    child.stdin?.write('\n')
    expect(await next()).toEqual({ complete: false, reasons: ['helper'], recorded: ['before'] })
    expect(await next()).toEqual({ recorded: ['next'] })
    await exited
  })

  test('a process that signals interrupt all the time finds a helper as any other', async () => {
    const native = ownNativeFolder()
    const { child, next } = startScript('interrupted.ts', native)
    for (let round = 0; round < 3; round++) {
      expect(await next()).toEqual({ round })
      for (const helper of helpersOf(native)) process.kill(helper, 'SIGKILL')
      await until('the helper ends', () => helpersOf(native).length === 0)
      child.stdin?.write('\n')
    }
    expect(await next()).toEqual({ recorded: ['round 0', 'round 1', 'round 2'], interrupted: true })
  })

  test('the programs leave with the process, with a session open at process.exit, thirty times', async () => {
    const native = ownNativeFolder()
    for (let n = 0; n < 30; n++) {
      const code = `const { openSession } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/session/index.ts'))});
        const session = await openSession(); void session.trace.processes; process.exit(7)`
      const { status, signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
        env: { ...process.env, SPYSCALL_NATIVE_DIR: native },
        encoding: 'utf8',
      })
      expect({ status, signal, stderr }).toEqual({ status: 7, signal: null, stderr: '' })
    }
    await until('all helpers end', () => helpersOf(native).length === 0)
  }, 120_000)
})

describeKernel('worker threads', () => {
  test('each sees what it started itself, and nothing of the others', async () => {
    const pool = new Tinypool({
      filename: script('worker.ts'),
      minThreads: 4,
      maxThreads: 4,
      runtime: 'worker_threads',
    })
    onTestFinished(() => pool.destroy())
    const tags = Array.from({ length: 24 }, (_, n) => `worker-${n}`)
    const seen = await Promise.all(tags.map((tag) => pool.run({ tag, count: 7, leaveOpen: false })))
    expect(seen).toEqual(tags.map((tag) => Array(7).fill(tag)))
  })

  test('terminated with a session open, they take it along and the process goes on', async () => {
    for (let n = 0; n < 20; n++) {
      const worker = new Worker(
        `import(${JSON.stringify(join(import.meta.dirname, '../../src/session/index.ts'))}).then(async ({ openSession }) => {
          const session = await openSession()
          require('node:child_process').spawnSync('/bin/echo', ['x'])
          require('node:worker_threads').parentPort.postMessage(session.trace.processes.length)
          setInterval(() => session.trace.processes, 0)
        })`,
        { eval: true },
      )
      const [count] = await once(worker, 'message')
      expect(count).toBe(2)
      await worker.terminate()
    }
    await using session = await openSession()
    spawnSync('/bin/echo', ['alive'])
    expect(session.trace.processes).toHaveLength(2)
  })
})

describeKernel('several copies of the addon in one process', () => {
  test('each has its helper, and neither helper is in a trace', async () => {
    const native = ownNativeFolder()
    await using session = await openSession()
    const copy = createRequire(import.meta.url)(join(native, 'spyscall.node'))
    const opened = copy.open({
      helper: join(native, 'spyscall-helper'),
      spillFolder: '/tmp',
      ringBytes: 1 << 16,
      memoryBytes: 1 << 20,
      groups: 7,
      syscalls: new Uint8Array(),
    })
    expect(opened.errno).toBeUndefined()
    expect(helpersOf(native)).toHaveLength(1)
    spawnSync('/bin/echo', ['child'])
    copy.release(opened.handle)
    expect(session.trace.processes.slice(1).map((process) => process.argv)).toEqual([['/bin/echo', 'child']])
  })
})
