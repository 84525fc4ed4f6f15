// SPDX-License-Identifier: MIT
// ptrace, bpf, modules, rings made. The fixture says what it called and what it got.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Result } from '../../src/trace/event.ts'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import { abiOf, freshFolder, inBothWidths, type Report, runWorkload } from '../helpers/workload.ts'

const programs = inBothWidths('system-calls')

describeKernel('system', () => {
  test.skipIf(lacksRoot).each(programs)('every call is told with what it asked for (%s)', async (program) => {
    const file = join(freshFolder(), 'no-module')
    writeFileSync(file, '')
    const run = await runWorkload(program, [file], { session: { events: ['process', 'system'] } })
    const { trace } = run
    const all = (what: string) => run.all(what)
    expect(trace.ofKind('ptrace').map(({ request, pid, result }) => ({ request, pid, result }))).toEqual(
      all('ptrace').map((report) => ({ request: report['request'], pid: report['of'], result: resultOf(report) })),
    )
    expect(trace.ofKind('bpf').map(({ command, result }) => ({ command, result }))).toEqual(
      all('bpf').map((report) => ({ command: report['command'], result: resultOf(report) })),
    )
    expect(trace.ofKind('module').map(({ call, name, result }) => ({ call, name, result }))).toEqual(
      all('module').map((report) => ({
        call: report['call'],
        name: report['name'] ?? { status: 'absent' },
        result: resultOf(report),
      })),
    )
    expect(trace.ofKind('ioUring').map(({ entries, flags, result }) => ({ entries, flags, result }))).toEqual(
      all('ring').map((report) => ({
        entries: report['entries'],
        flags: report['flags'] === '0' ? [] : report['flags'].replace(/u$/, '').split(' | '),
        result: resultOf(report),
      })),
    )
    const events = trace.events.filter((event) => ['ptrace', 'bpf', 'module', 'ioUring'].includes(event.kind))
    expect(events.length).toBe(run.reports.length)
    expect(new Set(events.map((event) => 'abi' in event && event.abi))).toEqual(new Set([abiOf(program)]))
  })
})

function resultOf(report: Report): Result {
  return report['ok'] ? { ok: true, value: report['value'] } : { ok: false, errno: report['errno'] }
}
