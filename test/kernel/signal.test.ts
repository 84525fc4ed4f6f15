// SPDX-License-Identifier: MIT
// Signals: who, to whom, which. The fixtures of test/workloads say what they sent, and their handlers what arrived.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import { openSession, traced } from '../../src/session/index.ts'
import type { SignalEvent } from '../../src/trace/event.ts'
import { describeKernel, kernelAtLeast, lacksRoot } from '../helpers/kernel.ts'
import {
  abiOf,
  inBothWidths,
  only,
  type Report,
  type Run,
  readReports,
  runProgram,
  runWorkload,
  workload,
} from '../helpers/workload.ts'

const session = { events: ['process', 'signal'] } as const

/** Those of timers are made by whoever is interrupted. Where that is process 1, some kernels keep it from us (docs/limits.md): then all is done again, twice at most. */
async function kernelSignals(): Promise<Run> {
  for (let again = 2; ; again--) {
    const run = await runWorkload('kernel-signals', [], { session })
    const count = (signal: string) => kernelEvents(run).filter((event) => event.signal === signal).length
    if (again === 0 || (count('SIGALRM') > 0 && count('SIGRT2') >= 20)) return run
  }
}

describeKernel('signal', () => {
  test.each(inBothWidths('signals'))('every call that sends one is told with its target (%s)', async (program) => {
    const run = await runWorkload(program, ['calls'], { session })
    const sent = sentEvents(run)
    expect(sent.map(facts)).toEqual(run.all('sent').map(claims))
    expect(sent.map((event) => event.call)).toEqual(expect.arrayContaining([...calls]))
    for (const event of sent) {
      expect(event.process).toBe(event.sender)
      expect(event.to?.pid).toBe(event.toPid)
      expect(event.abi).toBe(abiOf(program))
      expect(event.source).toBe('signal_generate')
    }
    // What the handlers were told of what the parent sent, the codes that it made up included.
    const got = run.all('got').filter((report) => report['from'] === run.pid)
    const arrived = sent.filter(
      (event) => event.delivery === 'delivered' && !['SIGQUIT', 'SIGRT7', 'SIGKILL'].includes(event.signal),
    )
    expect(arrived.map(({ signal, code, toPid }) => ({ signal: numberOf(signal), code, pid: toPid }))).toEqual(
      got.map(({ signal, code, pid }) => ({ signal, code, pid })),
    )
    expect(got).toHaveLength(9)
    expect(only(kernelEvents(run))).toMatchObject({ signal: 'SIGCHLD', code: 2, process: run.process, call: null })
    expect(run.trace.processes).toHaveLength(3)
  })

  test('one to a group is one to each of its processes', async () => {
    const run = await runWorkload('signals', ['group'], { session })
    const sent = sentEvents(run)
    // In the order in which the kernel goes through the group.
    expect(sent.map(facts)).toEqual(expect.arrayContaining(run.all('sent').map(claims)))
    expect(sent).toHaveLength(3)
    expect(new Set(sent.map((event) => event.to))).toEqual(new Set(run.process.children))
  })

  test('one that could not be sent is told with what was asked for, and why', async () => {
    const run = await runWorkload('signals', ['failures'], { session })
    const failed = sentEvents(run).filter((event) => event.delivery === 'failed')
    expect(failed.map(facts)).toEqual(run.all('failed').map(claims))
    expect(new Set(failed.map((event) => event.errno))).toEqual(new Set(['ESRCH', 'EINVAL', 'EPERM', 'EBADF']))
    for (const event of failed)
      expect(event).toMatchObject({ to: null, code: null, source: 'sys_exit', blocked: false })
    expect(failed.map((event) => event.process.pid)).toEqual(run.all('failed').map((report) => report.pid))
    // Signal 0, which sends nothing, is not among them.
    expect(run.all('asked').map((report) => report['ok'])).toEqual([true, false])
    expect(sentEvents(run)).toHaveLength(failed.length + 1)
  })

  test('one for which there is no room is told once, as a failure', async () => {
    const run = await runWorkload('signals', ['full'], { session })
    expect(sentEvents(run).map(facts)).toEqual(
      run.reports.filter((report) => ['sent', 'failed'].includes(report.what)).map(claims),
    )
    expect(only(run.all('failed'))['errno']).toBe('EAGAIN')
  })

  test('one of the kernel is the target’s, whoever ran when it was made', async () => {
    const run = await kernelSignals()
    const got = run.all('got')
    const events = kernelEvents(run)
    for (const event of events) {
      expect(event).toMatchObject({ sender: null, senderPid: null, call: null })
      expect(event.process).toBe(event.to)
      expect([event.process.pid, event.tid]).toEqual([event.toPid, event.toPid])
    }
    const made = events.filter((event) => event.signal !== 'SIGCHLD' && event.signal !== 'SIGRT2')
    expect(made.map(arrival)).toEqual(got.filter(notOf('timer', 'child-end')).map(told))
    expect(made.map((event) => event.delivery)).toEqual(Array(made.length).fill('delivered'))
    const [childEnd] = got.filter((report) => report['how'] === 'child-end')
    expect(events.map(arrival)).toContainEqual(told(childEnd as Report))
    // A timer's signal that has not been taken yet is not queued again; one can be left at the end.
    const ticks = events.filter((event) => event.signal === 'SIGRT2' && event.delivery === 'delivered')
    const waited = got.filter((report) => report['how'] === 'timer')
    expect(ticks.slice(0, 20).map(arrival)).toEqual(waited.map(told))
    expect(ticks.length).toBeLessThanOrEqual(21)
    const spinner = only(run.byPid(run.one('spun').pid))
    expect(run.trace.ofKind('signal').filter((event) => event.process === spinner)).toMatchObject([])
    expect(sentEvents(run).map(({ signal, to }) => ({ signal, to }))).toEqual([{ signal: 'SIGKILL', to: spinner }])
    // Each end of a child is told to its parent.
    const ended = run.trace.processes.filter((process) => process.exit !== null && process.parent !== run.trace.tree)
    const orphan = 1 // the child of parent-death, whose end its new parent is told, outside the scope
    expect(events.filter((event) => event.signal === 'SIGCHLD')).toHaveLength(ended.length - orphan)
  })

  test('a storm of them is told to the last, and a timer that interrupts it is not taken for one of its senders', async () => {
    // Linux 6.1 keeps some interrupts from us, and says so (docs/limits.md).
    const run = await runWorkload('signals', ['storm'], { session, mayMiss: !kernelAtLeast(6, 2) })
    const sent = sentEvents(run)
    expect(new Set(sent.map(({ call, signal, delivery }) => `${call} ${signal} ${delivery}`))).toEqual(
      new Set(['kill SIGURG ignored']),
    )
    const bySender = run.process.children.map(({ pid }) => ({
      pid,
      count: sent.filter((event) => event.senderPid === pid && event.to === run.process).length,
    }))
    expect(bySender).toEqual(
      run
        .all('stormed')
        .map(({ pid, count }) => ({ pid, count }))
        .sort((a, b) => a.pid - b.pid),
    )
    const ticks = kernelEvents(run).filter((event) => event.signal === 'SIGRT5')
    const inProcess1 = 2 // interrupts that some kernels keep from us: docs/limits.md
    const missed = run.trace.gaps.find(({ reason }) => reason === 'missed')?.count ?? 0
    expect(ticks.length + missed).toBeGreaterThanOrEqual(run.one('ticks')['count'] - inProcess1)
    expect(run.one('ticks')['count']).toBeGreaterThan(10)
    for (const event of ticks) expect(event.process).toBe(run.process)
  })

  test('the test and strangers are told apart from what was started', async () => {
    const opened = await openSession({ scope: 'run', ...session })
    onTestFinished(async () => void (await opened.stop()))
    const child = opened.run(() => spawn('sleep', ['1000'], { stdio: 'ignore' }))
    const pid = child.pid as number
    process.kill(pid, 'SIGWINCH')
    const stranger = spawnSync('sh', ['-c', `kill -URG ${pid}; kill -KILL ${pid}; echo $$`], { encoding: 'utf8' })
    await once(child, 'close')
    const trace = await opened.stop()
    const target = only(trace.processes.filter((found) => found.pid === pid))
    const [byTest, ignored, last] = trace.ofKind('signal') as [SignalEvent, SignalEvent, SignalEvent]
    expect(byTest).toMatchObject({ from: 'process', signal: 'SIGWINCH', senderPid: process.pid, delivery: 'ignored' })
    expect(byTest.sender).toBe(trace.tree)
    expect(byTest.process).toBe(trace.tree)
    expect(byTest.to).toBe(target)
    for (const event of [ignored, last]) {
      expect(event).toMatchObject({ from: 'process', call: 'kill', sender: null, senderPid: Number(stranger.stdout) })
      expect(event.process).toBe(target)
      expect(event.to).toBe(target)
      expect(event.tid).toBe(pid)
    }
    expect([ignored.signal, last.signal]).toEqual(['SIGURG', 'SIGKILL'])
    expect(trace.ofKind('signal')).toHaveLength(3)
  })

  test('what goes from one session to another is in both, seen from each side', async () => {
    const [first, second] = [
      await openSession({ scope: 'run', ...session }),
      await openSession({ scope: 'run', ...session }),
    ]
    const child = first.run(() => spawn('sleep', ['1000'], { stdio: 'ignore' }))
    const pid = child.pid as number
    const sender = second.run(() => spawnSync('kill', ['-TERM', String(pid)]))
    await once(child, 'close')
    const [there, here] = [await first.stop(), await second.stop()]
    const received = only(there.ofKind('signal'))
    expect(received).toMatchObject({ sender: null, senderPid: sender.pid, toPid: pid, signal: 'SIGTERM' })
    expect(received.process.pid).toBe(pid)
    const sent = only(here.ofKind('signal'))
    expect(sent).toMatchObject({ to: null, toPid: pid, toName: 'sleep', senderPid: sender.pid })
    expect(sent.process.pid).toBe(sender.pid)
    for (const trace of [there, here]) expect(trace.processes).toHaveLength(2)
  })

  test('with the test in the scope, its own are told, and what it gets', async () => {
    const opened = await openSession({ scope: 'self', ...session })
    onTestFinished(async () => void (await opened.stop()))
    process.kill(process.pid, 'SIGWINCH')
    const child = spawn('true', { stdio: 'ignore' })
    await once(child, 'close')
    const trace = await opened.stop()
    const [own] = trace.ofKind('signal').filter((event) => event.signal === 'SIGWINCH')
    expect(own).toMatchObject({ from: 'process', call: 'kill', senderPid: process.pid, toPid: process.pid })
    expect([own?.process, own?.sender, own?.to]).toEqual([trace.tree, trace.tree, trace.tree])
    const [ended] = trace.ofKind('signal').filter((event) => event.signal === 'SIGCHLD')
    expect(ended).toMatchObject({ from: 'kernel', sender: null, toPid: process.pid, code: 1 })
    expect(ended?.process).toBe(trace.tree)
  })

  test('one to the test names it', async () => {
    const run = await runProgram('sh', ['-c', 'kill -URG $PPID'], { session })
    const event = only(sentEvents(run))
    expect(event).toMatchObject({ signal: 'SIGURG', toPid: process.pid, toTid: null })
    expect(event.to).toBe(run.trace.tree)
    expect(event.process).toBe(run.process)
  })

  test.skipIf(lacksRoot)('P9: a target in a pid namespace has its number outside', async () => {
    const run = await runProgram('unshare', ['--pid', '--fork', 'sh', '-c', 'sleep 1000 & kill $!; echo $!; wait $!'], {
      session,
    })
    const event = only(sentEvents(run))
    expect(event.toPid).toBe(event.to?.pid)
    expect(event.to?.nsPid).toBe(run.reports[0])
    expect(event.toPid).not.toBe(run.reports[0])
    expect(event.sender?.nsPid).toBe(1)
  })

  test('groups that did not ask have none', async () => {
    const run = await runWorkload('signals', ['group'])
    expect(run.trace.ofKind('signal')).toEqual([])
  })

  test('L6: of 2,000 signals of a timer, of which many interrupt the tracing programs, none goes untold without a gap', async () => {
    const count = 2000
    const { result, trace } = await traced(
      () => spawnSync(workload('race-timer'), [String(count)], { encoding: 'utf8' }),
      { events: ['process', 'signal', 'syscall'] },
    )
    expect(result).toMatchObject({ status: 0, stderr: '' })
    const handled = readReports(result.stdout)[0]?.['handled']
    const told = trace.ofKind('signal').filter(({ signal }) => signal === 'SIGALRM').length
    const missed = trace.gaps.find(({ reason }) => reason === 'missed')?.count ?? 0
    expect(handled).toBeGreaterThanOrEqual(count)
    // Where process 1 is interrupted, some kernels tell nobody (docs/limits.md).
    expect(told + missed).toBeGreaterThanOrEqual(handled - 2)
  })
})

const calls = ['kill', 'tkill', 'tgkill', 'rt_sigqueueinfo', 'rt_tgsigqueueinfo', 'pidfd_send_signal'] as const

function sentEvents(run: Run): readonly SignalEvent[] {
  return run.trace.ofKind('signal').filter((event) => event.from === 'process')
}

function kernelEvents(run: Run): readonly SignalEvent[] {
  return run.trace.ofKind('signal').filter((event) => event.from === 'kernel')
}

/** What an event says, in the words of a fixture's report. */
function facts(event: SignalEvent) {
  const { call, signal, toPid, toTid, delivery, errno, senderPid } = event
  return { call, signal: numberOf(signal), to: toPid ?? 0, thread: toTid ?? 0, delivery, errno, from: senderPid }
}

function claims(report: Report) {
  const { call, signal, to, thread, delivery = 'failed', errno = null, pid } = report
  return { call, signal, to, thread, delivery, errno, from: pid }
}

function numberOf(name: string): number {
  const realtime = /^SIGRT(\d+)$/.exec(name)
  const plain = /^signal (\d+)$/.exec(name)
  if (realtime !== null) return 32 + Number(realtime[1])
  return plain === null ? constants.signals[name as NodeJS.Signals] : Number(plain[1])
}

function arrival({ signal, code, toPid }: SignalEvent) {
  return { signal: numberOf(signal), code, pid: toPid }
}

function told({ signal, code, pid }: Report) {
  return { signal, code, pid }
}

function notOf(...ways: readonly string[]): (report: Report) => boolean {
  return (report) => !ways.includes(report['how'])
}
