// SPDX-License-Identifier: MIT
import { noSnapshots, type Snapshots } from './snapshot-adapter.ts'
import { toBeHermetic } from './to-be-hermetic.ts'
import { toHaveCalledSyscall } from './to-have-called-syscall.ts'
import { toHaveConnectedTo } from './to-have-connected-to.ts'
import { toHaveCreated } from './to-have-created.ts'
import { toHaveDeleted } from './to-have-deleted.ts'
import { toHaveEnteredNamespace } from './to-have-entered-namespace.ts'
import { toHaveExecuted } from './to-have-executed.ts'
import { toHaveExited } from './to-have-exited.ts'
import { toHaveHappenedInOrder } from './to-have-happened-in-order.ts'
import { toHaveListenedOn } from './to-have-listened-on.ts'
import { toHaveOpened } from './to-have-opened.ts'
import { toHaveProbed } from './to-have-probed.ts'
import { toHaveRead } from './to-have-read.ts'
import { toHaveReapedAllProcesses } from './to-have-reaped-all-processes.ts'
import { toHaveRenamed } from './to-have-renamed.ts'
import { toHaveResolvedName } from './to-have-resolved-name.ts'
import { toHaveSignalled } from './to-have-signalled.ts'
import { toHaveSynced } from './to-have-synced.ts'
import { toHaveWritten } from './to-have-written.ts'
import { toMatchInlineTraceSnapshotWith } from './to-match-inline-trace-snapshot.ts'

import { toMatchTraceSnapshotWith } from './to-match-trace-snapshot.ts'

/** Every matcher, for `expect.extend`, with the runner's own snapshot matchers behind ours. */
export function withSnapshots({ matchSnapshot, matchInlineSnapshot }: Snapshots) {
  return {
    toHaveExecuted,
    toHaveOpened,
    toHaveRead,
    toHaveWritten,
    toHaveCreated,
    toHaveDeleted,
    toHaveRenamed,
    toHaveConnectedTo,
    toHaveHappenedInOrder,
    toBeHermetic,
    toHaveProbed,
    toHaveSynced,
    toHaveListenedOn,
    toHaveResolvedName,
    toHaveSignalled,
    toHaveEnteredNamespace,
    toHaveExited,
    toHaveCalledSyscall,
    toHaveReapedAllProcesses,
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
export {
  toBeHermetic,
  toHaveConnectedTo,
  toHaveCreated,
  toHaveDeleted,
  toHaveExecuted,
  toHaveHappenedInOrder,
  toHaveOpened,
  toHaveProbed,
  toHaveRead,
  toHaveRenamed,
  toHaveWritten,
}
