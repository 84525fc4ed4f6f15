// SPDX-License-Identifier: MIT
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { matchers } from '../../src/matchers/index.ts'
import { openSession, traced } from '../../src/session/index.ts'
import { TraceFileError } from '../../src/trace/log-file.ts'
import { Trace } from '../../src/trace/trace.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { overflow } from '../helpers/storm.ts'
import { freshFolder } from '../helpers/workload.ts'

expect.extend(matchers)

const run = () => spawnSync('/bin/sh', ['-c', 'head -c 3 /etc/hostname; cd /; /no/such; exit 7'])

describeKernel('a saved trace', () => {
  test('says what the live one said', async () => {
    const file = join(freshFolder(), 'saved')
    const session = await openSession()
    run()
    session.mark('here')
    const live = await session.stop()
    live.save(file)
    const saved = Trace.load(file)
    expect(saved.print()).toBe(live.print())
    const plain = (trace: Trace) =>
      trace.events.map(({ process, ...event }) => ({ ...event, pid: process.pid, child: 0 }))
    expect(plain(saved)).toEqual(plain(live))
    expect(saved.processes.map(({ pid, argv, cwd, exe }) => ({ pid, argv, cwd, exe }))).toEqual(
      live.processes.map(({ pid, argv, cwd, exe }) => ({ pid, argv, cwd, exe })),
    )
    expect(saved).toHaveExecuted('head', { exitCode: 0 })
    expect(saved).toHaveExecuted('sh', { exitCode: 7 })
    expect(saved).not.toHaveConnectedTo()
    saved.save(`${file}-again`)
    expect(readFileSync(`${file}-again`).equals(readFileSync(file))).toBe(true)
  })

  test('keeps that something is missing', async () => {
    const file = join(freshFolder(), 'saved')
    const { trace } = await overflow(1 << 16)
    trace.save(file)
    const saved = Trace.load(file)
    expect(saved.lost).toEqual(trace.lost)
    expect(() => expect(saved).not.toHaveOpened('/etc/shadow')).toThrow(
      expect.objectContaining({ code: 'INCOMPLETE_TRACE' }),
    )
  })

  test('cut at any place, or with any byte changed, is refused with a clear error', async () => {
    const folder = freshFolder()
    const file = join(folder, 'saved')
    const { trace } = await traced(run)
    trace.save(file)
    const whole = readFileSync(file)
    const damaged = join(folder, 'damaged')
    const refusal = (bytes: Uint8Array): unknown => {
      writeFileSync(damaged, bytes)
      try {
        Trace.load(damaged)
        return undefined
      } catch (error) {
        return error
      }
    }
    for (let length = 0; length < whole.length; length += length < 600 ? 1 : 97)
      expect(refusal(whole.subarray(0, length)), `cut at ${length}`).toBeInstanceOf(TraceFileError)
    for (let at = 0; at < whole.length; at += at < 600 ? 1 : 97) {
      const changed = Uint8Array.from(whole)
      changed[at] = (changed[at] as number) ^ 0x41
      expect(refusal(changed), `changed at ${at}`).toBeInstanceOf(TraceFileError)
    }
    expect(refusal(whole)).toBeUndefined()
    expect(refusal(Buffer.from('{"not": "a trace"}'))).toMatchObject({
      code: 'TRACE_FILE',
      message: `Cannot load the trace ${JSON.stringify(damaged)}: it is not a trace that spyscall saved.`,
    })
    const former = Uint8Array.from(whole)
    former[16] = 1
    expect(refusal(former)).toMatchObject({
      message: `Cannot load the trace ${JSON.stringify(damaged)}: it has format 1, this package reads 3.`,
    })
  })
})
