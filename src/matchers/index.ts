// SPDX-License-Identifier: MIT
import { searches } from './searches.ts'
import { noSnapshots, type Snapshots } from './snapshot-adapter.ts'
import { toMatchInlineTraceSnapshotWith } from './to-match-inline-trace-snapshot.ts'
import { toMatchTraceSnapshotWith } from './to-match-trace-snapshot.ts'

/** Every matcher, for `expect.extend`, with the runner's own snapshot matchers behind ours. */
export function withSnapshots({ matchSnapshot, matchInlineSnapshot }: Snapshots) {
  return {
    ...searches,
    toMatchTraceSnapshot: toMatchTraceSnapshotWith(matchSnapshot),
    toMatchInlineTraceSnapshot: toMatchInlineTraceSnapshotWith(matchInlineSnapshot),
  }
}

/** Every matcher, for an `expect` that has no snapshots. */
export const matchers = withSnapshots(noSnapshots)

export { EvidenceError } from './check.ts'
export type { MatcherContext, MatcherResult } from './context.ts'
export type { Step } from './order-steps.ts'
export { type Plugin, plugin } from './plugin.ts'
export type { MatchInlineSnapshot, MatchSnapshot, Snapshots } from './snapshot-adapter.ts'
export type { HermeticOptions } from './to-be-hermetic.ts'
export type { CalledSyscallOptions, RegisterValue } from './to-have-called-syscall.ts'
export type { ConnectedOptions } from './to-have-connected-to.ts'
export type { CreatedOptions } from './to-have-created.ts'
export type { DeletedOptions } from './to-have-deleted.ts'
export type { EnteredNamespaceOptions } from './to-have-entered-namespace.ts'
export type { ExecutedOptions } from './to-have-executed.ts'
export type { ExitedOptions } from './to-have-exited.ts'
export type { OrderOptions } from './to-have-happened-in-order.ts'
export type { ListenedOptions } from './to-have-listened-on.ts'
export type { OpenedOptions } from './to-have-opened.ts'
export type { ProbedOptions } from './to-have-probed.ts'
export type { ReadOptions } from './to-have-read.ts'
export type { RenamedOptions } from './to-have-renamed.ts'
export type { ResolvedNameOptions } from './to-have-resolved-name.ts'
export type { SignalledOptions } from './to-have-signalled.ts'
export type { SyncedOptions } from './to-have-synced.ts'
export type { WrittenOptions } from './to-have-written.ts'
export type { KernelMatchers } from './types.ts'

/** Each by itself. */
export const {
  toBeHermetic,
  toHaveCalledSyscall,
  toHaveConnectedTo,
  toHaveCreated,
  toHaveDeleted,
  toHaveEnteredNamespace,
  toHaveExecuted,
  toHaveExited,
  toHaveHappenedInOrder,
  toHaveListenedOn,
  toHaveOpened,
  toHaveProbed,
  toHaveRead,
  toHaveReapedAllProcesses,
  toHaveRenamed,
  toHaveResolvedName,
  toHaveSignalled,
  toHaveSynced,
  toHaveWritten,
} = searches
