// SPDX-License-Identifier: MIT
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect } from 'spyscall/vitest'
import { afterAll, beforeAll, describe, expect as plainExpect, test } from 'vitest'
import { matchers, withSnapshots } from '../../../src/matchers/index.ts'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import { buildOfHello } from '../../helpers/trace-builder.ts'

const trace = buildOfHello().trace()
const gap = { reason: 'ring', count: 12, text: '12 records found the ring full.' }
const lossy = buildOfHello({ gaps: [gap], lost: { ring: 12 } }).trace()

test('is kept as text, with its hint and its number', () => {
  expect(trace).toMatchTraceSnapshot()
  expect(trace).toMatchTraceSnapshot('with a hint')
  expect(trace).toMatchTraceSnapshot({ order: 'recorded' }, 'with options')
})

test('traces, events and processes in other snapshots are printed the same way', () => {
  const [exec] = trace.ofKind('exec').filter(({ result }) => result.ok)
  expect({ exec, process: exec!.process.children[0], deep: [{ trace }] }).toMatchInlineSnapshot(`
    {
      "deep": [
        {
          "trace": $ make -j4 -> exit 0
            $ gcc -c hello.c -o hello.o -> exit 0
              creates <tmp:1>.s
              $ as -o hello.o <tmp:1>.s -> exit 0
                creates <project>/hello.o
              $ cc1 hello.c -o <tmp:1>.s -> exit 0
                writes <tmp:1>.s,
        },
      ],
      "exec": exec make -j4,
      "process": $ gcc -c hello.c -o hello.o -> exit 0
        $ as -o hello.o <tmp:1>.s -> exit 0
        $ cc1 hello.c -o <tmp:1>.s -> exit 0,
    }
  `)
})

test('misuse throws', () => {
  const cases: [() => void, string][] = [
    [() => expect('x').toMatchTraceSnapshot(), 'Expected the received value to be a Trace or a Session'],
    [() => expect('x').not.toMatchTraceSnapshot(), 'A snapshot cannot be used with `.not`'],
    [() => expect(trace).not.toMatchTraceSnapshot(), 'A snapshot cannot be used with `.not`'],
    [() => expect(trace).toMatchTraceSnapshot({ ordre: 1 } as never), 'Unknown option `ordre`; did you mean `order`?'],
    [
      () => expect(trace).toMatchTraceSnapshot({ order: 'x' } as never),
      "Expected the `order` option to be one of 'sorted', 'recorded'",
    ],
    [
      () => expect(trace).toMatchTraceSnapshot('hint' as never, 'hint'),
      'Expected the options to be an object when a hint follows',
    ],
    [() => expect(trace).toMatchTraceSnapshot({}, 3 as never), 'Expected the hint to be a string'],
    [() => expect([trace]).toEqual([expect.toMatchTraceSnapshot()]), 'is an assertion, not an asymmetric matcher'],
    [() => matchers.toMatchTraceSnapshot.call(contextOf(), trace), 'needs a runner to keep the snapshot'],
  ]
  for (const [call, message] of cases) {
    const error = errorOf(call)
    plainExpect(error.message).toContain(message)
    plainExpect(error).toMatchObject({ code: 'MISUSE' })
  }
})

test('an incomplete trace is refused, and nothing is written', () => {
  let calls = 0
  const counting = withSnapshots(() => ({ pass: Boolean(++calls), message: () => '' }))
  expect(errorOf(() => counting.toMatchTraceSnapshot.call(contextOf(), lossy))).toMatchObject({
    code: 'INCOMPLETE_TRACE',
  })
  expect(calls).toBe(0)
  expect(messageOf(() => expect(lossy).toMatchTraceSnapshot())).toMatchInlineSnapshot(`
    "expect(trace).toMatchTraceSnapshot()

    The trace is incomplete, so it does not tell whether there was anything beside what a snapshot would show:
      - 12 records found the ring full.
    What was found in it is sound; what was not found may still have happened. See docs/matchers.md, "Incomplete traces"."
  `)
  expect(messageOf(() => expect({ lossy }).toMatchSnapshot())).toContain('The trace is incomplete')
})

function contextOf() {
  const same = (text: string) => text
  return { utils: { matcherHint: same, EXPECTED_COLOR: same, RECEIVED_COLOR: same, DIM_COLOR: same } }
}

describe("follows the runner's own handling", () => {
  const repository = resolve(import.meta.dirname, '../../..')
  let folder = ''

  beforeAll(() => {
    mkdirSync(join(repository, 'build'), { recursive: true })
    folder = mkdtempSync(join(repository, 'build/snapshot-test-'))
    writeFileSync(
      join(folder, 'vitest.config.ts'),
      `export default { resolve: { alias: { 'spyscall/vitest': '${repository}/src/vitest.ts' } }, test: { globals: true } }`,
    )
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  function write(program: string, calls = 1) {
    writeFileSync(
      join(folder, 'it.test.ts'),
      `import { expect, test } from 'spyscall/vitest'
       import { TraceBuilder } from '${repository}/test/helpers/trace-builder.ts'
       test('it', () => {
         const builder = new TraceBuilder()
         builder.root.spawn('/bin/${program}', ['${program}']).exit()
         for (let n = 0; n < ${calls}; n++) expect(builder.trace()).toMatchTraceSnapshot()
       })`,
    )
  }

  async function run(...args: string[]) {
    const vitest = join(repository, 'node_modules/vitest/vitest.mjs')
    return new Promise<{ code: number; output: string }>((done) => {
      const options = { cwd: folder, env: { ...process.env, CI: '', NO_COLOR: '1' } }
      execFile(process.execPath, [vitest, 'run', ...args], options, (error, stdout, stderr) =>
        done({ code: error === null ? 0 : Number(error.code), output: stripVTControlCharacters(stdout + stderr) }),
      )
    })
  }

  const stored = () => readFileSync(join(folder, '__snapshots__/it.test.ts.snap'), 'utf8')

  test('--ci, -u, a difference, and an obsolete one', { timeout: 120_000 }, async () => {
    write('cat', 2)
    const inCi = await run('--update=none') // what CI means
    expect(inCi.code).toBe(1)
    expect(() => stored()).toThrow('ENOENT')

    expect(await run()).toMatchObject({ code: 0 })
    expect(stored()).toContain('exports[`it 1`] = `$ cat -> exit 0`')

    write('dog', 1)
    const differs = await run()
    expect(differs.code).toBe(1)
    expect(differs.output).toContain('Snapshot `it 1` mismatched')
    expect(differs.output).toContain('Expected: "$ cat -> exit 0"\nReceived: "$ dog -> exit 0"')
    expect(differs.output).toContain('1 obsolete')

    expect(await run('-u')).toMatchObject({ code: 0 })
    expect(stored()).toContain('exports[`it 1`] = `$ dog -> exit 0`')
    expect(stored()).not.toContain('it 2')
  })
})
