// SPDX-License-Identifier: MIT
// What holds of every matcher that searches: the laws of docs/matchers.md, asked of each in the same words.
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import type { TraceView } from '../../src/trace/view.ts'
import { errorOf, messageOf } from './message-of.ts'
import { type ProcessBuilder, TraceBuilder, type TraceOptions } from './trace-builder.ts'

export interface Lawful {
  /** What a traced process does. */
  readonly act: (process: ProcessBuilder) => unknown
  /** Arguments that this matches once, and others that it does not; options are at `options`. */
  readonly hit: readonly unknown[]
  readonly miss: readonly unknown[]
  /** At which place the options are; 1 unless told. */
  readonly options?: number
  /** What `times` has to be for the hit; 1 unless told. */
  readonly times?: number
  /** The group of events that it needs. */
  readonly group: string
  /** False where the test itself cannot do it: its own end is not recorded. */
  readonly ofTest?: boolean
}

const gap = { reason: 'ring', count: 12, text: '12 records found the ring full.' }
const allGroups = [
  'process',
  'file',
  'network',
  'probe',
  'sync',
  'signal',
  'namespace',
  'credentials',
  'system',
  'syscall',
]

/** Tests that a matcher obeys the laws. */
export function testLaws(
  matcher: string,
  { act, hit, miss, options = 1, times = 1, group, ofTest = true }: Lawful,
): void {
  const build = (given: TraceOptions = {}) => {
    const builder = new TraceBuilder({ groups: allGroups, syscalls: 'all', ...given })
    const process = builder.root.spawn('/bin/tool', ['tool'])
    act(process)
    return { builder, process }
  }
  const ended = (given?: TraceOptions): TraceView => build(given).builder.ended()
  const asserting = (trace: unknown, args: readonly unknown[], isNot = false) => {
    const assertion = isNot ? expect(trace).not : expect(trace)
    return () => (assertion as any)[matcher](...args)
  }
  const withOptions = (args: readonly unknown[], more: object) => {
    const all = [...args]
    while (all.length <= options) all.push(undefined)
    all[options] = { ...(all[options] as object | undefined), ...more }
    return all
  }
  const trace = ended()

  describe(`${matcher} obeys the laws`, () => {
    test('it finds and misses, and the other way round under .not', () => {
      asserting(trace, hit)()
      asserting(trace, miss, true)()
      expect(messageOf(asserting(trace, hit, true))).toMatch(/^expect\(trace\)\.not\.\w+\([\s\S]*\n\nExpected: no /)
      expect(messageOf(asserting(trace, miss))).toMatch(/\nFound: {4}none in /)
    })

    test('times is exact', () => {
      asserting(trace, withOptions(hit, { times }))()
      asserting(trace, withOptions(hit, { times: times + 1 }), true)()
      expect(messageOf(asserting(trace, withOptions(hit, { times: times + 1 })))).toContain('exactly')
      asserting(trace, withOptions(miss, { times: 0 }))()
    })

    test('by names what the process ran, and never the test', () => {
      asserting(trace, withOptions(hit, { by: 'tool' }))()
      asserting(trace, withOptions(hit, { by: 'other' }), true)()
      expect(messageOf(asserting(trace, withOptions(hit, { by: 'other' })))).toContain('done by tool')
      if (!ofTest) return
      const builder = new TraceBuilder({ groups: allGroups, syscalls: 'all' })
      builder.root.spawn('/bin/idle', ['idle'])
      act(builder.root)
      asserting(builder.ended(), hit)()
      const message = messageOf(asserting(builder.ended(), withOptions(hit, { by: 'node' })))
      expect(message).toContain('done by the test itself, which `by` does not name')
    })

    test('a trace with gaps bears what was found and nothing else', () => {
      const lossy = ended({ gaps: [gap], lost: { ring: 12 } })
      asserting(lossy, hit)()
      expect(errorOf(asserting(lossy, hit, true)).message).toContain('Found:')
      for (const isNot of [false, true])
        for (const args of [miss, withOptions(hit, { times })])
          expect(errorOf(asserting(lossy, args, isNot))).toMatchObject({ code: 'INCOMPLETE_TRACE' })
    })

    test('a group that was not recorded is named', () => {
      const without = ended({ groups: allGroups.filter((one) => one !== group) })
      const all = allGroups.map((one) => `'${one}'`).join(', ')
      for (const isNot of [false, true])
        for (const args of [hit, miss])
          expect(errorOf(asserting(without, args, isNot))).toMatchObject({
            code: 'GROUP_NOT_RECORDED',
            message: expect.stringContaining(
              `Open the session with \`events: [${all}]\`; the fixtures take it from \`sessionOptions\`.`,
            ),
          })
    })

    test('nobody at all proves nothing', () => {
      const nobody = new TraceBuilder({ groups: allGroups, syscalls: 'all' }).trace()
      expect(errorOf(asserting(nobody, miss, true))).toMatchObject({ code: 'NOTHING_RECORDED' })
      expect(messageOf(asserting(nobody, miss))).toContain("Nothing was started in this session's scope.")
    })

    test('who still runs may still do it', () => {
      const { builder } = build()
      builder.root.spawn('/bin/idle', ['idle'])
      const running = builder.trace()
      asserting(running, hit)()
      expect(errorOf(asserting(running, miss, true))).toMatchObject({ code: 'STILL_RUNNING' })
      expect(errorOf(asserting(running, withOptions(hit, { times })))).toMatchObject({ code: 'STILL_RUNNING' })
      expect(messageOf(asserting(running, miss))).toMatch(
        /\n\n\d+ process(?:es)? still ran, so there may yet be .*:\n(?: {2}- .*\n)* {2}- \[\d+\] {2}test → idle\nAwait what you start, or end it\.$/,
      )
      expect(messageOf(asserting(running, withOptions(miss, { soFar: true })))).not.toContain('still ran,')
      asserting(running, withOptions(miss, { soFar: true }), true)()
      asserting(running, withOptions(hit, { times, soFar: true }))()
    })

    test('misuse throws, under .not too', () => {
      for (const isNot of [false, true]) {
        expect(errorOf(asserting('x', hit, isNot))).toMatchObject({ code: 'MISUSE' })
        expect(errorOf(asserting(trace, withOptions(hit, { tims: 1 }), isNot)).message).toContain(
          'did you mean `times`?',
        )
        expect(errorOf(asserting(trace, withOptions(hit, { times: -1 }), isNot))).toMatchObject({ code: 'MISUSE' })
        expect(errorOf(asserting(trace, withOptions(hit, { soFar: 1 }), isNot))).toMatchObject({ code: 'MISUSE' })
        expect(errorOf(asserting(trace, withOptions(hit, { by: 7 }), isNot))).toMatchObject({ code: 'MISUSE' })
      }
    })

    test('it works asymmetrically', () => {
      const ours = (expect as any)[matcher]
      const others = (expect as any).not[matcher]
      expect([trace]).toEqual([ours(...hit)])
      expect([trace]).toEqual([others(...miss)])
      expect([trace]).not.toEqual([ours(...miss)])
    })
  })
}
