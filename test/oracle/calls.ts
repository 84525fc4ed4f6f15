// SPDX-License-Identifier: MIT
// Every system call of a command, in order, by each tracer: the events of the group `syscall`.
import { readFileSync } from 'node:fs'
import { traced } from '../../src/session/index.ts'
import type { Process } from '../../src/trace/process.ts'
import type { Trace } from '../../src/trace/trace.ts'
import { type Difference, listDifference } from './compare.ts'
import { findProgram } from './corpus/entry.ts'
import { type Command, inFreshFolders, start } from './run.ts'
import { joined } from './strace-join.ts'
import { parseStraceLine, StraceError } from './strace-lines.ts'

interface RawCall {
  /** Name and outcome. */
  readonly line: string
  /** As in registers: as many as strace knows the call to have, all six of spyscall. */
  readonly args: readonly bigint[]
  readonly result: bigint
}

/** What one tracer told. */
interface Told {
  /** Calls of each process by its place in the tree: `1.2` is the second child of the first program. */
  readonly calls: Map<string, RawCall[]>
  readonly pids: ReadonlySet<bigint>
}

/** No decoding: arguments as they are in registers. */
const flags = ['-f', '-e', 'raw=all', '-o']

/** Addresses are the same in both runs. */
const setarch = findProgram('setarch')
const fixed = '--addr-no-randomize'

/** Calls that restart are refused: the corpus for this has programs of one thread that no signal interrupts. */
export async function callsUnderBoth(
  prepare: (folder: string) => Command,
): Promise<{ readonly differences: readonly Difference[]; readonly size: number }> {
  return await inFreshFolders(prepare, async (fresh, log) => {
    const first = fresh()
    start('strace', [...flags, log, setarch, fixed, first.program, ...first.args], first)
    const strace = callsOfStrace(readFileSync(log, 'latin1'))
    const second = fresh()
    const options = { events: ['process', 'syscall'], syscalls: 'all' } as const
    const { trace } = await traced(() => start(setarch, [fixed, second.program, ...second.args], second), options)
    return { differences: differencesOf(strace, callsOfTrace(trace)), size: [...strace.calls.values()].flat().length }
  })
}

export function callsOfStrace(text: string): Told {
  const calls: Told['calls'] = new Map()
  const places = new Map<number, string>()
  const children = new Map<string, number>()
  let launches = 0
  const lines = text.trimEnd().split('\n').map(parseStraceLine)
  for (const part of joined(lines)) {
    if (part.kind !== 'begin' && part.kind !== 'end') continue
    const { tid, call } = part
    if (places.size === 0) places.set(tid, '1')
    const place = places.get(tid)
    if (place === undefined) throw new StraceError(`${tid} was made by nobody`)
    const { value, errno } = call.result
    if (part.kind === 'begin') {
      if (isFork(call.name) && value !== null && value > 0) {
        const n = (children.get(place) ?? 0) + 1
        children.set(place, n)
        places.set(value, `${place}.${n}`)
      }
      continue
    }
    if (errno?.startsWith('ERESTART')) throw new StraceError(`${call.name} was interrupted`)
    // known-differences.ts, `launcher`: setarch is part of it.
    if (launches < 2) {
      if (call.name === 'execve' && value === 0) launches++
      continue
    }
    const args = call.args === '' ? [] : call.args.split(', ').map((one) => BigInt(one))
    add(calls, place, { line: lineOf(nameOf(call.name), value ?? 0, errno), args, result: BigInt(value ?? 0) })
  }
  return { calls, pids: new Set([...places.keys()].map(BigInt)) }
}

export function callsOfTrace(trace: Trace): Told {
  if (!trace.complete) throw new Error(`The trace is incomplete: ${trace.gaps.map((gap) => gap.text).join(' ')}`)
  const calls: Told['calls'] = new Map()
  const root = trace.tree.children[0] as Process
  const places = new Map<Process, string>([[root, '1']])
  const children = new Map<string, number>()
  let launches = 0
  for (const event of trace.events) {
    if (event.process.isRoot) continue
    const place = places.get(event.process)
    if (place === undefined) throw new Error(`${event.process.pid} was made by nobody`)
    if (event.kind === 'fork') {
      const n = (children.get(place) ?? 0) + 1
      children.set(place, n)
      places.set(event.child, `${place}.${n}`)
    } else if (event.kind === 'syscall') {
      if (launches < 2) {
        if (event.call === 'execve' && event.result.ok) launches++
        continue
      }
      const { call, result } = event
      const value = result.ok ? result.value : -1
      const line = lineOf(call, value, result.ok ? null : result.errno)
      add(calls, place, { line, args: event.arguments.map((one) => BigInt.asUintN(64, one)), result: BigInt(value) })
    }
  }
  return { calls, pids: new Set([...places.keys()].map(({ pid }) => BigInt(pid))) }
}

export function differencesOf(strace: Told, spy: Told): Difference[] {
  const differences: Difference[] = []
  for (const where of new Set([...strace.calls.keys(), ...spy.calls.keys()])) {
    const mine = strace.calls.get(where) ?? []
    const other = spy.calls.get(where) ?? []
    const { onlyFirst, onlySecond } = listDifference(
      mine.map(({ line }) => line),
      other.map(({ line }) => line),
    )
    for (let n = 0; n < Math.max(onlyFirst.length, onlySecond.length); n++)
      differences.push({ where, strace: onlyFirst[n] ?? null, spy: onlySecond[n] ?? null })
    if (onlyFirst.length > 0 || onlySecond.length > 0) continue
    for (const [n, call] of mine.entries()) {
      const same = other[n] as RawCall
      const one = shownCall(call, strace.pids)
      const two = shownCall({ ...same, args: same.args.slice(0, call.args.length) }, spy.pids)
      if (one !== two) differences.push({ where, strace: one, spy: two })
    }
  }
  return differences
}

function shownCall({ line, args, result }: RawCall, pids: ReadonlySet<bigint>): string {
  const shown = (value: bigint) => (pids.has(value) ? '<pid>' : `0x${value.toString(16)}`)
  // The first program's parent is none of the run.
  return `${line} ${line.startsWith('getppid') ? '<pid>' : shown(result)} (${args.map(shown).join(', ')})`
}

function isFork(name: string): boolean {
  return /^(?:clone3?|v?fork)$/.test(name)
}

function add(calls: Told['calls'], place: string, call: RawCall): void {
  const known = calls.get(place)
  if (known === undefined) calls.set(place, [call])
  else known.push(call)
}

/** Of a number without a call. */
function nameOf(name: string): string {
  return name.startsWith('syscall_0x') ? `syscall ${Number(name.slice('syscall_'.length))}` : name
}

function lineOf(name: string, value: number, errno: string | null): string {
  return `${name} -> ${errno ?? (value < 0 ? value : 'ok')}`
}
