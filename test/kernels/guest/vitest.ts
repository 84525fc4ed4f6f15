// SPDX-License-Identifier: MIT
// What the tests in test/kernel use of Vitest, over Node's own runner: Vitest itself takes some 25 s to start in a guest, Node's nothing.
import { after, before, describe as describeNode, type SuiteFn, type TestContext, test as testNode } from 'node:test'
import { format } from 'node:util'
import { expect as base } from 'expect'
import { lookAtDisk } from '../../../src/disk.ts'
import { matchers } from '../../../src/matchers/index.ts'
import { notHere, notPreempted } from '../selection.ts'

lookAtDisk()
/** Vitest's takes a second argument: what to say of a failure. */
export const expect = Object.assign((value: unknown, _message?: string) => base(value), base)
export const afterAll = after
export const beforeAll = before

type Body = (...values: any[]) => unknown
type Options = { timeout?: number }

/** A test is given as long here as ten minutes: a guest's processor is one that is emulated. */
const timeoutMs = 600_000

/** Vitest takes options before the body, or a time limit behind it. */
function bodyOf(one: Body | Options, other?: Body | Options | number): Body {
  return typeof one === 'function' ? one : (other as Body)
}

let finished: (() => unknown)[] = []

/** Runs when the test that is under way has ended, the last first. */
export function onTestFinished(action: () => unknown): void {
  finished.push(action)
}

/** What `skip` of a test's context throws. */
class Skipped extends Error {}

function skip(condition: unknown, note?: string): void {
  if (typeof condition === 'string' || condition) throw new Skipped(note ?? String(condition))
}

/** What the kernel skipped is told: by a matcher, or by the gaps of the trace. */
const isIncomplete =
  /^The trace is incomplete: The kernel skipped \d+ runs? of the tracing programs\.$|"reason": "missed"/

/** Two threads met at the sums of a file, and the guest's processor of the one that held them stood still: its processors take turns. */
const stoodStill =
  /^The trace is incomplete: \d+ records? could not be built, because too many were under way on one CPU\.$/

const isPreempted = Boolean(process.env['SPY_PREEMPTED'])
/** How often a test is run at most, where its trace says that it is incomplete for one of these reasons alone. */
const attempts = 3

function mayRepeat(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return stoodStill.test(error.message) || (isPreempted && isIncomplete.test(error.message))
}

function run(body: Body, values: readonly unknown[]) {
  return async (context: TestContext) => {
    for (let left = attempts - 1; !(await runOnce(body, values, context, left > 0)); left--)
      context.diagnostic('the trace says that it is incomplete: once more')
  }
}

/** False when it is to be run once more. */
async function runOnce(body: Body, values: readonly unknown[], context: TestContext, isLeft: boolean) {
  finished = []
  try {
    await body(...values, ...(values.length === 0 ? [{ skip }] : []))
  } catch (error) {
    if (isLeft && mayRepeat(error)) return false
    if (!(error instanceof Skipped)) throw error
    context.skip(error.message)
  } finally {
    for (const action of finished.reverse()) await action()
  }
  return true
}

/** `%s`, `%j` and the like of the values in order, `$name` of the first one's fields, `%#` the row's number. */
function titleOf(title: string, values: readonly unknown[], row: number): string {
  const [first] = values
  const named = title
    .replace(/%#/g, String(row))
    .replace(/\$([\w.]+)/g, (whole, path: string) =>
      typeof first === 'object' && first !== null
        ? String(path.split('.').reduce<any>((at, key) => at?.[key], first))
        : whole,
    )
  const count = named.match(/%[sdifjoO]/g)?.length ?? 0
  return format(named, ...values.slice(0, count))
}

function each<Result>(define: (title: string, values: readonly unknown[], one: any, other?: any) => Result) {
  return (rows: readonly unknown[]) => (title: string, one: any, other?: any) => {
    rows.forEach((row, number) => {
      const values = Array.isArray(row) ? row : [row]
      define(titleOf(title, values, number), values, one, other)
    })
  }
}

/** Whether a test is skipped, and why. */
function skipOf(condition: unknown, title: string): boolean | string {
  const reasons = isPreempted ? { ...notHere, ...notPreempted } : notHere
  const [, lacking] = Object.entries(reasons).find(([beginning]) => title.startsWith(beginning)) ?? []
  return lacking ?? (typeof condition === 'string' ? condition : Boolean(condition))
}

function defineTest(condition: unknown) {
  const define = (title: string, values: readonly unknown[], one: Body | Options, other?: Body | Options | number) =>
    void testNode(title, { skip: skipOf(condition, title), timeout: timeoutMs }, run(bodyOf(one, other), values))
  return Object.assign(
    (title: string, one: Body | Options, other?: Body | Options | number) => define(title, [], one, other),
    { each: each(define) },
  )
}

function defineSuite(skip: boolean) {
  const define = (title: string, values: readonly unknown[], one: Body) =>
    void describeNode(title, { skip }, (() => one(...values)) as SuiteFn)
  return Object.assign((title: string, one: Body) => define(title, [], one), { each: each(define) })
}

export const test = Object.assign(defineTest(false), { skipIf: defineTest })
export const describe = Object.assign(defineSuite(false), {
  skip: defineSuite(true),
  skipIf: (skip: unknown) => defineSuite(Boolean(skip)),
  // One after another: that they run at once is tested on this machine's own kernel.
  concurrent: defineSuite(false),
})

expect.extend(matchers as never)
