// SPDX-License-Identifier: MIT
import { execSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { matchers } from '../../src/matchers/index.ts'
import { openSession, traced } from '../../src/session/index.ts'
import { Trace } from '../../src/trace/trace.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { overflow, storm } from '../helpers/storm.ts'
import { freshFolder, readReports, workload } from '../helpers/workload.ts'

expect.extend(matchers)

const incomplete = expect.objectContaining({ code: 'INCOMPLETE_TRACE' })

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
    const file = join(freshFolder(), 'saved')
    const args = [script, `${ringBytes}`, `${count}`, file]
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    await lines.next()
    child.kill('SIGSTOP')
    child.stdin.write('\n')
    await once(child.stderr, 'data') // the storm is over
    child.kill('SIGCONT')
    const said = JSON.parse((await lines.next()).value ?? 'null')
    return { ...said, trace: Trace.load(file) }
  }

  test.each([
    [64, 20_011],
    [1024, 20_011],
    [4096, 60_013],
  ])(
    'a reader that was stopped, over a ring of %i KiB: the trace says what was lost, and negatives refuse',
    async (kibibytes, count) => {
      const said = await whileStopped(kibibytes << 10, count)
      expect(said.delivered + said.lost.ring).toBe(count)
      expect(said).toMatchObject({ reasons: ['ring'], exits: 2, lastIsExit: 'exit' })
      expect(said.trace).toHaveOpened('/etc/hostname')
      expect(() => expect(said.trace).not.toHaveOpened('/etc/shadow')).toThrow(incomplete)
    },
  )

  test('a reader that was stopped, with room in the ring: nothing was lost', async () => {
    const said = await whileStopped(1 << 23, 20_011)
    expect(said).toMatchObject({ delivered: 20_011, reasons: [], exits: 2, lastIsExit: 'exit' })
    expect(said.trace).not.toHaveOpened('/etc/shadow')
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

  /** Of one open of a storm, in the log: what a trace of a thousand more is larger by. */
  async function bytesOfOpen(): Promise<number> {
    const folder = freshFolder()
    const sizeOf = async (count: number) => {
      const file = join(folder, `${count}`)
      ;(await traced(() => storm(count, 1))).trace.save(file)
      return statSync(file).size
    }
    return Math.round(((await sizeOf(2000)) - (await sizeOf(1000))) / 1000)
  }

  test('a full disk under the spill file: what was delivered and what was lost add up, negatives refuse', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'spy-full-'))
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', folder]).status).toBe(0)
    onTestFinished(() => {
      spawnSync('umount', ['-l', folder])
      rmSync(folder, { recursive: true })
    })
    const { trace } = await traced(() => storm(50_021, 1), { memoryBytes: 1 << 20, spillFolder: folder })
    expect(trace.lost.spill).toBeGreaterThan(0)
    expect(trace.gaps.map((gap) => gap.reason)).toEqual(['spill'])
    const delivered = trace.ofKind('open').filter((event) => event.path === '/etc/hostname').length
    expect(delivered).toBeGreaterThan(0)
    // With them a few records of the storm's process and of what it reads at its beginning.
    const others = trace.lost.spill - (50_021 - delivered) * (await bytesOfOpen())
    expect(others).toBeGreaterThanOrEqual(0)
    expect(others).toBeLessThan(10_000)
    expect(() => expect(trace).not.toHaveOpened('/etc/shadow')).toThrow(incomplete)
  })

  test('L10: a record that is still being written is waited for, and nothing behind it is read before', () => {
    const { stdout, stderr, status } = spawnSync(workload('ring-reader'), { encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(readReports(stdout).map(({ how, finished, taken }) => [how, finished, taken])).toEqual([
      ['up to one that is being written', 0, 'a'],
      ['and no further', 0, ''],
      ['when it was written, and without one that was given up', 1, 'bd'],
      ['not beyond what was produced', 0, ''],
    ])
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
