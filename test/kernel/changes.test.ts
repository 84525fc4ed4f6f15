// SPDX-License-Identifier: MIT
// Names and attributes of files changed: every call, its successes and failures, in both ABIs. The fixtures of test/workloads say what is true.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { EventKind, TraceEvent } from '../../src/trace/event.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { abiOf, freshFolder, inBothWidths, type Report, type Run, runWorkload } from '../helpers/workload.ts'

const kinds: readonly EventKind[] = [
  ...(['rename', 'unlink', 'rmdir', 'mkdir', 'link', 'symlink', 'mknod'] as const),
  ...(['chmod', 'chown', 'truncate', 'utimes', 'xattr'] as const),
]
const x86 = process.arch === 'x64'
/** How many calls change names, and attributes. */
const nameCalls = { native: x86 ? 14 : 7, i386: 14, arm: 14, x32: 0 }
const attributeCalls = { native: x86 ? 24 : 18, i386: 30, arm: 29, x32: 0 }

const programs = inBothWidths('changes', 'attributes')

describeKernel('change', () => {
  test.each(programs)('every form of change is recorded as it was made (%s)', async (program) => {
    const abi = abiOf(program)
    const folder = freshFolder()
    const run = await runWorkload(program, [folder])
    const claims = run.all('change')
    expect(changesOf(run).map(facts(claims))).toEqual(claims.map(claimed))
    expect(changesOf(run).every((event) => event.abi === abi && !event.blocked && !event.died)).toBe(true)
    expect(changesOf(run).every((event) => (event.resolved === 'kernel') === isByDescriptor(event))).toBe(true)
    const calls = program.startsWith('changes') ? nameCalls : attributeCalls
    expect(new Set(claims.map((claim) => claim['call'])).size).toBe(calls[abi])
    expect(claims.filter((claim) => claim['ok']).length).toBeGreaterThan(x86 ? 25 : 15)
    expect(new Set(claims.flatMap((claim) => claim['errno'] ?? [])).size).toBeGreaterThan(4)
  })

  test.each(programs)('a change that a filter answers with an errno is blocked (%s)', async (program) => {
    const folder = freshFolder()
    const run = await runWorkload(program, [folder, 'blocked'])
    const changes = changesOf(run)
    const claims = run.all('change')
    expect(changes.map(facts(claims))).toEqual(claims.map(claimed))
    // A folder is made before the filter is there.
    expect(claims.map((claim) => claim['errno'])).toEqual(claims.map((_, n) => (n === 0 ? undefined : 'EOPNOTSUPP')))
    expect(changes.map((event) => event.blocked)).toEqual(changes.map((_, n) => n > 0))
  })

  test.each(programs)('one that a filter answers with 0 never happened (%s)', async (program) => {
    const folder = freshFolder()
    const run = await runWorkload(program, [folder, 'answered'])
    const changes = changesOf(run).slice(1)
    const claims = run.all('change').slice(1)
    expect(claims.every((claim) => claim['ok'] && claim['value'] === 0)).toBe(true)
    expect(changes.map(({ kind, result, blocked }) => ({ kind, result, blocked }))).toEqual(
      claims.map(({ kind }) => ({ kind, result: { ok: false, errno: null }, blocked: true })),
    )
    expect(statSync(join(folder, 'there')).size).toBe(0)
  })
})

type Change = Extract<TraceEvent, { followed: boolean }>

/** All of them, preparations too: the fixtures make none that they do not tell. */
function changesOf(run: Run): Change[] {
  return run.trace.events.filter((event): event is Change => kinds.includes(event.kind))
}

function isByDescriptor(event: Change): boolean {
  return typeof event.asked !== 'string' && event.asked.status === 'absent' && typeof event.path === 'string'
}

/** What a claim says, as an event says it. */
function claimed(claim: Report) {
  const { what: _, pid: _pid, tid: _tid, ok, value, errno, ...rest } = claim
  const facts: Record<string, unknown> = { result: ok ? { ok, value } : { ok, errno } }
  for (const [key, fact] of Object.entries(rest)) {
    const of = /^(.*)Status$/.exec(key)?.[1]
    if (of !== undefined) facts[of] = { status: fact }
    else facts[key] = (key === 'uid' || key === 'gid') && fact === -1 ? null : fact
  }
  return facts
}

/** What an event says of the facts that the claim at the same place has. */
function facts(claims: readonly Report[]) {
  return (event: Change, n: number) => {
    const wanted = Object.keys(claimed(claims[n] ?? ({} as Report)))
    const known: Readonly<Record<string, unknown>> = { ...event }
    return Object.fromEntries(wanted.map((key) => [key, known[key]]))
  }
}
