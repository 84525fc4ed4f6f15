// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { expect as plainExpect, test } from 'vitest'
import { matchers, withSnapshots } from '../../../src/matchers/index.ts'
import { snapshotBrand } from '../../../src/matchers/plugin.ts'
import { errorOf } from '../../helpers/message-of.ts'
import { buildOfHello } from '../../helpers/trace-builder.ts'
import { vitestFolder } from '../../helpers/vitest-folder.ts'

const trace = buildOfHello().trace()

test('is compared with what the test file holds, patterns and all', () => {
  expect(trace).toMatchInlineTraceSnapshot(`
    $ make <*> -> exit 0
      $ gcc -c hello.c -o hello.o -> exit 0
        <...>
        $ as <*> -> exit 0
          creates <project>/<*>.o
  `)
})

test('the runner gets the text with the patterns that match, and what is stored', () => {
  const handed: unknown[] = []
  const matchInlineSnapshot = (received: object, stored?: string) => {
    handed.push((received as Record<symbol, unknown>)[snapshotBrand], stored)
    return { pass: true, message: () => '' }
  }
  const { toMatchInlineTraceSnapshot } = withSnapshots({
    matchInlineSnapshot,
    matchSnapshot: matchInlineSnapshot,
  } as never)
  toMatchInlineTraceSnapshot.call(contextOf(), trace, '\n  $ make <*>\n    <...>\n    $ ld\n')
  plainExpect(handed).toEqual(['$ make <*>\n  <...>', '\n  $ make <*>\n    <...>\n    $ ld\n'])
})

test('misuse throws', () => {
  const cases: [() => void, string][] = [
    [() => expect('x').toMatchInlineTraceSnapshot('x'), 'Expected the received value to be a Trace or a Session'],
    [() => expect(trace).not.toMatchInlineTraceSnapshot('x'), 'A snapshot cannot be used with `.not`'],
    [() => expect(trace).toMatchInlineTraceSnapshot({ ordre: 1 } as never, 'x'), 'Unknown option `ordre`'],
    [() => expect(trace).toMatchInlineTraceSnapshot('x' as never, 'x'), 'the options to be an object when a snapshot'],
    [() => expect(trace).toMatchInlineTraceSnapshot({}, 3 as never), 'Expected the inline snapshot to be a string'],
    [() => expect([trace]).toEqual([expect.toMatchInlineTraceSnapshot('x')]), 'is an assertion, not an asymmetric'],
    [() => matchers.toMatchInlineTraceSnapshot.call(contextOf(), trace, 'x'), 'needs a runner to keep the snapshot'],
  ]
  for (const [call, message] of cases) {
    const error = errorOf(call)
    plainExpect(error.message).toContain(message)
    plainExpect(error).toMatchObject({ code: 'MISUSE' })
  }
})

function contextOf() {
  const same = (text: string) => text
  return { utils: { matcherHint: same, EXPECTED_COLOR: same, RECEIVED_COLOR: same, DIM_COLOR: same } }
}

const head = `
function build(...args: string[]) {
  const builder = new TraceBuilder()
  for (const arg of args) builder.root.spawn('/bin/sh', ['sh', '-c', arg]).exit()
  return builder.trace()
}
const check = (trace: unknown) => expect(trace).toMatchInlineTraceSnapshot(HELPER)
test('it', async () => {
  expect(build('a')).toMatchInlineTraceSnapshot(PLAIN)
  expect(build('a', 'c')).toMatchInlineTraceSnapshot({ soFar: true }OPTIONS)
    expect(build('\`b\${}\\\\')).toMatchInlineTraceSnapshot(ODD)
  await expect(Promise.resolve(build('b'))).resolves.toMatchInlineTraceSnapshot(RESOLVED)
  expect.soft(build('c')).toMatchInlineTraceSnapshot(SOFT)
  check(build('d'))
})
`

/** The test file, with what belongs into it. */
function file(snapshots: Record<string, string>): string {
  return head.replace(/PLAIN|OPTIONS|ODD|RESOLVED|SOFT|HELPER/g, (name) => snapshots[name] ?? '')
}

test('the runner writes it into the call, and -u writes what differs', { timeout: 120_000 }, async () => {
  const folder = vitestFolder()
  folder.write(file({}))
  expect(await folder.run('--update=none')).toMatchObject({ code: 1 })
  expect(folder.body()).toBe(file({}))

  expect(await folder.run()).toMatchObject({ code: 0 })
  const written = {
    PLAIN: '`$ sh -c a -> exit 0`',
    OPTIONS: ', `\n    $ sh -c a -> exit 0\n    $ sh -c c -> exit 0\n  `',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder that the runner has to escape
    ODD: "`$ sh -c '\\`b\\${}\\\\' -> exit 0`",
    RESOLVED: '`$ sh -c b -> exit 0`',
    SOFT: '`$ sh -c c -> exit 0`',
    HELPER: '`$ sh -c d -> exit 0`',
  }
  expect(folder.body()).toBe(file(written))
  expect(await folder.run('--update=none')).toMatchObject({ code: 0 })

  const edited = {
    ...written,
    OPTIONS: ', `\n    $ sh -c <*> -> exit 0\n    $ sh -c d -> exit 0\n  `',
    SOFT: '`<...>`',
  }
  folder.write(file({ ...edited, RESOLVED: '`$ sh -c x -> exit 0`' }))
  const differs = await folder.run()
  expect(differs.code).toBe(1)
  expect(differs.output).toMatch(/^- \$ sh -c d -> exit 0\n\+ \$ sh -c c -> exit 0$/m)
  expect(await folder.run('-u')).toMatchObject({ code: 0 })
  const kept = { ...edited, OPTIONS: ', `\n    $ sh -c <*> -> exit 0\n    $ sh -c c -> exit 0\n  `' }
  expect(folder.body()).toBe(file(kept))
})
