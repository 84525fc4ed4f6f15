// SPDX-License-Identifier: MIT
import { MisuseError, misuse } from '../trace/misuse.ts'
import type { MatcherResult } from './context.ts'
import { snapshotBrand } from './plugin.ts'

/**
 * The runner's own `toMatchSnapshot`, called with the matcher's `this`. It keeps the file, the counters, `-u`, `--ci` and the obsolete
 * ones; an entry hands it over, since a matcher must not import a runner.
 */
export type MatchSnapshot = (this: unknown, received: unknown, hint?: string) => MatcherResult

/** The runner's own `toMatchInlineSnapshot`, likewise. It finds the call in the test file by the stack. */
export type MatchInlineSnapshot = (this: unknown, received: unknown, inlineSnapshot?: string) => MatcherResult

/** Both of one runner. */
export interface Snapshots {
  readonly matchSnapshot: MatchSnapshot
  readonly matchInlineSnapshot: MatchInlineSnapshot
}

/** Text that a snapshot holds as it is, without quotes: `plugin` prints it. */
export function rawText(text: string): object {
  return { [snapshotBrand]: text }
}

/** Vitest's own matchers, `Snapshots`; they name the assertion by themselves. */
export function vitestSnapshots(own: {
  readonly toMatchSnapshot: unknown
  readonly toMatchInlineSnapshot: unknown
}): Snapshots {
  const call = (matcher: unknown, name: string) =>
    function (this: unknown, received: unknown, text?: string): MatcherResult {
      if (!isCall(this, 'assertion')) throw asymmetricMisuse(name)
      return callWith(matcher as MatchSnapshot, this, received, text)
    }
  return {
    matchSnapshot: call(own.toMatchSnapshot, 'toMatchTraceSnapshot'),
    matchInlineSnapshot: call(own.toMatchInlineSnapshot, 'toMatchInlineTraceSnapshot'),
  }
}

/**
 * Jest's own matchers out of its global matchers object: the package `jest-snapshot` is not a dependency of its users, and a strict
 * node_modules layout would not resolve it.
 */
export const jestSnapshots: Snapshots = {
  matchSnapshot: jestMatcher('toMatchSnapshot', 'toMatchTraceSnapshot'),
  matchInlineSnapshot: jestMatcher('toMatchInlineSnapshot', 'toMatchInlineTraceSnapshot'),
}

function jestMatcher(own: string, name: string): MatchSnapshot {
  return function (received, text) {
    if (!isCall(this, 'promise')) throw asymmetricMisuse(name)
    const registry = (globalThis as Record<symbol, unknown>)[Symbol.for('$$jest-matchers-object')]
    const matcher = (registry as { matchers?: Record<string, MatchSnapshot> } | undefined)?.matchers?.[own]
    if (matcher === undefined)
      throw misuse(`\`${name}\` to be called in a Jest test`, matcher, `Jest has no \`${own}\` here.`)
    const result = callWith(matcher, this, received, text)
    return { ...result, message: () => result.message().replace(own, name) }
  }
}

/**
 * Both runners tell by the number of arguments whether there is a hint or an inline snapshot. They look for the call of an inline one in the stack, of which V8 keeps ten
 * frames: with ours and theirs the test's would be beyond.
 */
function callWith(matcher: MatchSnapshot, context: unknown, received: unknown, text: string | undefined) {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = Math.max(limit, 100)
  try {
    return text === undefined ? matcher.call(context, received) : matcher.call(context, received, text)
  } finally {
    Error.stackTraceLimit = limit
  }
}

/** Whether `this` is that of an assertion; as an asymmetric matcher there is no place in a file to compare with. */
function isCall(context: unknown, key: string): boolean {
  return typeof context === 'object' && context !== null && key in context
}

function asymmetricMisuse(name: string): Error {
  return new MisuseError(`\`${name}\` is an assertion, not an asymmetric matcher: use \`expect(trace).${name}()\`.`)
}

/** For the matchers without a runner. */
export const noSnapshots: Snapshots = {
  matchSnapshot: () => {
    throw needsRunner('toMatchTraceSnapshot')
  },
  matchInlineSnapshot: () => {
    throw needsRunner('toMatchInlineTraceSnapshot')
  },
}

function needsRunner(name: string): Error {
  return new MisuseError(
    `\`${name}\` needs a runner to keep the snapshot: take it from \`spyscall/vitest\` or \`spyscall/jest\`, or make it with ` +
      "`withSnapshots(…)` of `spyscall/matchers` and the runner's own matchers.",
  )
}
