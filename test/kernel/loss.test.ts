// SPDX-License-Identifier: MIT
import { execSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { matchers } from '../../src/matchers/index.ts'
import { openSession, traced } from '../../src/session/index.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { overflow, storm } from '../helpers/storm.ts'
import { workload } from '../helpers/workload.ts'

expect.extend(matchers)

describeKernel('loss', () => {
  for (const ringBytes of [1 << 16, 1 << 17, 1 << 18]) {
    test(`a storm over a ring of ${ringBytes >> 10} KiB: delivered and lost add up, lifecycle records come through, negatives refuse`, async () => {
      const { result, trace } = await overflow(ringBytes)
      const delivered = trace.ofKind('open').filter((event) => event.path === '/etc/hostname').length
      expect(result.opened).toBe(100_003)
      expect(trace.lost.ring).toBeGreaterThan(0)
      expect(delivered + trace.lost.ring).toBe(result.opened)
      expect(trace.lost).toMatchObject({ lifecycle: 0, scratch: 0, member: 0, missed: 0, spill: 0 })
      expect(trace.complete).toBe(false)
      expect(trace.ofKind('exit')).toHaveLength(1)
      expect(trace.ofKind('fork')).toHaveLength(1)
      expect(trace.ofKind('thread')).toHaveLength(3)

      expect(trace).toHaveOpened('/etc/hostname')
      expect(() => expect(trace).not.toHaveOpened('/etc/shadow')).toThrow(/incomplete|lost/i)
      expect(() => expect(trace).not.toHaveConnectedTo()).toThrow(/incomplete|lost/i)
      expect(() => expect(trace).toHaveOpened('/etc/shadow')).toThrow(/incomplete|lost/i)
    })
  }

  test('a storm while the event loop is blocked costs nothing with the default ring', async () => {
    await using session = await openSession()
    execSync(`${workload('storm')} 200003 1 /etc/hostname`)
    const { trace } = session
    expect(trace.ofKind('open').filter((event) => event.path === '/etc/hostname')).toHaveLength(200_003)
    expect(trace.gaps).toEqual([])
  })

  test('what exceeds memoryBytes is read back from the spill file', async () => {
    const { trace } = await traced(() => storm(50_021, 1), { memoryBytes: 1 << 20 })
    expect(trace.ofKind('open').filter((event) => event.path === '/etc/hostname')).toHaveLength(50_021)
    expect(trace.gaps).toEqual([])
  })

  /** What the trace of a process says that was stopped, reader and all, while its child opened a file so often. */
  async function whileStopped(ringBytes: number, count: number): Promise<any> {
    const script = join(import.meta.dirname, 'scripts/be-stopped.ts')
    const child = spawn(process.execPath, [script, `${ringBytes}`, `${count}`], { stdio: ['pipe', 'pipe', 'pipe'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    await lines.next()
    child.kill('SIGSTOP')
    child.stdin.write('\n')
    await once(child.stderr, 'data') // the storm is over
    child.kill('SIGCONT')
    return JSON.parse((await lines.next()).value ?? 'null')
  }

  test('a reader that was stopped: the trace says what was lost', async () => {
    const said = await whileStopped(1 << 16, 20_011)
    expect(said.delivered + said.lost.ring).toBe(20_011)
    expect(said).toMatchObject({ reasons: ['ring'], exits: 2, lastIsExit: 'exit' })
  })

  test('a reader that was stopped, with room in the ring: nothing was lost', async () => {
    const said = await whileStopped(1 << 23, 20_011)
    expect(said).toMatchObject({ delivered: 20_011, reasons: [], exits: 2, lastIsExit: 'exit' })
  })

  test('order is one: a process is made before all that it does, and ends after it', async () => {
    const { trace } = await traced(() =>
      spawnSync('/bin/sh', ['-c', 'for n in 1 2 3 4 5 6 7 8 9; do head -c 1 /etc/hostname & done; wait']),
    )
    const seqs = trace.events.map((event) => event.seq)
    expect(seqs).toEqual([...seqs].sort((one, other) => one - other))
    for (const process of trace.processes.slice(1)) {
      const own = trace.events.filter((event) => event.process === process)
      const made = trace.ofKind('fork').find((event) => event.child === process)
      expect(made?.seq).toBeLessThan(own[0]?.seq ?? 0)
      expect(own.at(-1)).toBe(process.exit)
    }
  })

  test('a full disk under the spill file makes the trace incomplete', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'spy-full-'))
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', folder]).status).toBe(0)
    onTestFinished(() => {
      spawnSync('umount', ['-l', folder])
      rmSync(folder, { recursive: true })
    })
    const { trace } = await traced(() => storm(50_021, 1), { memoryBytes: 1 << 20, spillFolder: folder })
    expect(trace.lost.spill).toBeGreaterThan(0)
    expect(trace.gaps.map((gap) => gap.reason)).toEqual(['spill'])
  })

  test('what a child did is there as soon as it was waited for', async () => {
    await using session = await openSession()
    for (let n = 0; n < 200; n++) {
      const { pid } = spawnSync('/bin/true')
      const process = session.trace.processes.find((found) => found.pid === pid)
      expect(process?.exit?.code).toBe(0)
    }
  })
})
