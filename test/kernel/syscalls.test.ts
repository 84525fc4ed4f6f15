// SPDX-License-Identifier: MIT
// System calls told one by one, and counted. The fixtures report each call that they made.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openSession, type SessionOptions, traced } from '../../src/session/index.ts'
import type { SyscallEvent } from '../../src/trace/event.ts'
import type { Process } from '../../src/trace/process.ts'
import { Trace } from '../../src/trace/trace.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { storm } from '../helpers/storm.ts'
import {
  abiOf,
  eventsOf,
  freshFolder,
  inBothWidths,
  only,
  type Report,
  type Run,
  runProgram,
  runWorkload,
  workload,
} from '../helpers/workload.ts'

const all: SessionOptions = { syscalls: 'all' }

function facts({ call, arguments: given, result }: SyscallEvent) {
  return { call, arguments: given.map(String), ...result }
}

function claims({ call, arguments: given, ok, value, errno }: Report) {
  return { call, arguments: given, ...(ok ? { ok, value } : { ok, errno }) }
}

/** Calls of a process's program, without what libuv did before it and the exec itself. */
function ownCalls(run: Run, process: Process = run.process): SyscallEvent[] {
  const calls = eventsOf(run, 'syscall', process)
  const exec = process.execs[0]
  if (exec === undefined) return calls
  const after = calls.filter(({ seq }) => seq > exec.seq)
  return after[0]?.call === 'execve' ? after.slice(1) : after
}

/** How often each name is in a list. */
function tally(names: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/** What the trace's counts say, as `tally` does. */
function counted(trace: Trace): Record<string, number> {
  return Object.fromEntries([...trace.syscallCounts.values()].map(({ call, calls }) => [call, calls]))
}

/** The counts are those of the events, for a session that records all of both. */
function expectCountsOfEvents(trace: Trace): void {
  const events = trace.ofKind('syscall')
  const nameOf = ({ call }: SyscallEvent) =>
    /^syscall (57[5-9]|5[89]\d|[6-9]\d\d|\d{4,})$/.test(call) ? 'unknown' : call
  expect(counted(trace)).toEqual(tally(events.map(nameOf)))
  for (const { call, errors, totalNs, histogram } of trace.syscallCounts.values()) {
    const same = events.filter((event) => nameOf(event) === call)
    expect([call, errors]).toEqual([call, same.filter(({ result }) => !result.ok && result.errno !== null).length])
    const timed = same.flatMap(({ durationNs }) => (durationNs === null ? [] : [durationNs]))
    expect([call, totalNs]).toEqual([call, timed.reduce((sum, ns) => sum + ns, 0n)])
    expect(histogram.map(({ calls }) => calls)).toEqual(
      histogram.map(({ fromNs, toNs }) => timed.filter((ns) => ns >= fromNs && (toNs === null || ns < toNs)).length),
    )
    expect(histogram.reduce((sum, { calls }) => sum + calls, 0)).toBe(timed.length)
  }
}

const isX64 = process.arch === 'x64'

describeKernel('system calls', () => {
  describe.each(inBothWidths('raw-calls'))('of %s', (program) => {
    test('have name, arguments, result and ABI', async () => {
      const run = await runWorkload(program, ['calls'], { session: all })
      const abi = abiOf(program)
      const claimed = run.all('call').map(claims)
      const names = new Set(claimed.map(({ call }) => call))
      const found = ownCalls(run).filter(({ call }) => names.has(call))
      expect(found.map(facts)).toEqual(claimed)
      expect(claimed.length).toBe(16)
      for (const event of ownCalls(run))
        expect(event).toMatchObject({ abi, blocked: false, partial: false, died: false })
      expectCountsOfEvents(run.trace)
    })

    test('that do not return are there, and those whose result is not their own', async () => {
      const run = await runWorkload(program, ['calls'], { session: all })
      const { threads, handlers } = run.one('end') as unknown as { threads: number; handlers: number }
      const own = ownCalls(run)
      const nothing = { result: { ok: true, value: 0 } }
      const ends = own.filter(({ call }) => call === 'exit')
      expect(ends.map(({ tid }) => tid).sort()).toEqual(
        run.trace
          .ofKind('thread')
          .map(({ threadTid }) => threadTid)
          .sort(),
      )
      expect(ends).toHaveLength(threads)
      const last = only(own.filter(({ call }) => call === 'exit_group'))
      expect(last).toMatchObject({ ...nothing, source: 'sys_enter', durationNs: null })
      expect(last.arguments[0]).toBe(23n)
      const returns = own.filter(({ call }) => call === 'rt_sigreturn')
      expect(returns).toHaveLength(handlers)
      for (const event of [...ends, ...returns]) expect(event).toMatchObject(nothing)
      expect(run.trace.syscallCounts.get('exit_group')).toMatchObject({ calls: 1, errors: 0, histogram: [] })
    })

    test('of an exec have the arguments that it was called with', async () => {
      const run = await runWorkload(program, ['exec'], { session: { syscalls: ['execve'] } })
      const event = only(ownCalls(run))
      expect(facts(event)).toEqual({ call: 'execve', arguments: run.one('exec')['arguments'], ok: true, value: 0 })
      // The exec of the fixture itself, by a 64-bit process.
      expect(eventsOf(run, 'syscall').find(({ result }) => result.ok)).toMatchObject({ call: 'execve', abi: 'native' })
      expect(event.abi).toBe(abiOf(program))
    })
  })

  test('are told for the names that were asked for alone, and counted all', async () => {
    const run = await runWorkload('raw-calls', ['calls'], { session: { syscalls: ['dup', 'lseek', 'dup'] } })
    const claimed = run.all('call').filter(({ call }) => call === 'dup' || call === 'lseek')
    expect(
      run.trace
        .ofKind('syscall')
        .filter(({ process: by }) => by === run.process)
        .map(facts),
    ).toEqual(claimed.map(claims))
    expect(claimed).toHaveLength(5)
    expect(run.trace.info).toMatchObject({
      syscalls: ['dup', 'lseek'],
      groups: ['process', 'file', 'network', 'syscall'],
    })
    expect(counted(run.trace)).toMatchObject({ dup: 3, lseek: 2, getppid: 7, exit: 3, rt_sigreturn: 5, unknown: 2 })
  })

  test('are counted without any event in the group alone', async () => {
    const run = await runWorkload('raw-calls', ['calls'], { session: { events: ['syscall'] } })
    expect(run.trace.ofKind('syscall')).toEqual([])
    expect(counted(run.trace)).toMatchObject({ dup: 3, lseek: 2, getppid: 7 })
    expect(run.trace.syscallCounts.get('dup')).toMatchObject({ calls: 3, errors: 3 })
    expect(run.trace.info.syscalls).toEqual([])
  })

  test('are neither told nor counted without the group, and that there are no counts is an error', async () => {
    const run = await runWorkload('raw-calls', ['calls'])
    expect(run.trace.ofKind('syscall')).toEqual([])
    expect(() => run.trace.syscallCounts).toThrow(
      "This trace has no counts of system calls. Open the session with `events` that include 'syscall', or with `syscalls`.",
    )
  })

  test('of more numbers than one round of counts tells are all counted, in the smallest ring', async () => {
    const run = await runWorkload('raw-calls', ['many'], { session: { events: ['syscall'], ringBytes: 64 * 1024 } })
    const { known, calls, unknown } = run.one('many') as unknown as { known: number; calls: number; unknown: number }
    const numbers = [...run.trace.syscallCounts.values()].filter(({ call }) => call.startsWith('syscall '))
    expect(numbers.map(({ call }) => call).sort()).toEqual(
      [...range(475, 512), ...range(548, 575)].map((nr) => `syscall ${nr}`).sort(),
    )
    expect(numbers).toHaveLength(known)
    for (const count of numbers) expect(count).toMatchObject({ calls: 1, errors: 1 })
    expect(run.trace.syscallCounts.get('unknown')).toMatchObject({ calls: unknown, errors: unknown })
    expect(run.trace.syscallCounts.size).toBeGreaterThan(known + calls)
  })

  test('of several processors at once are counted each', async () => {
    const run = await runWorkload('thread-storm', ['2003', '31', '/etc/hostname'], { session: { events: ['syscall'] } })
    const { count, opened } = run.one('threads') as unknown as { count: number; opened: number }
    expect([count, opened]).toEqual([2003, 2003])
    expect(counted(run.trace)).toMatchObject({ openat: opened, exit: count })
  })

  test('are counted also where the ring has no room for their events, and those that are lost are known', async () => {
    const { result, trace } = await traced(() => storm(50_021, 2), {
      events: [],
      syscalls: ['openat'],
      ringBytes: 64 * 1024,
    })
    const calls = trace.syscallCounts.get('openat')!.calls
    expect(calls).toBeGreaterThanOrEqual(result.opened)
    expect(result.opened).toBe(50_021)
    expect(trace.ofKind('syscall').length + trace.lost.ring).toBe(calls)
  })

  test('have durations, and a histogram of them', async () => {
    const run = await runProgram('/usr/bin/perl', ['-e', 'select(undef, undef, undef, 0.02) for 1..7'], {
      session: { syscalls: isX64 ? ['select', 'pselect6'] : ['pselect6'] },
    })
    const waits = ownCalls(run)
    expect(waits).toHaveLength(7)
    for (const { durationNs, timeNs } of waits) {
      expect(durationNs).toBeGreaterThanOrEqual(20_000_000n)
      expect(durationNs).toBeLessThan(timeNs)
    }
    const { histogram, totalNs } = run.trace.syscallCounts.get(waits[0]!.call)!
    expect(totalNs).toBeGreaterThanOrEqual(140_000_000n)
    expect(histogram[0]!.fromNs).toBeGreaterThanOrEqual(1n << 24n)
    expect(histogram.reduce((sum, { calls }) => sum + calls, 0)).toBe(7)
  })

  describe('that a signal stops', () => {
    const child = (run: Run) => only(run.byPid(run.one('end')['child']))
    const reads = (run: Run, name = 'read') => eventsOf(run, 'syscall', child(run)).filter(({ call }) => call === name)

    test('are one event when they are restarted, and their handlers’ calls are there', async () => {
      const run = await runWorkload('stopped-calls', ['restart'], { session: all })
      const { signals } = run.one('end') as unknown as { signals: number }
      const event = only(reads(run))
      expect(event.result).toEqual({ ok: true, value: run.one('read')['value'] })
      const inHandler = reads(run, 'getppid')
      expect(inHandler).toHaveLength(signals)
      expect(event.seq).toBeGreaterThan(inHandler.at(-1)!.seq)
      expect(event.durationNs! > event.timeNs - inHandler[0]!.timeNs).toBe(true)
      expectCountsOfEvents(run.trace)
    })

    test('end with EINTR where the handler says so', async () => {
      const run = await runWorkload('stopped-calls', ['interrupt'], { session: all })
      expect(reads(run).map(({ result }) => result)).toEqual([
        { ok: false, errno: 'EINTR' },
        { ok: true, value: 1 },
      ])
      expect(run.all('read').map(({ ok, errno }) => ok || errno)).toEqual(['EINTR', true])
      // What it leaves in the register of the result is the EINTR of the read.
      expect(only(reads(run, 'rt_sigreturn')).result).toEqual({ ok: true, value: 0 })
      expectCountsOfEvents(run.trace)
    })

    test('are one event, of their own name, when they go on by restart_syscall', async () => {
      const run = await runWorkload('stopped-calls', ['stop'], { session: all })
      const event = only(reads(run, 'nanosleep'))
      expect(event.result).toEqual({ ok: true, value: 0 })
      expect(event.durationNs).toBeGreaterThanOrEqual(300_000_000n)
      expect(event.durationNs).toBeLessThanOrEqual(BigInt(run.one('slept')['ns']))
      expect(run.trace.syscallCounts.has('restart_syscall')).toBe(false)
      expectCountsOfEvents(run.trace)
    })

    test('have no result when a handler jumps out of them', async () => {
      const run = await runWorkload('stopped-calls', ['jump'], { session: all })
      expect(reads(run).map(({ result }) => result)).toEqual([
        { ok: false, errno: null },
        { ok: true, value: 1 },
      ])
      expectCountsOfEvents(run.trace)
    })

    test('died with their process', async () => {
      const run = await runWorkload('stopped-calls', ['kill'], { session: all })
      expect(only(reads(run))).toMatchObject({ result: { ok: false, errno: null }, died: true })
      expect(run.trace.syscallCounts.get('read')?.calls).toBe(
        run.trace.ofKind('syscall').filter(({ call }) => call === 'read').length,
      )
    })

    test('do not disturb opens that are told as well', async () => {
      const fifo = join(freshFolder(), 'fifo')
      const run = await runWorkload('fifo', ['restart', fifo], { session: { syscalls: ['openat'] } })
      const of = only(run.byPid(run.one('end')['child']))
      expect(only(eventsOf(run, 'open', of)).result.ok).toBe(true)
      expect(only(reads(run, 'openat')).result).toEqual(only(eventsOf(run, 'open', of)).result)
    })
  })

  test.each(['errno', 'zero', 'trap', 'kill'])(
    'that seccomp answers are blocked, never a success (%s)',
    async (how) => {
      const file = join(freshFolder(), 'never-opened')
      writeFileSync(file, '')
      const run = await runWorkload('seccomp', [how, file], { session: all })
      const child = only(run.process.children)
      const event = only(eventsOf(run, 'syscall', child).filter(({ call }) => call === 'openat'))
      expect(event).toMatchObject({
        blocked: true,
        durationNs: null,
        result: { ok: false, errno: how === 'errno' ? 'EACCES' : null },
      })
      expect(event.arguments[0]).toBe(0xffffff9cn)
      const { calls, errors } = run.trace.syscallCounts.get('openat')!
      expect([calls, errors]).toEqual([
        run.trace.ofKind('syscall').filter(({ call }) => call === 'openat').length,
        how === 'errno' ? 1 : 0,
      ])
    },
  )

  test.skipIf(!isX64 && 'only i386 has a socket multiplexer')(
    'of i386 that go through the socket multiplexer are those that they stand for',
    async () => {
      const run = await runWorkload('socketcall', [], { session: all })
      const calls = eventsOf(run, 'syscall').filter(({ abi }) => abi === 'i386')
      expect(calls.map(({ call }) => call)).toEqual(['connect', 'sendto', 'getsockopt', 'socketcall', 'socketcall'])
      expect(calls.slice(2).map(({ result: { ok } }) => ok)).toEqual(run.all('other').map(({ ok }) => ok))
      expect(calls.slice(3).map(({ arguments: [number] }) => number)).toEqual([0n, 35n])
      const connect = only(calls.filter(({ call }) => call === 'connect'))
      expect(connect.arguments[2]).toBe(16n)
      expect(connect.result).toEqual({ ok: true, value: 0 })
    },
  )

  test.skipIf(!isX64 && 'only x86-64 has x32')('with the bit of x32 say so, and high bits are nothing', async () => {
    const file = join(freshFolder(), 'opened-oddly')
    writeFileSync(file, '')
    const run = await runWorkload('high-bits', [file], { session: { syscalls: ['open', 'openat'] } })
    const found = ownCalls(run)
    expect(found.map(({ call, abi }) => [call, abi])).toEqual([
      ['openat', 'native'],
      ['open', 'native'],
      ['openat', 'x32'],
    ])
    expect(found.map(({ result }) => result.ok)).toEqual(run.all('open').map(({ ok }) => ok))
  })

  // Only x86 dispatches calls.
  test.each(isX64 ? ['vdso', 'dispatch', 'thread'] : ['vdso', 'thread'])(
    'S9: that the kernel does not carry out are not there (%s)',
    async (how) => {
      const run = await runWorkload('unseen-calls', [how], { session: all })
      const { call, times } = run.one('unseen') as unknown as { call: string; times: number }
      expect(times).toBeGreaterThan(0)
      const seen = run.all('seen')[0]?.['times'] ?? 0
      expect(ownCalls(run).filter((event) => event.call === call)).toHaveLength(seen)
      expect(run.trace.syscallCounts.get(call)?.calls ?? 0).toBe(seen)
    },
  )

  test('of the test itself are told under scope `self`, without what the session says to the programs', async () => {
    const session = await openSession({ scope: 'self', syscalls: 'all' })
    const before = process.umask(0o27)
    process.umask(before)
    void session.trace.events
    const trace = await session.stop()
    const own = trace.ofKind('syscall').filter(({ process: by }) => by.isRoot)
    expect(own.filter(({ call }) => call === 'umask').map(({ arguments: [mask], result }) => [mask, result])).toEqual([
      [0o27n, { ok: true, value: before }],
      [BigInt(before), { ok: true, value: 0o27 }],
    ])
    expect(own.filter(({ call, arguments: [option] }) => call === 'prctl' && option === 0x73707963n)).toEqual([])
  })

  test('are counted for each session by itself, and from its beginning', async () => {
    const getppid = (trace: Trace) => trace.syscallCounts.get('getppid')?.calls
    const run = () => spawnSync(workload('raw-calls'), ['calls'])
    const outer = await openSession({ events: ['syscall'] })
    run()
    const first = await traced(run, { events: ['syscall'] })
    const second = await traced(run, { syscalls: ['dup'] })
    const none = await traced(run, {})
    expect([getppid(first.trace), getppid(second.trace)]).toEqual([7, 7])
    expect(none.trace.info.groups).not.toContain('syscall')
    expect(getppid(outer.trace)).toBe(28)
    run()
    expect(getppid(outer.trace)).toBe(35)
    expect(getppid(await outer.stop())).toBe(35)
  })

  test('of sessions that are closed are forgotten, so that there is room for those of others', async () => {
    for (let session = 0; session < 41; session++) {
      const { trace } = await traced(() => spawnSync(workload('raw-calls'), ['many']), { events: ['syscall'] })
      expect([session, trace.complete, trace.syscallCounts.size > 100]).toEqual([session, true, true])
    }
  })

  test('and their counts are in a saved trace', async () => {
    const file = join(freshFolder(), 'saved')
    const { trace } = await runWorkload('raw-calls', ['calls'], { session: all })
    trace.save(file)
    const saved = Trace.load(file)
    expect(saved.info.syscalls).toBe('all')
    expect(saved.printSyscalls()).toBe(trace.printSyscalls())
    expect(saved.syscallCounts).toEqual(trace.syscallCounts)
    expect(saved.ofKind('syscall').map(facts)).toEqual(trace.ofKind('syscall').map(facts))
  })

  test.each([
    ['perl', ['-e', 'open(F, "<", $_) || 1 for map { "/etc/no-$_" } 1..17; print scalar(localtime)']],
    ['tar', ['-cf', '/dev/null', '-C', '/etc', 'default']],
    ['perl', ['-e', 'for (1..5) { my $child = fork; exec "/bin/true" if !$child; waitpid $child, 0 }']],
    ['/usr/bin/python3', ['-c', 'import json, os; os.listdir("/usr"); print(len(json.dumps(list(range(1000)))))']],
  ])('of %s are as many as strace counts', async (name, args) => {
    const folder = mkdtempSync(join(freshFolder(), 'strace-'))
    const report = join(folder, 'counts')
    spawnSync('strace', ['-f', '-c', '-U', 'calls,errors,name', '-o', report, name, ...args], { cwd: folder })
    const lines = readFileSync(report, 'utf8').split('\n').slice(2)
    const expected: Record<string, { calls: number; errors: number }> = {}
    for (const line of lines) {
      const [, calls, errors = '0', call] = /^\s*(\d+)\s+(?:(\d+)\s+)?(\w+)$/.exec(line) ?? []
      if (call !== undefined && call !== 'total') expected[call] = { calls: Number(calls), errors: Number(errors) }
    }
    // By a program that becomes it, so that what its parent did before is not counted.
    const { trace } = await traced(() => spawnSync('/usr/bin/env', [name, ...args], { cwd: folder }), all)
    expect(trace.complete).toBe(true)
    expectCountsOfEvents(trace)
    const root = trace.tree.children[0]!
    const from = root.execs[1]!.seq
    const found: Record<string, { calls: number; errors: number }> = {}
    for (const { process: by, seq, call, result } of trace.ofKind('syscall')) {
      if (by === root && seq <= from) continue
      const { calls, errors } = found[call] ?? { calls: 0, errors: 0 }
      found[call] = { calls: calls + 1, errors: errors + (result.ok ? 0 : 1) }
    }
    // strace counts what returned.
    delete found['exit_group']
    // With pages of up to 64 KiB the loader cuts more or less off a mapping, by where it was put.
    if (!isX64) for (const counts of [found, expected]) delete counts['munmap']
    expect(found).toEqual(expected)
  })
})

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, n) => from + n)
}
