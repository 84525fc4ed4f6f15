// SPDX-License-Identifier: MIT
import { lookAtDisk } from './disk.ts'
import { showProgressOnTerminal } from './progress.ts'

export { EvidenceError } from './matchers/check.ts'
export type { Step } from './matchers/order-steps.ts'
export type { HermeticOptions } from './matchers/to-be-hermetic.ts'
export type { CalledSyscallOptions, RegisterValue } from './matchers/to-have-called-syscall.ts'
export type { ConnectedOptions } from './matchers/to-have-connected-to.ts'
export type { CreatedOptions } from './matchers/to-have-created.ts'
export type { DeletedOptions } from './matchers/to-have-deleted.ts'
export type { EnteredNamespaceOptions } from './matchers/to-have-entered-namespace.ts'
export type { ExecutedOptions } from './matchers/to-have-executed.ts'
export type { ExitedOptions } from './matchers/to-have-exited.ts'
export type { OrderOptions } from './matchers/to-have-happened-in-order.ts'
export type { ListenedOptions } from './matchers/to-have-listened-on.ts'
export type { OpenedOptions } from './matchers/to-have-opened.ts'
export type { ProbedOptions } from './matchers/to-have-probed.ts'
export type { ReadOptions } from './matchers/to-have-read.ts'
export type { RenamedOptions } from './matchers/to-have-renamed.ts'
export type { ResolvedNameOptions } from './matchers/to-have-resolved-name.ts'
export type { SignalledOptions } from './matchers/to-have-signalled.ts'
export type { SyncedOptions } from './matchers/to-have-synced.ts'
export type { WrittenOptions } from './matchers/to-have-written.ts'
export type { KernelMatchers } from './matchers/types.ts'
export {
  openSession,
  type Scope,
  type Session,
  SessionError,
  type SessionErrorCode,
  type SessionOptions,
  traced,
  whyNoSession,
} from './session/index.ts'
export type { Target, TargetParts } from './trace/address.ts'
export type * from './trace/event.ts'
export type { EventGroup } from './trace/groups.ts'
export { type DelegateName, delegateNames } from './trace/hermetic/delegates.ts'
export { hermeticIgnore, toolchainPaths } from './trace/hermetic/places.ts'
export type { HermeticPolicy, SocketFamily } from './trace/hermetic/policy.ts'
export type { SuggestedPolicy } from './trace/hermetic/suggest.ts'
export { TraceFileError } from './trace/log-file.ts'
export { MisuseError } from './trace/misuse.ts'
export type { ProgramPatternInput } from './trace/names.ts'
export type { AsymmetricMatcher, TextPattern } from './trace/pattern.ts'
export type { Process } from './trace/process.ts'
export { renderEvent } from './trace/render.ts'
export type { TraceSnapshotOptions } from './trace/snapshot.ts'
export type { LatencyBucket, SyscallCount } from './trace/syscall-counts.ts'
export { bytesOf } from './trace/text.ts'
export { Trace } from './trace/trace.ts'
export type { Gap, Lost, TraceInfo } from './trace/trace-info.ts'

lookAtDisk()
showProgressOnTerminal()
