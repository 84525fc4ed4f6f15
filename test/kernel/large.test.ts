// SPDX-License-Identifier: MIT
// Logs of many chunks: taken in by a pool of threads, as on machines with processors to spare, they give the trace that one thread gives.
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'spyscall/vitest'
import { test } from 'vitest'
import { loadNative } from '../../src/session/binding.ts'
import { settleOptions } from '../../src/session/options.ts'
import { prescanByPool } from '../../src/session/prescan-pool.ts'
import { Session } from '../../src/session/session.ts'
import { groupBits } from '../../src/trace/groups.ts'
import { Trace } from '../../src/trace/trace.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { freshFolder, workload } from '../helpers/workload.ts'

const options = settleOptions({ scope: 'descendants', events: ['process', 'file', 'probe'], memoryBytes: 1 << 20 })

/** A session of which the test knows the handle. */
function openWithHandle(): { readonly handle: number; readonly session: Session } {
  const { binding, helper } = loadNative()
  const { events, memoryBytes } = options
  const groups = events.reduce((bits, group) => bits | groupBits[group], 0)
  const rest = { spillFolder: tmpdir(), ringBytes: 64 << 20, memoryBytes, syscalls: new Uint8Array() }
  const opened = binding.open({ helper, groups, ...rest })
  if (!('handle' in opened)) throw new Error(opened.operation)
  const session = new Session(binding, opened.handle, options, events)
  expect(session.begin()).toBeUndefined()
  return { handle: opened.handle, session }
}

/** What events of each kind, process and path there are, and where. */
function facts(trace: Trace): Map<string, number> {
  const sums = new Map<string, number>()
  for (const event of trace.events) {
    const key = [event.kind, event.process.pid, 'path' in event ? event.path : '', 'result' in event && event.result.ok]
    sums.set(key.join(' '), ((sums.get(key.join(' ')) ?? 0) * 31 + event.seq) % 2 ** 40)
  }
  return sums
}

describeKernel('a large log', () => {
  test('that a pool of threads takes in is the trace that one thread makes of it', async () => {
    const { handle, session } = openWithHandle()
    const storm = `${workload('storm')} 50021 2 /etc/hostname & find /usr/share /usr/lib -name x; cat /no/such; wait`
    expect(spawnSync('sh', ['-c', storm]).status).toBe(0)
    loadNative().binding.stop(handle)
    const { trace } = session
    const waiting = trace.unreadChunks
    expect(waiting).toBeGreaterThan(6)
    // Threads that fail leave it to the others, and to the one.
    await prescanByPool(trace, 'no handle' as never)
    expect(trace.unreadChunks).toBe(waiting)
    await prescanByPool(trace, handle)
    // All but the last one, before anybody asked: by what the threads found.
    expect(trace.unreadChunks).toBe(0)
    const file = join(freshFolder(), 'saved')
    trace.save(file)
    const byOne = Trace.load(file)
    expect(facts(trace)).toEqual(facts(byOne))
    expect(trace.eventCount).toBe(byOne.eventCount)
    expect(trace).toHaveOpened('/etc/hostname', { times: 50_021 })
    expect(byOne).toHaveOpened('/etc/hostname', { times: 50_021 })
    expect(trace).toHaveOpened('/no/such', { by: 'cat', errno: 'ENOENT' })
    expect(trace).not.toHaveOpened('/etc/shadow')
  })
})
