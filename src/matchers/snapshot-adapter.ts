// SPDX-License-Identifier: MIT
import { misuse } from '../trace/misuse.ts'
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

/**
 * Jest's own matcher out of its global matchers object: the package `jest-snapshot` is not a dependency of its users, and a strict
 * node_modules layout would not resolve it.
 */
export const jestMatchSnapshot: MatchSnapshot = function (received, hint) {
  const registry = (globalThis as Record<symbol, unknown>)[Symbol.for('$$jest-matchers-object')]
  const own = (registry as { matchers?: { toMatchSnapshot?: MatchSnapshot } } | undefined)?.matchers?.toMatchSnapshot
  if (own === undefined)
    throw misuse('`toMatchTraceSnapshot` to be called in a Jest test', own, 'Jest has no `toMatchSnapshot` here.')
  return hint === undefined ? own.call(this, received) : own.call(this, received, hint)
}

/** For the matchers without a runner. */
export const noMatchSnapshot: MatchSnapshot = () => {
  throw misuse(
    '`toMatchTraceSnapshot` to come from `spyscall/vitest` or `spyscall/jest`',
    undefined,
    'Without a runner there is nobody to keep the snapshot; or use `withSnapshots(toMatchSnapshot)` of `spyscall/matchers`.',
  )
}
