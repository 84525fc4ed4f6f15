// SPDX-License-Identifier: MIT
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { type SessionOptions, traced } from '../../src/session/index.ts'
import type { EventKind, EventOf, OpenEvent } from '../../src/trace/event.ts'
import type { Abi } from '../../src/trace/event-base.ts'
import type { Process } from '../../src/trace/process.ts'
import type { Trace } from '../../src/trace/trace.ts'

/** One line of a fixture: what it says it did. Bytes that are not UTF-8 are lone surrogates, as in `Text`. */
export interface Report {
  readonly what: string
  readonly pid: number
  readonly tid: number
  readonly [field: string]: any
}

const root = resolve(import.meta.dirname, '../..')
mkdirSync(join(root, 'build'), { recursive: true })
const made = spawnSync('flock', ['build/workloads.lock', 'make', '-s', '-j2', '-C', 'test/workloads'], {
  cwd: root,
  encoding: 'utf8',
})
if (made.status !== 0) throw new Error(`The fixtures cannot be built: make -C test/workloads\n${made.stderr}`)

/** Path of a fixture program. */
export function workload(name: string): string {
  return join(root, 'build/workloads', name)
}

/** The ABI of a fixture, by its name: what is built for 32 bits ends with 32. */
export function abiOf(program: string): Abi {
  if (!program.endsWith('32')) return 'native'
  return process.arch === 'x64' ? 'i386' : 'arm'
}

/** Fixtures, and the same for 32 bits: on x86-64 there are always such, on arm64 where it was compiled for them. */
export function inBothWidths(...names: readonly string[]): readonly string[] {
  const narrow = names.map((name) => `${name}32`)
  return [...names, ...narrow.filter((name) => process.arch === 'x64' || existsSync(workload(name)))]
}

/** For `test.skipIf`: the reason, or false. */
export const lacks32 = inBothWidths('print-args').length < 2 && 'no fixture is built for 32 bits'

/** An empty folder that is gone after the test. */
export function freshFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'spy-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface Run {
  readonly trace: Trace
  /** The program itself. */
  readonly process: Process
  readonly reports: readonly Report[]
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stderr: string
  readonly pid: number
  /** Reports of one kind. */
  all(what: string): readonly Report[]
  /** The report of a kind of which there is one. */
  one(what: string): Report
  /** The processes whose number was this, in order. */
  byPid(pid: number): readonly Process[]
}

interface RunOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  readonly input?: string
  readonly session?: SessionOptions
  /** Runs of the tracing programs may be missing, if the trace says so. */
  readonly mayMiss?: boolean
}

/** Runs a fixture in a session of its own. Throws when the fixture itself could not do what it is for. */
export async function runWorkload(name: string, args: readonly string[] = [], options: RunOptions = {}): Promise<Run> {
  return runProgram(workload(name), args, options)
}

export async function runProgram(program: string, args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const { result, trace } = await traced(
    () =>
      spawnSync(program, args, {
        cwd: options.cwd,
        env: options.env ?? process.env,
        input: options.input,
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      }),
    options.session,
  )
  if (result.error) throw result.error
  if (result.status === 99 || result.status === 64) throw new Error(`${program} ${args.join(' ')}: ${result.stderr}`)
  const gaps = trace.gaps.filter(({ reason }) => !options.mayMiss || reason !== 'missed')
  if (gaps.length > 0) throw new Error(`The trace is incomplete: ${gaps.map((gap) => gap.text).join(' ')}`)
  return runOf(trace, result)
}

/** What was traced, beside what was said. */
export function runOf(
  trace: Trace,
  result: { pid: number; status: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string },
): Run {
  const reports = readReports(result.stdout)
  const all = (what: string) => reports.filter((report) => report.what === what)
  const byPid = (pid: number) => trace.processes.filter((process) => process.pid === pid)
  return {
    trace,
    process: only(byPid(result.pid), `processes with pid ${result.pid}`),
    reports,
    status: result.status,
    signal: result.signal,
    stderr: result.stderr,
    pid: result.pid,
    all,
    one: (what) => only(all(what), `reports of ${what}`),
    byPid,
  }
}

export function readReports(stdout: string): Report[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Report)
}

/** What an open event says, in the words of a fixture's report. */
export function openFacts(event: OpenEvent) {
  const { call, asked, path, result, device, inode, deleted } = event
  if (!result.ok) return { call, asked, errno: result.errno }
  return { call, asked, value: result.value, type: event.fileType, device, inode, path, deleted }
}

/** What a fixture's report of an open says, in the same words. `path` is what /proc showed of its descriptor. */
export function openClaims(report: Report) {
  const { call, asked, errno, value, type, device, inode, link } = report
  if (!report['ok']) return { call, asked: asked ?? { status: errno === 'EFAULT' ? 'unreadable' : 'absent' }, errno }
  const deleted = /^(.*) \(deleted\)$/s.exec(link)
  const path = deleted?.[1] ?? link
  return {
    call,
    asked: asked ?? { status: 'absent' },
    value,
    type,
    device,
    inode: BigInt(inode),
    path,
    deleted: deleted !== null,
  }
}

/** Events of one kind by one process, in order. */
export function eventsOf<K extends EventKind>(run: Run, kind: K, process: Process = run.process): EventOf<K>[] {
  return run.trace.ofKind(kind).filter((event) => event.process === process)
}

/** The element of a list that has just one. */
export function only<Value>(list: readonly Value[], what = 'elements'): Value {
  if (list.length !== 1) throw new Error(`Expected one of ${what}, got ${list.length}`)
  return list[0] as Value
}
