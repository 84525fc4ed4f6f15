// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { test } from 'vitest'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import { TraceBuilder, type TraceOptions } from '../../helpers/trace-builder.ts'

function left(options: TraceOptions = {}) {
  const builder = new TraceBuilder(options)
  const make = builder.root.spawn('/usr/bin/make', ['make', 'serve'])
  make.spawn('/usr/bin/server', ['server', '--daemon'])
  make.fork()
  make.exit()
  return builder
}

test('holds where everybody has ended', () => {
  expect(left().ended()).toHaveReapedAllProcesses()
  expect([left().ended()]).toEqual([expect.toHaveReapedAllProcesses()])
})

test('who is left is told, with how it came to it', () => {
  const trace = left().trace()
  expect(trace).not.toHaveReapedAllProcesses()
  expect(messageOf(() => expect(trace).toHaveReapedAllProcesses())).toMatchInlineSnapshot(`
    "expect(trace).toHaveReapedAllProcesses()

    Expected: no process that still runs
    Found:    2 in 6 events of 3 processes, 0 lost

      - [1002]  test → make serve → server --daemon
      - [1003]  test → make serve → make (forked)"
  `)
})

test('.not fails', () => {
  expect(messageOf(() => expect(left().ended()).not.toHaveReapedAllProcesses())).toMatchInlineSnapshot(`
    "expect(trace).not.toHaveReapedAllProcesses()

    Expected: a process that still runs
    Found:    none in 8 events of 3 processes, 0 lost"
  `)
})

test('many are counted', () => {
  const builder = new TraceBuilder()
  for (let n = 0; n < 30; n++) builder.root.spawn('/bin/sleep', ['sleep', `${n}`])
  const message = messageOf(() => expect(builder.trace()).toHaveReapedAllProcesses())
  expect(message).toContain('Found:    30 in ')
  expect(message).toContain('  … and 10 more')
})

test('our own helper, of a traced test that traces, is not the program’s doing', () => {
  const builder = new TraceBuilder()
  builder.root.spawn('/usr/bin/vitest', ['vitest']).spawn('/opt/spyscall-helper', ['spyscall-helper'])
  const [helper] = builder.trace().running.filter(({ exe }) => exe === '/opt/spyscall-helper')
  expect(helper).toBeDefined()
  const running = Object.create(builder.trace(), { running: { value: [helper] } })
  expect(running).toHaveReapedAllProcesses()
})

test('a trace with gaps bears neither verdict', () => {
  const gap = { reason: 'lifecycle', count: 1, text: '1 record of fork, exec or exit found the ring full.' }
  for (const trace of [left({ gaps: [gap] }).ended(), left({ gaps: [gap] }).trace()])
    for (const assertion of [expect(trace), expect(trace).not])
      expect(errorOf(() => assertion.toHaveReapedAllProcesses())).toMatchObject({ code: 'INCOMPLETE_TRACE' })
})

test('nobody at all proves nothing', () => {
  expect(errorOf(() => expect(new TraceBuilder().trace()).toHaveReapedAllProcesses())).toMatchObject({
    code: 'NOTHING_RECORDED',
  })
})

test('misuse', () => {
  for (const assertion of [expect('x'), expect('x').not])
    expect(errorOf(() => assertion.toHaveReapedAllProcesses())).toMatchObject({ code: 'MISUSE' })
  for (const assertion of [expect(left().ended()), expect(left().ended()).not])
    expect(errorOf(() => (assertion as any).toHaveReapedAllProcesses({ soFar: true }))).toMatchObject({
      code: 'MISUSE',
    })
})
