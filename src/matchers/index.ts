// SPDX-License-Identifier: MIT
import { noSnapshots, type Snapshots } from './snapshot-adapter.ts'
import { toHaveConnectedTo } from './to-have-connected-to.ts'
import { toHaveExecuted } from './to-have-executed.ts'
import { toHaveOpened } from './to-have-opened.ts'
import { toMatchInlineTraceSnapshotWith } from './to-match-inline-trace-snapshot.ts'
import { toMatchTraceSnapshotWith } from './to-match-trace-snapshot.ts'

/** Every matcher, for `expect.extend`, with the runner's own snapshot matchers behind ours. */
export function withSnapshots({ matchSnapshot, matchInlineSnapshot }: Snapshots) {
  return {
    toHaveExecuted,
    toHaveOpened,
    toHaveConnectedTo,
    toMatchTraceSnapshot: toMatchTraceSnapshotWith(matchSnapshot),
    toMatchInlineTraceSnapshot: toMatchInlineTraceSnapshotWith(matchInlineSnapshot),
  }
}

/** Every matcher, for an `expect` that has no snapshots. */
export const matchers = withSnapshots(noSnapshots)

export { EvidenceError } from './check.ts'
export type { MatcherContext, MatcherResult } from './context.ts'
export { type Plugin, plugin } from './plugin.ts'
export type { MatchInlineSnapshot, MatchSnapshot, Snapshots } from './snapshot-adapter.ts'
export type { ConnectedOptions } from './to-have-connected-to.ts'
export type { ExecutedOptions } from './to-have-executed.ts'
export type { OpenedOptions } from './to-have-opened.ts'
export type { KernelMatchers } from './types.ts'
export { toHaveConnectedTo, toHaveExecuted, toHaveOpened }
