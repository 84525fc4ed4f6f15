// SPDX-License-Identifier: MIT
// One helper serves all processes of a user: who finds whom, as /proc says of it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import { asUser, helpersOf, ownNativeFolder, until } from '../helpers/kernel-objects.ts'

const script = resolve(import.meta.dirname, 'scripts/share-helper.ts')

interface Sharer {
  readonly child: ChildProcess
  readonly next: () => Promise<any>
}

function sharer(native: string, args: readonly string[], words: readonly string[] = []): Sharer {
  const [program = '', ...rest] = [...words, process.execPath, script, ...args]
  const child = spawn(program, rest, {
    env: { ...process.env, SPYSCALL_NATIVE_DIR: native, NODE_DISABLE_COMPILE_CACHE: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return { child, next: async () => JSON.parse((await lines.next()).value ?? 'null') }
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index)

describeKernel('one helper', () => {
  test('serves twelve processes that begin at once, and each sees its own', { timeout: 120_000 }, async () => {
    const native = ownNativeFolder()
    const sharers = range(12).map((number) => sharer(native, [`of-${number}`]))
    for (const { next } of sharers) expect(await next()).toEqual({ opened: 1 })
    expect(helpersOf(native)).toHaveLength(1)
    for (const { child } of sharers) child.stdin?.write('\n')
    for (const [number, { next }] of sharers.entries())
      expect(await next()).toEqual([{ complete: true, execs: [[`of-${number}`, '0']] }])
    await until('it ends', () => helpersOf(native).length === 0)
  })

  test('has room for 64 sessions, and the next ones have another', { timeout: 120_000 }, async () => {
    const native = ownNativeFolder()
    const [one, other] = [sharer(native, ['one', '40']), sharer(native, ['other', '40'])]
    for (const { next } of [one, other]) expect(await next()).toEqual({ opened: 40 })
    expect(helpersOf(native)).toHaveLength(2)
    for (const { child } of [one, other]) child.stdin?.write('\n')
    for (const [name, { next }] of [['one', one] as const, ['other', other] as const])
      expect(await next()).toEqual(range(40).map((n) => ({ complete: true, execs: [[name, String(n)]] })))
  })

  test('outlives who started it, and frees what that one held', { timeout: 120_000 }, async () => {
    const native = ownNativeFolder()
    const first = sharer(native, ['first', '64'])
    expect(await first.next()).toEqual({ opened: 64 })
    const [helper] = helpersOf(native)
    first.child.kill('SIGKILL')
    await once(first.child, 'exit')
    const second = sharer(native, ['second', '64'])
    expect(await second.next()).toEqual({ opened: 64 })
    expect(helpersOf(native)).toEqual([helper])
    second.child.stdin?.write('\n')
    expect(await second.next()).toEqual(range(64).map((n) => ({ complete: true, execs: [['second', String(n)]] })))
  })

  test('when it is killed, every trace says so, and the next session has a new one', { timeout: 120_000 }, async () => {
    const native = ownNativeFolder()
    const sharers = range(3).map((number) => sharer(native, [`of-${number}`]))
    for (const { next } of sharers) await next()
    const [helper = 0] = helpersOf(native)
    process.kill(helper, 'SIGKILL')
    await until('it ends', () => !existsSync(`/proc/${helper}`))
    for (const { child } of sharers) child.stdin?.write('\n')
    for (const { next } of sharers) expect(await next()).toMatchObject([{ complete: false }])
    const late = sharer(native, ['late'])
    expect(await late.next()).toEqual({ opened: 1 })
    late.child.stdin?.write('\n')
    expect(await late.next()).toEqual([{ complete: true, execs: [['late', '0']] }])
  })

  test.skipIf(lacksRoot)('without privileges is none to who may have one with them', { timeout: 120_000 }, async () => {
    const native = ownNativeFolder()
    const code = `const { openSession } = await import(${JSON.stringify(resolve(import.meta.dirname, '../../src/session/index.ts'))})
      console.log(JSON.stringify(await openSession().then(() => 'opened', (error) => error.code)))
      process.stdin.resume()`
    const words = ['--bounding-set=-bpf,-perfmon,-sys_admin', process.execPath, '--input-type=module', '-e', code]
    const weak = spawn('setpriv', words, {
      env: { ...process.env, SPYSCALL_NATIVE_DIR: native },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    onTestFinished(() => void weak.kill('SIGKILL'))
    const [line] = await once(weak.stdout, 'data')
    expect(JSON.parse(line)).toBe('NOT_PERMITTED')
    const strong = sharer(native, ['strong'])
    expect(await strong.next()).toEqual({ opened: 1 })
    expect(helpersOf(native)).toHaveLength(2)
  })

  test.skipIf(lacksRoot)('is not found where somebody else made the place', { timeout: 120_000 }, async () => {
    const native = ownNativeFolder()
    chmodSync(native, 0o755)
    const uid = 200_000 + (process.pid % 100_000)
    const trap = mkdtempSync(join(tmpdir(), 'spy-trap-'))
    chmodSync(trap, 0o777)
    const place = `/tmp/spyscall-${uid}`
    symlinkSync(trap, place)
    onTestFinished(() => {
      rmSync(place)
      rmSync(trap, { recursive: true })
    })
    const user = asUser(uid, ['bpf', 'perfmon'])
    const sharers = range(2).map((number) => sharer(native, [`of-${number}`], user))
    for (const { next } of sharers) expect(await next()).toEqual({ opened: 1 })
    expect(helpersOf(native)).toHaveLength(2)
    expect(readdirSync(trap)).toEqual([])
  })
})
