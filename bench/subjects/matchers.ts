// SPDX-License-Identifier: MIT
// Records many events of one kind, then asks the matchers that look for them.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect as untyped } from 'expect'
import { openSession, type Trace } from 'spyscall'
import { type KernelMatchers, matchers } from 'spyscall/matchers'
import type { MatchersRequest, MatchersSample } from '../matchers.ts'
import { at } from '../subject.ts'

type Asked = KernelMatchers<void>
untyped.extend(matchers as unknown as Parameters<typeof untyped.extend>[0])
const expect = untyped as unknown as (trace: unknown) => Asked & { readonly not: Asked }

const { thing, count } = JSON.parse(process.argv[2] ?? '') as MatchersRequest
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'spy-bench-')))
const file = join(folder, 'f001')
const ofOne = count / 1000
const port = { of: '127.0.0.1:10001', times: count / 100 }

type Question = (trace: Trace) => void

/** What is asked of each, in this order: what is there, what is not, how often. */
const questions: Readonly<Record<string, Readonly<Record<string, Question>>>> = {
  transfer: {
    'toHaveWritten(path)': (trace) => expect(trace).toHaveWritten(file),
    'not.toHaveWritten(path)': (trace) => expect(trace).not.toHaveWritten('/etc/shadow'),
    'toHaveWritten(path, times)': (trace) => expect(trace).toHaveWritten(file, { times: ofOne }),
    'toHaveWritten(glob, bytes)': (trace) => expect(trace).toHaveWritten(`${folder}/*`, { bytes: count }),
    'toHaveWritten(glob, by, times)': (trace) =>
      expect(trace).toHaveWritten(`${folder}/*`, { by: 'events', times: count }),
    'not.toHaveRead(path)': (trace) => expect(trace).not.toHaveRead(file),
  },
  change: {
    'not.toHaveCreated(path)': (trace) => expect(trace).not.toHaveCreated('/etc/shadow'),
    'not.toHaveDeleted(path)': (trace) => expect(trace).not.toHaveDeleted(file),
    'not.toHaveRenamed(path)': (trace) => expect(trace).not.toHaveRenamed(file),
  },
  sync: {
    'toHaveSynced(path)': (trace) => expect(trace).toHaveSynced(file),
    'not.toHaveSynced(path)': (trace) => expect(trace).not.toHaveSynced('/etc/shadow'),
    'toHaveSynced(path, times)': (trace) => expect(trace).toHaveSynced(file, { times: ofOne }),
  },
  probe: {
    'toHaveProbed(path)': (trace) => expect(trace).toHaveProbed(join(folder, 'absent-7')),
    'not.toHaveProbed(path)': (trace) => expect(trace).not.toHaveProbed('/etc/shadow'),
    'toHaveProbed(glob, times)': (trace) => expect(trace).toHaveProbed(`${folder}/absent-*`, { times: count }),
  },
  connect: {
    'toHaveConnectedTo(address)': (trace) => expect(trace).toHaveConnectedTo(port.of),
    'not.toHaveConnectedTo(address)': (trace) => expect(trace).not.toHaveConnectedTo('10.0.0.1:80'),
    'toHaveConnectedTo(address, times)': (trace) => expect(trace).toHaveConnectedTo(port.of, { times: port.times }),
    'not.toHaveConnectedTo(name)': (trace) => expect(trace).not.toHaveConnectedTo('example.com'),
    'not.toHaveResolvedName': (trace) => expect(trace).not.toHaveResolvedName(),
    toBeHermetic: (trace) => expect(trace).not.toBeHermetic({}),
  },
  send: {
    'not.toHaveConnectedTo': (trace) => expect(trace).not.toHaveConnectedTo(),
    toBeHermetic: (trace) => expect(trace).not.toBeHermetic({}),
  },
  listen: {
    'toHaveListenedOn(address)': (trace) => expect(trace).toHaveListenedOn('127.0.0.1'),
    'not.toHaveListenedOn(address)': (trace) => expect(trace).not.toHaveListenedOn('127.0.0.1:1'),
    'toHaveListenedOn(address, times)': (trace) => expect(trace).toHaveListenedOn('127.0.0.1', { times: count }),
  },
  signal: {
    'toHaveSignalled(signal)': (trace) => expect(trace).toHaveSignalled('SIGUSR1'),
    'not.toHaveSignalled(signal)': (trace) => expect(trace).not.toHaveSignalled('SIGKILL'),
    'toHaveSignalled(signal, times)': (trace) => expect(trace).toHaveSignalled('SIGUSR1', { times: count / 2 }),
    'toHaveSignalled(signal, to, times)': (trace) =>
      expect(trace).toHaveSignalled('SIGUSR1', { to: 'events', times: count / 2 }),
  },
  namespace: {
    'not.toHaveEnteredNamespace()': (trace) => expect(trace).not.toHaveEnteredNamespace(),
    'not.toHaveEnteredNamespace(type)': (trace) => expect(trace).not.toHaveEnteredNamespace('net'),
  },
  syscall: {
    'toHaveCalledSyscall(name)': (trace) => expect(trace).toHaveCalledSyscall('getppid'),
    'toHaveCalledSyscall(name, times)': (trace) => expect(trace).toHaveCalledSyscall('getppid', { times: count }),
    'not.toHaveCalledSyscall(name, result)': (trace) =>
      expect(trace).not.toHaveCalledSyscall('getppid', { result: 1 << 30 }),
  },
}

function timed(work: () => unknown): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

const before = process.resourceUsage().maxRSS / 1024
const session = await openSession({
  events: ['file', 'network', 'probe', 'sync', 'signal', 'namespace'],
  // The cheapest call there is comes faster than any ring is emptied.
  ...(thing === 'syscall' ? { syscalls: ['getppid'], ringBytes: 1 << 27 } : {}),
})
const { status, stderr } = spawnSync(at('events'), [thing, `${count}`, folder], { encoding: 'utf8' })
rmSync(folder, { recursive: true })
if (status !== 0) throw new Error(`events ended with ${status}: ${stderr}`)
const trace = await session.stop()
const firstMs = timed(() => expect(trace).toHaveOpened(file))
const answersMs = Object.fromEntries(
  Object.entries(questions[thing] ?? {}).map(([what, ask]) => [what, timed(() => ask(trace))]),
)
const sample: MatchersSample = {
  events: trace.eventCount,
  firstMs,
  answersMs,
  answeredMiB: process.resourceUsage().maxRSS / 1024 - before,
  lost: Object.values(trace.lost).reduce((sum, lost) => sum + lost, 0),
}
console.log(JSON.stringify(sample))
