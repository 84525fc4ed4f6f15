// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, expect as plainExpect, test } from 'vitest'
import { matchers, withSnapshots } from '../../../src/matchers/index.ts'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import { buildOfHello } from '../../helpers/trace-builder.ts'
import { vitestFolder } from '../../helpers/vitest-folder.ts'

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
    [() => expect(trace).toMatchTraceSnapshot({ events: 'read' } as never), 'the `events` option to be an array'],
    [
      () => expect(trace).toMatchTraceSnapshot({ events: ['reads'] } as never),
      'Expected the `events` option to hold words for what to show, got `"reads"` (string). Did you mean \'read\'?',
    ],
    [() => expect(trace).toMatchTraceSnapshot({ paths: [] }), 'Expected the `paths` option to hold a pattern'],
    [
      () => expect(trace).toMatchTraceSnapshot({ paths: ['!~/x'] }),
      'Expected the `paths` option not to begin with `~`',
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
  const count = () => ({ pass: Boolean(++calls), message: () => '' })
  const counting = withSnapshots({ matchSnapshot: count, matchInlineSnapshot: count })
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

test('what is to be shown has to be recorded', () => {
  const error = errorOf(() => expect(trace).toMatchTraceSnapshot({ events: ['write', 'sync'] }))
  plainExpect(error).toMatchObject({
    code: 'GROUP_NOT_RECORDED',
    message: expect.stringContaining('Expected a trace with events of the group `sync`'),
  })
})

function contextOf() {
  const same = (text: string) => text
  return { utils: { matcherHint: same, EXPECTED_COLOR: same, RECEIVED_COLOR: same, DIM_COLOR: same } }
}

describe("follows the runner's own handling", () => {
  const program = (name: string, calls = 1) => `
    test('it', () => {
      const builder = new TraceBuilder()
      builder.root.spawn('/bin/${name}', ['${name}']).exit()
      for (let n = 0; n < ${calls}; n++) expect(builder.trace()).toMatchTraceSnapshot()
    })`

  test('--ci, -u, a difference, and an obsolete one', { timeout: 120_000 }, async () => {
    const folder = vitestFolder()
    folder.write(program('cat', 2))
    const inCi = await folder.run('--update=none') // what CI means
    expect(inCi.code).toBe(1)
    expect(() => folder.stored()).toThrow('ENOENT')

    expect(await folder.run()).toMatchObject({ code: 0 })
    expect(folder.stored()).toContain('exports[`it 1`] = `$ cat -> exit 0`')

    folder.write(program('dog', 1))
    const differs = await folder.run()
    expect(differs.code).toBe(1)
    expect(differs.output).toContain('Snapshot `it 1` mismatched')
    expect(differs.output).toContain('Expected: "$ cat -> exit 0"\nReceived: "$ dog -> exit 0"')
    expect(differs.output).toContain('1 obsolete')

    expect(await folder.run('-u')).toMatchObject({ code: 0 })
    expect(folder.stored()).toContain('exports[`it 1`] = `$ dog -> exit 0`')
    expect(folder.stored()).not.toContain('it 2')
  })

  const build = (...options: string[]) => `
    test('it', () => {
      const builder = new TraceBuilder()
      const make = builder.root.spawn('/bin/make', ['make', ${options.map((option) => JSON.stringify(option)).join(', ')}])
      make.spawn('/bin/cc', ['cc', '-c', 'a.c']).create('/tmp/a.s').exit()
      make.spawn('/bin/ld', ['ld', 'a.o']).exit()
      make.exit()
      expect('beside').toMatchSnapshot()
      expect(builder.trace()).toMatchTraceSnapshot()
      expect(builder.trace()).toMatchTraceSnapshot('hint')
    })`

  test('patterns that a person wrote pass, and survive -u', { timeout: 120_000 }, async () => {
    const folder = vitestFolder()
    folder.write(build('-j4'))
    expect(await folder.run()).toMatchObject({ code: 0 })
    folder.edit('snapshots', '$ make -j4', '$ make -j<*>')
    folder.edit('snapshots', 'creates <tmp:1>.s', '<...>')
    const edited = folder.stored()
    folder.write(build('-j8'))
    expect(await folder.run('--update=none')).toMatchObject({ code: 0 })
    expect(await folder.run('-u')).toMatchObject({ code: 0 })
    expect(folder.stored()).toBe(edited)

    folder.edit('snapshots', '$ ld a.o', '$ ld b.o')
    const differs = await folder.run()
    expect(differs.code).toBe(1)
    expect(differs.output).toMatch(/^ +\$ make -j<\*> -> exit 0$/m)
    expect(differs.output).toMatch(/^- +\$ ld b\.o -> exit 0\n\+ +\$ ld a\.o -> exit 0$/m)
    expect(await folder.run('-u')).toMatchObject({ code: 0 })
    expect(folder.stored()).toBe(edited)

    folder.write(build('all'))
    expect(await folder.run()).toMatchObject({ code: 1 })
    expect(await folder.run('-u')).toMatchObject({ code: 0 })
    expect(folder.stored()).toBe(edited.replaceAll('-j<*>', 'all'))

    folder.edit('snapshots', 'make all', 'make <...>')
    expect((await folder.run('-u')).output).toContain('Expected `<...>` of a stored snapshot to be on a line by itself')
  })
})
