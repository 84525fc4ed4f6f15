// SPDX-License-Identifier: MIT
// Catalogue P1-P9, P11-P13, P17: who made whom, and how each process ended. The fixtures of test/workloads say what is true.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Writable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { openSession } from '../../src/session/index.ts'
import type { Process } from '../../src/trace/process.ts'
import { describeKernel, kernelAtLeast, lacksRoot } from '../helpers/kernel.ts'
import { retry } from '../helpers/retry.ts'
import {
  eventsOf,
  freshFolder,
  only,
  openClaims,
  openFacts,
  type Report,
  runWorkload,
  workload,
} from '../helpers/workload.ts'

const lacksNumbersByNamespace = !kernelAtLeast(6, 14) && 'pid_max is that of all namespaces before Linux 6.14'

describeKernel('process', () => {
  test('P1: failed execs after vfork and posix_spawn are the child’s, not its parent’s', async () => {
    const run = await runWorkload('vfork-exec')
    const spawned = run.all('spawn')
    const [byVfork, refused, bySpawn] = run.process.children as [Process, Process, Process]
    expect(run.process.children).toHaveLength(3)
    expect(byVfork.pid).toBe(run.one('vfork')['child'])
    expect(bySpawn.pid).toBe(spawned[1]?.['child'])
    expect(eventsOf(run, 'exec').map((event) => event.result.ok)).toEqual([true])

    const attempts = (process: Process) =>
      eventsOf(run, 'exec', process).map(({ asked, result, argv }) => ({ asked, result, argv }))
    expect(attempts(byVfork)).toEqual([
      { asked: '/nonexistent/by-vfork', result: { ok: false, errno: 'ENOENT' }, argv: [] },
      { asked: workload('print-args'), result: { ok: true, value: 0 }, argv: ['print-args', 'by vfork'] },
    ])
    expect(attempts(refused)).toEqual([
      { asked: '/nonexistent/by-spawn', result: { ok: false, errno: 'ENOENT' }, argv: [] },
    ])
    expect(attempts(bySpawn)).toEqual([
      { asked: workload('print-args'), result: { ok: true, value: 0 }, argv: ['print-args', 'by posix_spawn'] },
    ])
    expect(run.process.children.map((child) => child.exit?.code)).toEqual([0, 127, 0])
    const forks = eventsOf(run, 'fork')
    expect(forks.map((event) => event.child)).toEqual(run.process.children)
    for (const fork of forks) expect(fork.flags).toEqual(expect.arrayContaining(['CLONE_VM', 'CLONE_VFORK']))
  })

  test('P2: a process made with CLONE_PARENT is the child of its creator', async () => {
    const run = await runWorkload('clone-parent')
    const sibling = only(run.byPid(run.one('sibling').pid))
    const creator = only(run.byPid(run.one('creator').pid))
    expect(run.one('sibling')['ppid']).toBe(run.pid)
    expect(run.one('sibling')['creator']).toBe(creator.pid)
    expect(sibling.parent).toBe(creator)
    expect(creator.parent).toBe(run.process)
    expect(only(eventsOf(run, 'fork', creator)).flags).toContain('CLONE_PARENT')
    expect([run.process.exit?.code, creator.exit?.code, sibling.exit?.code]).toEqual([1, 2, 3])
  })

  test('P3: a daemon is followed through its double fork', async () => {
    const folder = freshFolder()
    const file = join(folder, 'opened-by-the-daemon')
    writeFileSync(file, '')
    const run = await runWorkload('daemon', [file])
    const report = run.one('daemon')
    expect(report['ppid']).not.toBe(report['middle'])
    const daemon = only(run.byPid(report.pid))
    expect(daemon.parent?.pid).toBe(report['middle'])
    expect(daemon.parent?.parent).toBe(run.process)
    expect(eventsOf(run, 'open', daemon).map(openFacts)).toEqual(run.all('open').map(openClaims))
    expect([run.process, daemon.parent, daemon].map((process) => process?.exit?.code)).toEqual([4, 5, 6])
  })

  test('P4: a subreaper does not become the parent of what it adopts', async () => {
    const run = await runWorkload('subreaper')
    const report = run.one('grandchild')
    expect(report['ppid']).toBe(run.pid)
    const grandchild = only(run.byPid(report.pid))
    expect(grandchild.parent?.pid).toBe(report['creator'])
    expect(grandchild.parent?.parent).toBe(run.process)
    expect(run.process.children).toHaveLength(1)
  })

  test('P5: a process that outlives the session is listed as running, and what it does later is in no trace', async () => {
    const file = join(freshFolder(), 'later')
    const session = await openSession({ scope: 'run' })
    const child = session.run(() =>
      spawn(workload('outlive'), [file], { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] }),
    )
    const exited = once(child, 'exit')
    const lines = reportsOf(child)
    const top = await lines.next()
    await exited
    expect(session.trace.running.map((process) => process.pid)).toEqual([top['child']])
    const trace = await session.stop()
    const next = await openSession({ scope: 'descendants' })
    onTestFinished(async () => void (await next.stop()))
    const before = trace.events.length

    ;(child.stdio[3] as Writable).write('x')
    const late = await lines.next()
    expect(late).toMatchObject({ what: 'open', pid: top['child'], ok: true })
    await once(child, 'close')
    expect(existsSync(file)).toBe(true)
    expect(trace.events).toHaveLength(before)
    expect(trace.running.map((process) => process.pid)).toEqual([top['child']])
    expect(only(trace.processes.filter((process) => process.pid === top['child'])).exit).toBeNull()
    // Nor in the session that was open when it happened: that one did not start it.
    expect(next.trace.ofKind('open').filter((event) => event.asked === file)).toEqual([])
    expect(next.trace.processes.map((process) => process.isRoot)).toEqual([true])
  })

  test.skipIf(lacksRoot)('P6: a pid that is given out again is another process', async () => {
    const count = 97
    // The number is asked for; somebody else can have got it in the meantime.
    const run = await retry(() => runWorkload('pid-reuse', [String(count)]))
    const reused = run.byPid(run.one('reuse')['pidReused'])
    expect(reused).toHaveLength(count + 1)
    expect(new Set(reused).size).toBe(count + 1)
    expect(reused.map((process) => process.exit?.code)).toEqual([
      250,
      ...Array.from({ length: count }, (_, n) => n % 251),
    ])
    for (const process of reused) expect(process.parent).toBe(run.process)
    expect(run.trace.ofKind('exit').filter((event) => event.process.pid === reused[0]?.pid)).toHaveLength(count + 1)
  })

  test.skipIf(lacksRoot || lacksNumbersByNamespace)(
    'P6: so are those of a pid namespace with few numbers',
    async () => {
      const run = await runWorkload('pid-reuse', ['namespace', '997'])
      const init = only(run.process.children)
      expect(run.one('reuse')['reuses']).toBeGreaterThan(500)
      expect(init.nsPid).toBe(1)
      expect(init.children).toHaveLength(997)
      expect(init.children.map((process) => process.exit?.code)).toEqual(Array.from({ length: 997 }, (_, n) => n % 251))
      expect(997 - new Set(init.children.map((process) => process.nsPid)).size).toBe(run.one('reuse')['reuses'])
    },
  )

  test('P7: an exec by a thread that is not the leader is one exec of the same process', async () => {
    const run = await runWorkload('thread-exec')
    const [first, second] = run.process.execs
    expect(run.process.execs).toHaveLength(2)
    expect(run.trace.processes.filter((process) => !process.isRoot)).toEqual([run.process])
    expect(first?.fromThread).toBeNull()
    expect(second?.fromThread).toBe(run.one('exec').tid)
    expect(second?.argv).toEqual(run.one('args')['argv'])
    expect(second?.tid).toBe(run.pid)
    expect(eventsOf(run, 'thread')).toHaveLength(2)
    expect(run.trace.ofKind('exit')).toHaveLength(1)
    expect(run.process.exit).toMatchObject({ code: 0, signal: null })
  })

  test('P8: a process whose leader has ended goes on until its last thread ends', async () => {
    const file = join(freshFolder(), 'opened-by-the-thread')
    writeFileSync(file, '')
    const run = await runWorkload('leader-exit', [file])
    const report = run.one('open')
    expect(report.tid).not.toBe(report.pid)
    const open = only(eventsOf(run, 'open'))
    expect(openFacts(open)).toEqual(openClaims(report))
    expect(open.tid).toBe(report.tid)
    const exit = only(run.trace.ofKind('exit'))
    expect(exit).toMatchObject({ code: 7, signal: null })
    expect(exit.seq).toBeGreaterThan(open.seq)
  })

  test.skipIf(lacksRoot)('P9: processes of a pid namespace have their outer number, and their own', async () => {
    const file = join(freshFolder(), 'opened-inside')
    writeFileSync(file, '')
    const run = await runWorkload('pid-namespace', [file])
    const outer = only(run.process.children)
    const inner = only(outer.children)
    expect(outer).toMatchObject({ pid: run.one('outside')['child'], nsPid: 1 })
    expect(inner.nsPid).toBe(2)
    expect(inner.pid).toBeGreaterThan(2)
    expect(eventsOf(run, 'open', inner).map(openFacts)).toEqual(run.all('open').map(openClaims))
    expect([run.process, outer, inner].map((process) => process.exit?.code)).toEqual([10, 11, 12])
  })

  test('P11: under scope `self`, threads that were there before the session are recorded, too', async () => {
    const files = Array.from({ length: 23 }, (_, n) => join(freshFolder(), `read-by-the-pool-${n}`))
    for (const file of files) writeFileSync(file, '')
    await Promise.all(files.map((file) => readFile(file))) // the thread pool is there now
    const session = await openSession({ scope: 'self' })
    await Promise.all(files.map((file) => readFile(file)))
    readFileSync(files[0] as string)
    const trace = await session.stop()
    const opens = trace.ofKind('open').filter((event) => files.includes(event.asked as string))
    expect(opens.map((event) => event.asked).sort()).toEqual([...files, files[0]].sort())
    for (const event of opens) {
      expect(event.process).toBe(trace.tree)
      expect(event.result.ok).toBe(true)
    }
    expect(opens.some((event) => event.tid !== process.pid)).toBe(true)
    expect(opens.at(-1)?.tid).toBe(process.pid)
  })

  test('P12: a child that was there before the session is listed, not recorded', async () => {
    const file = join(freshFolder(), 'opened-by-the-old-child')
    writeFileSync(file, '')
    const child = spawn(workload('hold'), [file], { stdio: ['pipe', 'pipe', 'inherit'] })
    const lines = reportsOf(child)
    await lines.next()
    const session = await openSession({ scope: 'descendants' })
    child.stdin.write('x')
    expect(await lines.next()).toMatchObject({ what: 'open', pid: child.pid, ok: true })
    const grandchild = await lines.next()
    expect(grandchild['pid']).not.toBe(child.pid)
    await once(child, 'close')
    const trace = await session.stop()
    expect(trace.preexisting).toContainEqual({ pid: child.pid, comm: 'hold', exe: workload('hold') })
    expect(trace.events.filter((event) => event.kind !== 'mark')).toEqual([])
    expect(trace.processes).toEqual([trace.tree])
  })

  test('P13: thousands of processes that live at the same time are all there', async () => {
    const count = 5003
    const run = await runWorkload('many-alive', [String(count)])
    expect(run.one('alive')['count']).toBe(count)
    expect(run.process.children).toHaveLength(count)
    expect(run.process.children.map((process) => process.exit?.code)).toEqual(
      Array.from({ length: count }, (_, n) => n % 251),
    )
    const lastStart = run.process.children.at(-1)?.startNs
    for (const exit of run.trace.ofKind('exit')) expect(exit.timeNs).toBeGreaterThan(lastStart!)
  })

  test.each([
    [['exit', '0'], { code: 0, signal: null, coreDumped: false }],
    [['exit', '139'], { code: 139, signal: null, coreDumped: false }],
    [['exit', '255'], { code: 255, signal: null, coreDumped: false }],
    [['signal', '11'], { code: null, signal: 'SIGSEGV', coreDumped: false }],
    [['signal', '15'], { code: null, signal: 'SIGTERM', coreDumped: false }],
    [['signal', '9'], { code: null, signal: 'SIGKILL', coreDumped: false }],
    [['signal', '34'], { code: null, signal: expect.stringMatching(/RT/), coreDumped: false }],
    [['signal', '64'], { code: null, signal: expect.stringMatching(/RT/), coreDumped: false }],
    [['core'], { code: null, signal: 'SIGSEGV', coreDumped: true }],
  ])('P17: a process that ends by %j is recorded so', async (args, expected) => {
    const run = await runWorkload('end', args, { cwd: freshFolder() })
    const report = run.one('end')
    const exit = only(run.byPid(report['child'])).exit
    expect(exit).toMatchObject(expected)
    // And as wait(2) told it.
    expect(exit?.code).toBe(report['exited'] ?? null)
    expect(exit?.signal !== null).toBe(report['signal'] !== undefined)
    if (report['core'] !== undefined && args[0] !== 'core') expect(exit?.coreDumped).toBe(report['core'])
    expect(exit?.durationNs).toBeGreaterThan(0n)
  })

  test('P17: what a process used is what wait4 says, of all its threads', async () => {
    const run = await runWorkload('usage')
    const told = run.all('used')
    expect(told).toHaveLength(31)
    const tick = 20_000_000 // of what runs at this moment the last few milliseconds are added up later; of `together` three threads do. A thread that is left out is 50
    const late = (how: string) => (how === 'together' ? 3 * tick : tick)
    for (const { how, of, cpuNs, peakBytes, insideNs, outsideNs } of told) {
      const { exit } = only(run.byPid(of))
      expect([how, exit?.peakMemoryBytes]).toEqual([how, peakBytes])
      expect([how, Math.abs(Number(exit?.cpuNs) - cpuNs) < late(how)]).toEqual([how, true])
      expect([how, exit!.durationNs >= insideNs, exit!.durationNs <= outsideNs]).toEqual([how, true, true])
    }
    const used = (how: string) => only(told.filter((report) => report['how'] === how))
    expect(used('memory')['peakBytes']).toBeGreaterThan(used('idle')['peakBytes'] + (39 << 20))
    expect(used('threads')['cpuNs']).toBeGreaterThan(used('burning')['cpuNs'] * 2.5)
    expect(used('outlived')['cpuNs']).toBeGreaterThan(used('burning')['cpuNs'] * 1.5)
  })

  test('Threads are no processes, and what each of them opens is there', async () => {
    const file = join(freshFolder(), 'opened-by-each')
    writeFileSync(file, '')
    const run = await runWorkload('thread-storm', ['997', '13', file])
    expect(run.one('threads')).toMatchObject({ count: 997, opened: 997 })
    expect(run.trace.processes.filter((process) => !process.isRoot)).toEqual([run.process])
    const threads = eventsOf(run, 'thread')
    const opens = eventsOf(run, 'open').filter((event) => event.path === file)
    expect(threads).toHaveLength(997)
    expect(opens).toHaveLength(997)
    expect(opens.map((event) => event.tid).sort()).toEqual(threads.map((event) => event.threadTid).sort())
    expect(run.trace.ofKind('exit')).toHaveLength(1)
  })
})

/** The reports of a fixture that still runs, one by one. */
function reportsOf(child: ChildProcess): { next(): Promise<Report> } {
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  return {
    next: async () => {
      const line = await lines.next()
      if (line.done) throw new Error('The fixture said nothing more.')
      return JSON.parse(line.value) as Report
    },
  }
}
