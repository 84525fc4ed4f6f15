// SPDX-License-Identifier: MIT
// Credentials set by calls and changed by executing a file. The fixture says what /proc/PID/status shows afterwards.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CredentialsEvent } from '../../src/trace/event.ts'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import {
  abiOf,
  freshFolder,
  inBothWidths,
  type Report,
  type Run,
  runProgram,
  runWorkload,
} from '../helpers/workload.ts'

const session = { events: ['process', 'credentials'] } as const
const programs = inBothWidths('credentials')

describeKernel('credentials', () => {
  test.skipIf(lacksRoot).each(programs)('every call is told with what they are afterwards (%s)', async (program) => {
    const run = await runWorkload(program, ['calls'], { session })
    compare(run)
    const events = run.trace.ofKind('credentials')
    expect(new Set(events.map((event) => event.call)).size).toBe(program === 'credentials32' ? 19 : 10)
    expect(new Set(events.map((event) => event.abi))).toEqual(new Set([abiOf(program)]))
    // Those of one thread are not those of its process.
    expect(events.map((event) => event.tid)).toEqual(run.all('credentials').map((report) => report.tid))
  })

  test.skipIf(lacksRoot)('one that is refused is told, and that nothing has changed', async () => {
    const run = await runWorkload('credentials', ['failed'], { session })
    compare(run)
    const refused = run.trace.ofKind('credentials').filter((event) => !event.result.ok)
    expect(refused.map((event) => event.call)).toEqual([
      'setuid',
      'setgid',
      'setresuid',
      'setuid',
      'setgroups',
      'capset',
    ])
  })

  test.skipIf(lacksRoot)('P10: ids of a user namespace are told as the initial one has them', async () => {
    const run = await runWorkload('credentials', ['namespace'], { session })
    compare(run)
  })

  test.skipIf(lacksRoot)(
    'E-o: an exec that changes them is told, behind the exec; one that does not is not',
    async () => {
      const run = await runWorkload('credentials', ['exec', freshFolder()], { session })
      compare(run)
      const changed = run.trace.ofKind('credentials').filter((event) => event.call === 'execve')
      expect(changed).toHaveLength(4)
      for (const event of changed) {
        const before = run.trace.events.findLast((other) => other.seq < event.seq && other.process === event.process)
        expect(before).toMatchObject({ kind: 'exec', path: event.process.exe })
      }
      expect(run.all('same')).toHaveLength(2)
    },
  )

  test('with files recorded, too, what was done to them is told before an exec all the same', async () => {
    const path = join(freshFolder(), 'written')
    const run = await runProgram('sh', ['-c', `exec >${path}; echo some; exec true`], {
      session: { events: ['process', 'credentials', 'file'] },
    })
    const written = run.trace.events.findIndex((event) => event.kind === 'io' && event.path === path)
    const executed = run.trace.events.findIndex((event) => event.kind === 'exec' && event.argv[0] === 'true')
    expect(written).toBeGreaterThan(-1)
    expect(executed).toBeGreaterThan(written)
    expect(run.trace.ofKind('credentials')).toEqual([])
  })
})

/** All events of the fixture's processes, in order, against its reports. */
function compare(run: Run): void {
  expect(run.trace.ofKind('credentials').map(facts)).toEqual(run.all('credentials').map(claims))
}

const ids = ['uid', 'euid', 'suid', 'fsuid', 'gid', 'egid', 'sgid', 'fsgid', 'groups'] as const

function facts(event: CredentialsEvent) {
  const { call, asked, result, capabilities, permitted, inheritable } = event
  return {
    call,
    asked: asked.map((id) => String(id ?? -1)),
    result,
    ids: ids.map((name) => event[name]),
    sets: [inheritable, permitted, capabilities].map(maskOf),
  }
}

function claims(report: Report) {
  const { call, asked, ok, value, errno, inheritable, permitted, effective } = report
  return {
    call,
    asked,
    result: ok ? { ok, value } : { ok, errno },
    ids: ids.map((name) => report[name]),
    sets: [inheritable, permitted, effective],
  }
}

/** As /proc shows a set, by the numbers of the header that the fixtures are built with. */
function maskOf(names: readonly string[]): string {
  const header = readFileSync('/usr/include/linux/capability.h', 'utf8')
  const mask = names.reduce((sum, name) => {
    const number = new RegExp(`^#define ${name}\\s+(\\d+)`, 'm').exec(header)?.[1]
    return sum | (1n << BigInt(number as string))
  }, 0n)
  return mask.toString(16).padStart(16, '0')
}
