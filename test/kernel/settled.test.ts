// SPDX-License-Identifier: MIT
// What other threads do in the middle of a call, where the kernel takes programs at its own functions (`openSettled`, `connectSettled`): told right. Elsewhere: as docs/limits.md has it.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { traced } from '../../src/session/index.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { eventsOf, freshFolder, runWorkload, workload } from '../helpers/workload.ts'

describeKernel('settled inside the call', () => {
  test('F13: of 20,000 opens whose descriptor another thread puts a file over, all name their own, or those that do not are counted', async () => {
    const [folder, count] = [freshFolder(), 20_000]
    const { result, trace } = await traced(
      () => spawnSync(workload('race-dup'), [folder, String(count)], { encoding: 'utf8' }),
      { ringBytes: 16 * 1024 ** 2 },
    )
    expect(result).toMatchObject({ status: 0, stderr: '' })
    const isSettled = trace.info.capabilities.includes('openSettled')
    const opens = trace.ofKind('open').filter(({ asked, flags }) => asked === 'asked' && !flags.includes('O_CREAT'))
    expect(opens).toHaveLength(count)
    expect(new Set(opens.map(({ source }) => source))).toEqual(new Set([isSettled ? 'security_file_open' : 'sys_exit']))
    const wrong = opens.filter(({ path }) => path !== join(folder, 'asked')).length
    if (isSettled) expect(wrong).toBe(0)
    expect(trace.gaps.map(({ reason, count }) => ({ reason, count }))).toEqual(
      wrong === 0 ? [] : [{ reason: 'replaced', count: wrong }],
    )
  })

  test('N15: of 7 connects whose address another thread rewrites while they wait, each has the peer that it got', async () => {
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

  test('the files of opens and the peers of connections are the same, whoever tells them', async () => {
    const folder = freshFolder()
    const { trace } = await traced(() =>
      spawnSync('/bin/sh', ['-c', 'echo 1 > made; read x < made; : >> made; exec 3<.; exec 4<missing'], {
        cwd: folder,
      }),
    )
    const isSettled = trace.info.capabilities.includes('openSettled')
    const opens = trace.ofKind('open').filter(({ path }) => String(path).startsWith(folder))
    expect(opens.map(({ path, created, result, source }) => [path, created, result.ok, source])).toEqual(
      [
        [join(folder, 'made'), true, true],
        [join(folder, 'made'), false, true],
        [join(folder, 'made'), false, true],
        [folder, false, true],
        [join(folder, 'missing'), false, false],
      ].map((facts) => [...facts, isSettled && facts[2] ? 'security_file_open' : 'sys_exit']),
    )
  })
})
