// SPDX-License-Identifier: MIT
// Catalogue B8: what the helper may do, as /proc and strace say of it.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import { asUser, helpersOf, ownNativeFolder } from '../helpers/kernel-objects.ts'

const script = resolve(import.meta.dirname, 'scripts/hold-open.ts')

/** CAP_BPF and CAP_PERFMON. */
const two = '000000c000000000'
const none = '0000000000000000'

function statusOf(pid: number): Readonly<Record<string, string>> {
  const lines = readFileSync(`/proc/${pid}/status`, 'utf8').trim().split('\n')
  return Object.fromEntries(lines.map((line) => line.split(/:\s*/) as [string, string]))
}

/** The helper of a session that a command with these words in front of it holds open. */
async function helperOf(words: readonly string[]): Promise<number> {
  const native = ownNativeFolder()
  chmodSync(native, 0o755)
  const [program = '', ...args] = [...words, process.execPath, script]
  const child = spawn(program, args, {
    env: { ...process.env, SPYSCALL_NATIVE_DIR: native, NODE_DISABLE_COMPILE_CACHE: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })
  const [line] = await once(child.stdout, 'data')
  process.kill(JSON.parse(String(line)).sleeper)
  expect(helpersOf(native)).toHaveLength(1)
  return helpersOf(native)[0]!
}

describeKernel('the helper', () => {
  test.skipIf(lacksRoot)('B8: started by root, it keeps two capabilities, and is root no more', async () => {
    expect(statusOf(await helperOf([]))).toMatchObject({
      Uid: '65534\t65534\t65534\t65534',
      Gid: '65534\t65534\t65534\t65534',
      Groups: '',
      CapInh: none,
      CapPrm: two,
      CapEff: two,
      CapBnd: two,
      CapAmb: none,
      NoNewPrivs: '1',
    })
  })

  test.skipIf(lacksRoot)('B8: started by a user with more than it needs, it keeps two capabilities', async () => {
    const more = ['bpf', 'perfmon', 'sys_ptrace', 'dac_override']
    expect(statusOf(await helperOf(asUser(65534, more)))).toMatchObject({
      Uid: '65534\t65534\t65534\t65534',
      CapInh: none,
      CapPrm: two,
      CapEff: two,
      CapAmb: none,
      NoNewPrivs: '1',
    })
  })

  test.skipIf(lacksRoot)('B8: it executes nothing, and opens nothing but what the kernel says of itself', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'spy-helper-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const native = ownNativeFolder()
    const code = `const { openSession } = await import(${JSON.stringify(resolve(import.meta.dirname, '../../src/session/index.ts'))})
      const events = ['process', 'file', 'network', 'probe', 'sync', 'signal', 'namespace', 'credentials', 'system', 'syscall']
      const session = await openSession({ events, env: true })
      await session.stop()`
    const watched = 'trace=execve,execveat,open,openat,openat2,creat,clone,clone3,fork,vfork'
    const { status, stderr } = spawnSync(
      'strace',
      ['-ff', '-qq', '-o', join(folder, 'of'), '-e', watched, process.execPath, '--input-type=module', '-e', code],
      { env: { ...process.env, SPYSCALL_NATIVE_DIR: native, LD_LIBRARY_PATH: folder }, encoding: 'utf8' },
    )
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const logs = new Map(readdirSync(folder).map((name) => [name.slice(3), readFileSync(join(folder, name), 'utf8')]))
    const [first = ''] =
      [...logs].find(([, log]) => log.startsWith(`execve("${join(native, 'spyscall-helper')}"`)) ?? []
    const family = [first]
    for (const pid of family)
      family.push(...[...logs.get(pid)!.matchAll(/^(?:clone3?|v?fork)\(.* = (\d+)$/gm)].map(([, child = '']) => child))
    expect(family.length).toBeGreaterThanOrEqual(2)
    const calls = family.flatMap((pid) => logs.get(pid)!.split('\n')).slice(1)
    expect(calls.filter((call) => call.startsWith('exec'))).toEqual([])
    const opened = calls.flatMap((call) => /^openat\([^"]*"([^"]*)"/.exec(call)?.[1]?.replace(/\d+$/, 'N') ?? [])
    expect(
      opened.filter(
        (path) => !/^\/($|dev\/null$|sys\/|proc\/self\/fd\/N$|proc\/sys\/vm\/overcommit_memory$)/.test(path),
      ),
    ).toEqual([])
    expect(opened).toContain('/sys/kernel/btf/vmlinux')
  })
})
