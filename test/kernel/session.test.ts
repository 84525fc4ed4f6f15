// SPDX-License-Identifier: MIT
import { exec, execFile, execFileSync, fork, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { openSession, SessionError, traced } from '../../src/session/index.ts'
import type { Trace } from '../../src/trace/trace.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { workload } from '../helpers/workload.ts'

/** First argument after the program of each process that was executed: how the tests below tell their children apart. */
const tags = (trace: Trace): unknown[] =>
  trace.processes.flatMap((process) => (process.execs.length > 0 ? [process.argv[1]] : [])).sort()

describeKernel('openSession', () => {
  test('refuses options that cannot be meant, and names the one that may be', async () => {
    const refused = (options: object) =>
      openSession(options).then(
        () => 'opened',
        (error: unknown) => (error instanceof SessionError ? `${error.code}: ${error.message}` : `not ours: ${error}`),
      )
    expect(await refused({ ringbytes: 1 })).toBe(
      'INVALID_OPTION: Unknown option `ringbytes`; did you mean `ringBytes`?',
    )
    expect(await refused({ ringBytes: 5000 })).toBe(
      'INVALID_OPTION: Expected the `ringBytes` option to be a power of two from 65536 to 1073741824, got `5000` (number).',
    )
    expect(await refused({ scope: 'all' })).toContain("to be of 'descendants', 'self', 'run', got `\"all\"` (string)")
    expect(await refused({ events: ['dns'] })).toContain('INVALID_OPTION')
  })

  test('refuses a folder that is none, and follows links to the one that is meant', async () => {
    await expect(openSession({ projectRoot: '/no/such' })).rejects.toThrow('and there is none at `"/no/such"` (string)')
    const folder = mkdtempSync(join(tmpdir(), 'spy-root-'))
    symlinkSync(folder, `${folder}-link`)
    await using session = await openSession({ projectRoot: `${folder}-link` })
    expect(session.trace.info.projectRoot).toBe(realpathSync(folder))
  })

  test('refuses a promise where a callback is meant', async () => {
    await expect(traced(Promise.resolve() as never)).rejects.toThrow(
      'Expected `traced` to get a callback, got an object (Promise). Write `traced(() => …)`.',
    )
  })

  test('records descendants, also those that Node starts while its event loop is blocked', async () => {
    await using session = await openSession()
    spawnSync('/bin/echo', ['one'])
    expect(tags(session.trace)).toEqual(['one'])
    await execa('/bin/echo', ['two'])
    expect(tags(session.trace)).toEqual(['one', 'two'])
  })

  test('records nothing after stop, gives the same trace again, and stops twice', async () => {
    const session = await openSession()
    const child = spawn('/bin/sh', ['-c', 'read line; exec /bin/echo late'], { stdio: ['pipe', 'ignore', 'ignore'] })
    while (!session.trace.processes.some((process) => process.argv[0] === '/bin/sh')) await once(child, 'spawn')
    const trace = await session.stop()
    child.stdin.end('\n')
    await once(child, 'close')
    spawnSync('/bin/echo', ['after'])
    expect(await session.stop()).toBe(trace)
    expect(trace.events.some((event) => event.kind === 'exec' && event.argv.includes('late'))).toBe(false)
    expect(tags(trace)).not.toContain('after')
    expect(trace.running.map((process) => process.pid)).toEqual([child.pid])
  })

  test('scope self records the calls of this process, also of threads that were there before', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'spy-self-'))
    const file = join(folder, 'read-by-pool')
    writeFileSync(file, '')
    await readFile(file) // the pool's threads exist from here on
    const session = await openSession({ scope: 'self' })
    await Promise.all(Array.from({ length: 8 }, () => readFile(file)))
    spawnSync('/bin/echo', ['child'])
    const trace = await session.stop()
    rmSync(folder, { recursive: true })
    const opens = trace.ofKind('open').filter((event) => event.path === file)
    expect(opens).toHaveLength(8)
    expect(opens.every((event) => event.process === trace.tree)).toBe(true)
    expect(opens.some((event) => event.tid !== process.pid)).toBe(true)
    expect(tags(trace)).toContain('child')
  })

  test('lists children that were there before, and does not record them', async () => {
    const before = spawn(workload('hold'), ['/etc/hostname'], { stdio: ['pipe', 'pipe', 'inherit'] })
    await once(before.stdout, 'data')
    const session = await openSession()
    before.stdin.end('\n')
    await once(before, 'close')
    const trace = await session.stop()
    expect(trace.preexisting).toContainEqual({ pid: before.pid, comm: 'hold', exe: workload('hold') })
    expect(trace.processes.map((process) => process.pid)).not.toContain(before.pid)
    expect(trace.ofKind('open').filter((event) => event.path === '/etc/hostname')).toEqual([])
  })

  test('sessions see the same child each once, nested and side by side', async () => {
    const outer = await openSession()
    spawnSync('/bin/echo', ['outer'])
    const inner = await openSession()
    spawnSync('/bin/echo', ['both'])
    const innerTrace = await inner.stop()
    spawnSync('/bin/echo', ['outer again'])
    const outerTrace = await outer.stop()
    expect(tags(innerTrace)).toEqual(['both'])
    expect(tags(outerTrace)).toEqual(['both', 'outer', 'outer again'])
  })

  test('a slot that is used again shows nothing of its session before', async () => {
    const first = await openSession()
    const child = spawn('/bin/sh', ['-c', 'read line; /bin/echo late'], { stdio: ['pipe', 'ignore', 'ignore'] })
    await once(child, 'spawn')
    await first.stop()
    const second = await openSession()
    child.stdin.end('\n')
    await once(child, 'close')
    const trace = await second.stop()
    expect(trace.events).toEqual([])
    expect(trace.preexisting.map(({ pid }) => pid)).toContain(child.pid)
  })

  test('marks stand between what came before and after', async () => {
    await using session = await openSession()
    spawnSync('/bin/echo', ['before'])
    session.mark('half')
    spawnSync('/bin/echo', ['after'])
    const words = session.trace.events.flatMap((event) => {
      if (event.kind === 'mark') return [event.label]
      return event.kind === 'exec' && event.result.ok ? [event.argv[1]] : []
    })
    expect(words).toEqual(['before', 'half', 'after'])
  })
})

describeKernel('session.run', () => {
  test('attributes what every way of starting a process starts, concurrently in one thread', async () => {
    const script = join(mkdtempSync(join(tmpdir(), 'spy-run-')), 'forked.mjs')
    writeFileSync(script, '')
    const ways: Record<string, (tag: string) => unknown> = {
      spawn: (tag) => once(spawn('/bin/echo', [tag]), 'close'),
      spawnSync: (tag) => spawnSync('/bin/echo', [tag]),
      exec: (tag) => promisify(exec)(`exec /bin/echo ${tag}`),
      execFile: (tag) => promisify(execFile)('/bin/echo', [tag]),
      execFileSync: (tag) => execFileSync('/bin/echo', [tag]),
      fork: (tag) => once(fork(script, [tag]), 'close'),
      execa: (tag) => execa('/bin/echo', [tag]),
    }
    const runs = Object.entries(ways).flatMap(([name, start]) =>
      Array.from({ length: 5 }, async (_, n) => {
        const tag = `${name}-${n}`
        const { trace } = await traced(async () => {
          await Promise.resolve()
          await start(tag)
        })
        return { tag, seen: trace.processes.filter((process) => process.parent?.isRoot).map((process) => process.argv) }
      }),
    )
    for (const { tag, seen } of await Promise.all(runs)) {
      expect(seen, tag).toHaveLength(1)
      expect(seen[0], tag).toContain(tag)
    }
  })

  test('attributes what a worker thread starts that is made in it, and threads of that thread', async () => {
    const code = (tag: string, inner: string) =>
      `require('node:child_process').spawnSync('/bin/echo', ['${tag}']); ${inner}`
    const nested = (tag: string) =>
      code(
        tag,
        `new (require('node:worker_threads').Worker)(${JSON.stringify(code(`${tag} below`, ''))}, { eval: true })`,
      )
    const end = (tag: string) => once(new Worker(nested(tag), { eval: true }), 'exit')
    const outside = end('outside')
    const runs = await Promise.all(
      ['one', 'two', 'three'].map((tag) => traced(async () => Promise.resolve().then(() => end(tag)))),
    )
    await outside
    expect(runs.map(({ trace }) => tags(trace))).toEqual([
      ['one', 'one below'],
      ['two', 'two below'],
      ['three', 'three below'],
    ])
  })

  test('a session in which nothing was run proves no absence', async () => {
    await using session = await openSession({ scope: 'run' })
    spawnSync('/bin/echo', ['outside'])
    expect(session.trace.gaps.map(({ reason }) => reason)).toEqual(['run'])
    session.run(() => {})
    expect(session.trace.gaps).toEqual([])
  })

  test('records nothing that is started outside it', async () => {
    const session = await openSession({ scope: 'run' })
    spawnSync('/bin/echo', ['outside'])
    session.run(() => spawnSync('/bin/echo', ['inside']))
    await session.exec('/bin/echo', ['by exec'])
    spawnSync('/bin/echo', ['outside'])
    expect(tags(await session.stop())).toEqual(['by exec', 'inside'])
    expect(() => session.run(() => 1)).toThrow(expect.objectContaining({ code: 'CLOSED' }))
  })
})
