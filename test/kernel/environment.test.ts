// SPDX-License-Identifier: MIT
// Environments of executed programs. The fixture says what it got.
import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { traced } from '../../src/session/index.ts'
import type { ExecEvent } from '../../src/trace/event.ts'
import { Trace } from '../../src/trace/trace.ts'
import { expect } from '../../src/vitest.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { freshFolder, inBothWidths, only, type Run, runWorkload, workload } from '../helpers/workload.ts'

const everything = { session: { env: ['*', 'API_TOKEN'] } }

/** Entries as the fixture had them, as a map: the first of equal names counts. */
function claimed(run: Run): [string, unknown][] {
  const entries = new Map<string, unknown>()
  for (const { text } of run.all('entry')) {
    const sign = text.indexOf('=')
    const name = sign < 0 ? text : text.slice(0, sign)
    if (!entries.has(name)) entries.set(name, sign < 0 ? { status: 'absent' } : text.slice(sign + 1))
  }
  return [...entries]
}

/** The last program that the fixture executed: the one that told its environment. */
function last(run: Run): ExecEvent {
  return run.process.execs.at(-1) as ExecEvent
}

describeKernel('environment', () => {
  describe.each(inBothWidths('environment'))('of %s', (program) => {
    test('is what the program got, in its order', async () => {
      const env = { A: 'first', PATH: '/bin', B: '', LONG: 'x'.repeat(100_000) }
      const run = await runWorkload(program, ['print'], { env, ...everything })
      expect([...last(run).env!]).toEqual(claimed(run))
      expect([...last(run).env!]).toEqual(Object.entries(env))
      expect(last(run).env!.complete).toBe(true)
    })

    test('can have entries of any form; of equal names the first counts', async () => {
      const run = await runWorkload(program, ['odd'], everything)
      const { env } = last(run)
      expect([...env!]).toEqual(claimed(run))
      expect(env!.get('A')).toBe(run.one('got')['value'])
      expect(env!.get('RAW')).toBe('\udcff\udcfe\udc80')
      expect([env!.get('WITHOUT'), env!.get('EMPTY'), env!.get('TWO')]).toEqual([{ status: 'absent' }, '', 'a=b='])
      expect(env!.get('UTF')).toBe('žluť')
    })

    test('can be empty', async () => {
      const run = await runWorkload(program, ['none'], everything)
      expect(run.all('entry')).toEqual([])
      expect(last(run).env!.size).toBe(0)
      expect(last(run).env!.complete).toBe(true)
    })

    test('of more than a megabyte is there in full', async () => {
      const run = await runWorkload(program, ['big', '113', '10007'], everything)
      expect(run.all('entry')).toHaveLength(113)
      expect([...last(run).env!]).toEqual(claimed(run))
      expect([...last(run).env!.values()].join('').length).toBeGreaterThan(1 << 20)
    })

    test('is that at the exec, whatever the program makes of it', async () => {
      const run = await runWorkload(program, ['late'], { env: { A: 'as it was' }, ...everything })
      expect([...last(run).env!]).toEqual([['A', 'as it was']])
    })
  })

  test('of thousands of small variables is there in full', async () => {
    const run = await runWorkload('environment', ['big', '20011', '1'], everything)
    expect(run.all('entry')).toHaveLength(20011)
    expect([...last(run).env!]).toEqual(claimed(run))
  })

  test('is that of each program in turn', async () => {
    const run = await runWorkload('environment', ['odd'], { env: { OUTER: 'yes' }, ...everything })
    const [outer, inner] = run.process.execs
    expect([...outer!.env!]).toEqual([['OUTER', 'yes']])
    expect(inner!.env!.has('OUTER')).toBe(false)
  })

  test('of a script is there, of a failed exec not', async () => {
    const script = join(freshFolder(), 'script')
    writeFileSync(script, '#!/bin/sh\n/no/such/program\n')
    chmodSync(script, 0o755)
    const { trace } = await traced(() => spawnSync(script, { env: { CC: 'gcc' } }), { env: true })
    expect(trace.tree.children[0]!.execs[0]!.env!.get('CC')).toBe('gcc')
    const failed = trace.ofKind('exec').filter(({ result }) => !result.ok)
    expect(failed.length).toBeGreaterThan(0)
    for (const { env } of failed) expect(env).toBeNull()
  })

  test('is what `toHaveExecuted` asks for with `env`', async () => {
    const run = () => spawnSync('/bin/sh', ['-c', 'CC=clang /bin/true; /bin/false'], { env: { CC: 'gcc' } })
    const { trace } = await traced(run, { env: ['CC'] })
    expect(trace).toHaveExecuted('true', { env: { CC: 'clang', CFLAGS: null } })
    expect(trace).toHaveExecuted('false', { env: { CC: /^gcc$/ } })
    expect(trace).not.toHaveExecuted(undefined, { env: { CC: null } })
  })

  test('is not recorded unless it is asked for', async () => {
    const run = await runWorkload('environment', ['print'])
    expect(last(run).env).toBeNull()
    expect(run.trace.info.env).toBe(false)
  })

  const env = {
    CC: 'gcc',
    CFLAGS: '-O2',
    npm_config_cache: '/cache',
    npm_config__authToken: 'npm-credential-value',
    API_TOKEN: 'token-value',
    MYSQL_PWD: 'mysql-value',
    PWD: '/somewhere',
  }
  const names = Object.keys(env)
  const shownOf = (shown: readonly string[]) =>
    Object.entries(env).map(([name, value]) => [name, shown.includes(name) ? value : null])

  test.each([
    [true, ['CC', 'CFLAGS', 'npm_config_cache', 'PWD']],
    [['CC'], ['CC']],
    [
      ['CC', 'API_TOKEN'],
      ['CC', 'API_TOKEN'],
    ],
    [['npm_*'], ['npm_config_cache']],
    [
      ['*', 'MYSQL_PWD'],
      ['CC', 'CFLAGS', 'npm_config_cache', 'MYSQL_PWD', 'PWD'],
    ],
    [['c', 'CC_'], []],
    [names, names],
  ] as const)('shows the values that are asked for, and no secret unless it is named: %j', async (option, shown) => {
    const run = await runWorkload('environment', ['print'], { env, session: { env: option } })
    expect([...last(run).env!]).toEqual(shownOf(shown))
    expect(run.trace.info.env).toEqual(option)
  })

  describe('in a saved trace', () => {
    test.each([
      [true, ['CC', 'CFLAGS', 'npm_config_cache', 'PWD']],
      [
        ['CC', 'API_TOKEN'],
        ['CC', 'API_TOKEN'],
      ],
    ] as const)('has no value that the trace does not show: %j', async (option, shown) => {
      const file = join(freshFolder(), 'saved')
      const run = await runWorkload('environment', ['print'], { env, session: { env: option } })
      run.trace.save(file)
      const bytes = readFileSync(file)
      for (const [name, value] of Object.entries(env)) {
        expect([name, bytes.includes(`${name}=`)]).toEqual([name, true])
        expect([name, bytes.includes(`${name}=${value}`)]).toEqual([name, (shown as readonly string[]).includes(name)])
        if (value.length > 8 && !(shown as readonly string[]).includes(name)) expect(bytes.includes(value)).toBe(false)
      }
      const saved = Trace.load(file)
      const again = saved.ofKind('exec').at(-1)!
      expect([...again.env!]).toEqual(shownOf(shown))
      expect(again.env!.complete).toBe(true)
      expect([...last(run).env!]).toEqual(shownOf(shown))
      saved.save(`${file}-again`)
      expect(readFileSync(`${file}-again`).equals(bytes)).toBe(true)
    })

    test('has none also where it goes over the end of a record', async () => {
      const file = join(freshFolder(), 'saved')
      const secret = 'secret-letters-'.repeat(3_000)
      const shown = { A: 'x'.repeat(16_000), API_TOKEN: secret, Z: 'z'.repeat(20_000) }
      const { trace } = await traced(() => spawnSync(workload('environment'), ['print'], { env: shown }), { env: true })
      const { env: live } = trace.ofKind('exec').at(-1)!
      expect([...live!]).toEqual([
        ['A', shown.A],
        ['API_TOKEN', null],
        ['Z', shown.Z],
      ])
      trace.save(file)
      expect(readFileSync(file).includes('letters')).toBe(false)
      const saved = Trace.load(file).ofKind('exec').at(-1)!
      expect([...saved.env!]).toEqual([...live!])
    })
  })

  test('says that it is not whole where records were lost, and then shows no half of it as the whole', async () => {
    for (let attempt = 0; attempt < 20; attempt++) {
      const { trace } = await traced(() => spawnSync(workload('environment'), ['big', '17', '100003']), {
        env: true,
        ringBytes: 64 * 1024,
      })
      if (trace.lost.ring === 0) continue
      const { env: found } = only(trace.ofKind('exec').filter(({ argv }) => argv[1] === 'print'))
      expect(found!.complete).toBe(false)
      expect(found!.size).toBeLessThan(17)
      for (const [name, value] of found!) {
        const number = Number(name.slice(1))
        const whole = `${number}:${String.fromCharCode(97 + (number % 26)).repeat(100_003)}`
        if (typeof value === 'string') expect(value === whole).toBe(true)
        else expect(whole.startsWith((value as { prefix: string }).prefix)).toBe(true)
      }
      return
    }
    throw new Error('Expected a ring of 64 KiB not to hold an environment of 1.7 MB')
  })

  test('of many programs at once is each its own', async () => {
    const { trace } = await traced(
      () =>
        spawnSync('/bin/sh', ['-c', `for n in $(seq 1 61); do OWN=$n ${workload('environment')} print & done; wait`]),
      { env: ['OWN'] },
    )
    const own = trace.processes.flatMap((process) =>
      process.execs.filter(({ argv }) => argv[1] === 'print').map(({ env: found }) => Number(found!.get('OWN'))),
    )
    expect(own.sort((a, b) => a - b)).toEqual(Array.from({ length: 61 }, (_, n) => n + 1))
  })
})
