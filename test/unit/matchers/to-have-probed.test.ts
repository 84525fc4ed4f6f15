// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import { withLinks } from '../../helpers/disk.ts'
import { testLaws } from '../../helpers/laws.ts'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import { failed, type ProcessBuilder, projectRoot, TraceBuilder } from '../../helpers/trace-builder.ts'

const at = (name: string) => `${projectRoot}/${name}`

function traceOf(act: (process: ProcessBuilder) => unknown) {
  const builder = new TraceBuilder({ groups: ['process', 'probe'] })
  act(builder.root.spawn('/bin/tool', ['tool']))
  return builder.ended()
}

testLaws('toHaveProbed', {
  act: (process) => process.stat(at('tsconfig.json'), { asked: 'tsconfig.json' }),
  hit: ['tsconfig.json'],
  miss: ['package.json'],
  group: 'probe',
})

const trace = traceOf((process) => {
  process.stat(at('src')).stat(at('src/a.tsx'), failed('ENOENT')).access('/usr/bin/cc', ['execute'])
  process.access('/root/.npmrc', ['read'], failed('EACCES')).readlink('/proc/self/exe', '/bin/tool')
  process.stat(at('file/below'), failed('ENOTDIR')).list(at('src'))
})

describe('finds', () => {
  test.each(['src', 'src/*.tsx', '/usr/bin/cc', 'cc', /npmrc$/, '/proc/self/exe', 'file/below'])('%j', (path) => {
    expect(trace).toHaveProbed(path)
  })

  test('what was there, and what was not', () => {
    expect(trace).toHaveProbed('src', { found: true, times: 2 })
    expect(trace).toHaveProbed('a.tsx', { found: false })
    expect(trace).toHaveProbed('below', { found: false })
    expect(trace).not.toHaveProbed('src', { found: false })
    expect(trace).toHaveProbed('.npmrc', { errno: 'EACCES' })
    for (const found of [true, false]) expect(trace).not.toHaveProbed('.npmrc', { found })
  })

  test('by kind and by call', () => {
    expect(trace).toHaveProbed('src', { call: 'list', times: 1 })
    expect(trace).toHaveProbed('src', { call: 'getdents64', times: 1 })
    expect(trace).toHaveProbed('src', { call: 'stat', times: 1 })
    expect(trace).toHaveProbed('src', { call: expect.stringContaining('statat'), times: 1 })
    expect(trace).not.toHaveProbed('src', { call: 'lstat' })
  })
})

describe('misses', () => {
  test('what was there', () => {
    expect(messageOf(() => expect(trace).toHaveProbed('src/a.tsx', { found: true }))).toMatchInlineSnapshot(`
      "expect(trace).toHaveProbed("src/a.tsx", {found: true})

      Expected: probe of "src/a.tsx" with found true
      Found:    none in 10 events of 1 process, 0 lost

      Nearest:
        +4.0ms  tool[1001]  stat /home/me/project/src/a.tsx -> ENOENT
            failed: ENOENT
            test → tool"
    `)
  })

  test('another name', () => {
    expect(messageOf(() => expect(trace).toHaveProbed('src/a.ts'))).toMatchInlineSnapshot(`
      "expect(trace).toHaveProbed("src/a.ts")

      Expected: probe of "src/a.ts"
      Found:    none in 10 events of 1 process, 0 lost

      Nearest:
        +4.0ms  tool[1001]  stat /home/me/project/src/a.tsx -> ENOENT
            named a.tsx, not "src/a.ts"
            test → tool"
    `)
  })

  test('with what was probed instead', () => {
    expect(messageOf(() => expect(trace).toHaveProbed('/nowhere/else'))).toContain(
      'Probed in the project: src, src/a.tsx, file/below',
    )
  })
})

test('.not fails', () => {
  expect(messageOf(() => expect(trace).not.toHaveProbed('/root/**'))).toMatchInlineSnapshot(`
    "expect(trace).not.toHaveProbed("/root/**")

    Expected: no probe of "/root/**"
    Found:    1 in 10 events of 1 process, 0 lost

      +6.0ms  tool[1001]  access /root/.npmrc (read) -> EACCES
          test → tool"
  `)
})

test('what a link at the end leads to, where the call followed it', () => {
  withLinks({ [at('current')]: '/data/v2' }, () => {
    const probed = (followed: boolean) => traceOf((process) => process.stat(at('current'), { followed }))
    expect(probed(true)).toHaveProbed('/data/v2')
    expect(probed(false)).not.toHaveProbed('/data/v2')
    for (const name of ['v2', 'v?']) {
      expect(probed(true)).toHaveProbed(name)
      expect(probed(false)).not.toHaveProbed(name)
    }
    for (const followed of [true, false]) expect(probed(followed)).toHaveProbed('current', { times: 1 })
    expect(traceOf((process) => process.stat(at('current/x'), failed('ENOENT')))).toHaveProbed('/data/v2/x')
    expect(messageOf(() => expect(probed(true)).not.toHaveProbed('/data/v2'))).toContain(
      'matched by: /home/me/project/current, which leads to /data/v2',
    )
  })
})

test.each<[unknown, unknown, string]>([
  ['a', { found: 'yes' }, 'Expected the `found` option to be true or false'],
  ['a', { found: true, errno: 'ENOENT' }, 'The `found` option cannot be used with `errno`'],
  ['a', { call: 'open' }, "Expected the `call` option to be one of 'stat', 'access', 'readlink', 'list'"],
  ['a', { call: 'stats' }, "Did you mean 'stat'?"],
  ['~/a', {}, 'not to begin with `~`'],
])('wrong expectation: %j %j', (path, options, message) => {
  for (const assertion of [expect(trace), expect(trace).not]) {
    const error = errorOf(() => assertion.toHaveProbed(path as never, options as never))
    expect(error.message).toContain(message)
    expect(error).toMatchObject({ code: 'MISUSE' })
  }
})
