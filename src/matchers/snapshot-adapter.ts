// SPDX-License-Identifier: MIT
import { MisuseError, misuse } from '../trace/misuse.ts'
import type { MatcherResult } from './context.ts'
import { snapshotBrand } from './plugin.ts'

/**
 * The runner's own `toMatchSnapshot`, called with the matcher's `this`. It keeps the file, the counters, `-u`, `--ci` and the obsolete
 * ones; an entry hands it over, since a matcher must not import a runner.
 */
export type MatchSnapshot = (this: unknown, received: unknown, hint?: string) => MatcherResult

/** Text that a snapshot holds as it is, without quotes: `plugin` prints it. */
export function rawText(text: string): object {
  return { [snapshotBrand]: text }
}

/** Vitest's own matcher, `Snapshots.toMatchSnapshot`; it names the assertion by itself. */
export function vitestMatchSnapshot(own: MatchSnapshot): MatchSnapshot {
  return function (received, hint) {
    if (!isCall(this, 'assertion')) throw asymmetricMisuse()
    return hint === undefined ? own.call(this, received) : own.call(this, received, hint)
  }
}

/**
 * Jest's own matcher out of its global matchers object: the package `jest-snapshot` is not a dependency of its users, and a strict
 * node_modules layout would not resolve it.
 */
export const jestMatchSnapshot: MatchSnapshot = function (received, hint) {
  if (!isCall(this, 'promise')) throw asymmetricMisuse()
  const registry = (globalThis as Record<symbol, unknown>)[Symbol.for('$$jest-matchers-object')]
  const own = (registry as { matchers?: { toMatchSnapshot?: MatchSnapshot } } | undefined)?.matchers?.toMatchSnapshot
  if (own === undefined)
    throw misuse('`toMatchTraceSnapshot` to be called in a Jest test', own, 'Jest has no `toMatchSnapshot` here.')
  const result = hint === undefined ? own.call(this, received) : own.call(this, received, hint)
  return { ...result, message: () => result.message().replace('toMatchSnapshot', 'toMatchTraceSnapshot') }
}

/** Whether `this` is that of an assertion; as an asymmetric matcher there is no place in a file to compare with. */
function isCall(context: unknown, key: string): boolean {
  return typeof context === 'object' && context !== null && key in context
}

function asymmetricMisuse(): Error {
  return new MisuseError(
    '`toMatchTraceSnapshot` is an assertion, not an asymmetric matcher: use `expect(trace).toMatchTraceSnapshot()`.',
  )
}

/** For the matchers without a runner. */
export const noMatchSnapshot: MatchSnapshot = () => {
  throw new MisuseError(
    '`toMatchTraceSnapshot` needs a runner to keep the snapshot: take it from `spyscall/vitest` or `spyscall/jest`, or make it with ' +
      "`withSnapshots(…)` of `spyscall/matchers` and the runner's own `toMatchSnapshot`.",
  )
}
