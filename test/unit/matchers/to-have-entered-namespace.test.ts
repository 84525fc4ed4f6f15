// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import { testLaws } from '../../helpers/laws.ts'
import { errorOf, messageOf } from '../../helpers/message-of.ts'
import { failed, TraceBuilder } from '../../helpers/trace-builder.ts'

testLaws('toHaveEnteredNamespace', {
  act: (process) => process.namespace('unshare', ['net']),
  hit: ['net'],
  miss: ['user'],
  group: 'namespace',
})

const builder = new TraceBuilder({ groups: ['process', 'namespace'] })
const runc = builder.root.spawn('/usr/bin/runc', ['runc', 'run'])
runc.namespace('unshare', ['user', 'mnt']).namespace('clone3', ['pid']).namespace('setns', ['net'], failed('EPERM'))
runc.namespace('unshare', [], { flags: ['CLONE_FILES'] })
const trace = builder.ended()

test('finds', () => {
  expect(trace).toHaveEnteredNamespace('user', { call: 'unshare', by: 'runc', times: 1 })
  expect(trace).toHaveEnteredNamespace('mnt')
  expect(trace).toHaveEnteredNamespace('pid', { call: 'clone' })
  expect(trace).toHaveEnteredNamespace('pid', { call: 'clone3' })
  expect(trace).toHaveEnteredNamespace(undefined, { times: 2 })
  expect(trace).toHaveEnteredNamespace(expect.stringMatching(/^(pid|user)$/), { times: 2 })
  expect(trace).toHaveEnteredNamespace('net', { errno: 'EPERM' })
})

describe('misses', () => {
  test('what failed, and what asked for none', () => {
    expect(trace).not.toHaveEnteredNamespace('net')
    expect(messageOf(() => expect(trace).toHaveEnteredNamespace('net'))).toMatchInlineSnapshot(`
      "expect(trace).toHaveEnteredNamespace("net")

      Expected: namespace entry of "net"
      Found:    none in 7 events of 1 process, 0 lost

      Nearest:
        +5.0ms  runc[1001]  namespace setns net -> EPERM
            failed: EPERM
            test → runc run"
    `)
  })

  test('the call', () => {
    expect(messageOf(() => expect(trace).toHaveEnteredNamespace('user', { call: 'setns' }))).toContain(
      'its call is unshare',
    )
  })

  test('nothing', () => {
    const none = new TraceBuilder({ groups: ['process', 'namespace'] })
    none.root.spawn('/bin/true', ['true'])
    expect(messageOf(() => expect(none.ended()).toHaveEnteredNamespace())).toContain('No namespace was entered.')
  })
})

test('.not fails', () => {
  expect(messageOf(() => expect(trace).not.toHaveEnteredNamespace())).toMatchInlineSnapshot(`
    "expect(trace).not.toHaveEnteredNamespace()

    Expected: no namespace entry
    Found:    2 in 7 events of 1 process, 0 lost

      +3.0ms  runc[1001]  namespace unshare user, mnt
          test → runc run
      +4.0ms  runc[1001]  namespace clone3 pid
          test → runc run"
  `)
})

test.each<[unknown, unknown, string]>([
  ['network', {}, "Expected the `type` option to be one of 'mnt', 'uts'"],
  ['user', { call: 'fork' }, "Expected the `call` option to be one of 'clone'"],
])('wrong expectation: %j %j', (type, options, message) => {
  for (const assertion of [expect(trace), expect(trace).not]) {
    const error = errorOf(() => assertion.toHaveEnteredNamespace(type as never, options as never))
    expect(error.message).toContain(message)
    expect(error).toMatchObject({ code: 'MISUSE' })
  }
})
