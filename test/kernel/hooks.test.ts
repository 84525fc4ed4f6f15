// SPDX-License-Identifier: MIT
// Programs that a kernel may refuse (lsm, fentry): what the helper asks of the kernel for them, as strace shows it.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import { ownNativeFolder } from '../helpers/kernel-objects.ts'
import { freshFolder } from '../helpers/workload.ts'

const script = resolve(import.meta.dirname, 'scripts/open-twice.ts')
const bySettling = ['openSettled', 'connectSettled', 'lsm', 'fentry']

describeKernel('hooks', () => {
  test.skipIf(lacksRoot)('what the kernel refuses is tried once for all sessions of a helper, and not claimed', () => {
    const calls = join(freshFolder(), 'calls')
    const { stdout, stderr, status } = spawnSync(
      'strace',
      ['-f', '--seccomp-bpf', '-e', 'trace=bpf', '-o', calls, process.execPath, script],
      { env: { ...process.env, SPYSCALL_NATIVE_DIR: ownNativeFolder() }, encoding: 'utf8' },
    )
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const [first = [], second] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as string[])
    expect(second).toEqual(first)
    const lines = readFileSync(calls, 'utf8').split('\n')
    const tries = lines.filter((line) => line.includes('"spy_empty"'))
    expect(tries.length).toBeGreaterThan(0)
    expect(new Set(tries.map(whatIsTried)).size).toBe(tries.length)
    const claimed = first.filter((name) => bySettling.includes(name))
    const loaded = tries.filter((line) => !/ = -1 E/.test(line))
    // Linux 6.1 of arm64 takes them and attaches none: ENOTSUPP, of which the C library has no text.
    const unattached = lines.filter((line) => / = -1 .*\b524\b/.test(line))
    if (loaded.length === unattached.length) expect(claimed).toEqual([])
    else expect(claimed).toEqual(['openSettled', 'connectSettled', expect.stringMatching(/^(lsm|fentry)$/)])
  })
})

/** Kind of program and function of a load, of a line of strace. */
function whatIsTried(line: string): string {
  const [, kind] = /prog_type=(\w+)/.exec(line) ?? []
  const [, target] = /attach_btf_id=(\d+)/.exec(line) ?? []
  expect([kind, target]).not.toContain(undefined)
  return `${kind} ${target}`
}
