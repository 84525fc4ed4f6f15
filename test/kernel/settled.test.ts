// SPDX-License-Identifier: MIT
// What programs at the kernel's own functions (lsm, fentry) settle, where the kernel takes them; and that nothing is claimed where it does not.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { describeKernel } from '../helpers/kernel.ts'
import { ownNativeFolder } from '../helpers/kernel-objects.ts'
import { eventsOf, freshFolder, runWorkload } from '../helpers/workload.ts'

const script = resolve(import.meta.dirname, 'scripts/open-twice.ts')
const bySettling = ['openSettled', 'connectSettled', 'lsm', 'fentry']

describeKernel('settled inside the call', () => {
  test('N15: of 7 connects whose address another thread rewrites while they wait, the peer, where the kernel tells', async () => {
    const run = await runWorkload('rewritten-address', ['7'])
    const isSettled = run.trace.info.capabilities.includes('connectSettled')
    const claims = run.all('connect')
    expect(claims).toHaveLength(7)
    // Each but the first of a pair, which is not rewritten.
    const events = eventsOf(run, 'connect').filter(({ tid }) => tid !== run.pid)
    expect(events.map(({ address, source }) => [address, source])).toEqual(
      claims.map(({ connected, written }) => {
        expect(connected).not.toBe(written)
        const name = isSettled ? connected : written
        return [
          { family: 'unix', asked: name, path: name, abstract: true },
          isSettled ? 'security_socket_connect' : 'sys_exit',
        ]
      }),
    )
  })

  test('what the kernel refuses is tried once for all sessions of the helper, and not claimed', () => {
    const calls = join(freshFolder(), 'calls')
    const { stdout, stderr, status } = spawnSync(
      'strace',
      ['-f', '-e', 'trace=bpf', '-o', calls, process.execPath, script],
      {
        env: { ...process.env, SPYSCALL_NATIVE_DIR: ownNativeFolder() },
        encoding: 'utf8',
      },
    )
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const tries = readFileSync(calls, 'utf8')
      .split('\n')
      .filter((line) => line.includes('spy_empty'))
    const [first, second] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as string[])
    expect(second).toEqual(first)
    expect(tries.length).toBeGreaterThan(0)
    const refused = tries.filter((line) => / = -1 E/.test(line))
    // Two functions, two kinds of programs: the second kind is tried where the first is not taken.
    expect(tries).toHaveLength(new Set(tries.map(whatIsTried)).size)
    const claimed = first?.filter((name) => bySettling.includes(name)) ?? []
    if (refused.length === tries.length) expect(claimed).toEqual([])
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
