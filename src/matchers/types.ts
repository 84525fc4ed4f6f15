// SPDX-License-Identifier: MIT
import type { Target } from '../trace/address.ts'
import type { NamespaceType } from '../trace/event.ts'
import type { HermeticPolicy } from '../trace/hermetic/policy.ts'
import type { ProgramPatternInput } from '../trace/names.ts'
import type { AsymmetricMatcher, TextPattern } from '../trace/pattern.ts'
import type { TraceSnapshotOptions } from '../trace/snapshot.ts'
import type { Step } from './order-steps.ts'
import type { HermeticOptions } from './to-be-hermetic.ts'
import type { CalledSyscallOptions } from './to-have-called-syscall.ts'
import type { ConnectedOptions } from './to-have-connected-to.ts'
import type { CreatedOptions } from './to-have-created.ts'
import type { DeletedOptions } from './to-have-deleted.ts'
import type { EnteredNamespaceOptions } from './to-have-entered-namespace.ts'
import type { ExecutedOptions } from './to-have-executed.ts'
import type { ExitedOptions } from './to-have-exited.ts'
import type { OrderOptions } from './to-have-happened-in-order.ts'
import type { ListenedOptions } from './to-have-listened-on.ts'
import type { OpenedOptions } from './to-have-opened.ts'
import type { ProbedOptions } from './to-have-probed.ts'
import type { ReadOptions } from './to-have-read.ts'
import type { RenamedOptions } from './to-have-renamed.ts'
import type { ResolvedNameOptions } from './to-have-resolved-name.ts'
import type { SignalledOptions } from './to-have-signalled.ts'
import type { SyncedOptions } from './to-have-synced.ts'
import type { WrittenOptions } from './to-have-written.ts'

/** The matchers as methods of an assertion; `R` is what the runner's methods give. */
export interface KernelMatchers<R> {
  /** A program was executed: by its name, path, glob or RegExp; without one, any. */
  toHaveExecuted(program?: ProgramPatternInput, options?: ExecutedOptions): R
  /** A file was opened: by its path (relative to the project root), name, glob or RegExp; without one, any. */
  toHaveOpened(path?: TextPattern, options?: OpenedOptions): R
  /** Something was read of a file, or it was mapped; without a path, of any. `times` counts calls. */
  toHaveRead(path?: TextPattern, options?: ReadOptions): R
  /** What is in a file was changed: written, mapped writable, cut, or emptied by an open; without a path, of any. `times` counts calls. */
  toHaveWritten(path?: TextPattern, options?: WrittenOptions): R
  /** A file, folder, link … was made, or got its name by a rename; without a path, any. */
  toHaveCreated(path?: TextPattern, options?: CreatedOptions): R
  /** A name was removed: unlink or rmdir; without a path, any. */
  toHaveDeleted(path?: TextPattern, options?: DeletedOptions): R
  /** A file got another name; either path may be undefined, to mean any. */
  toHaveRenamed(from?: TextPattern, to?: TextPattern, options?: RenamedOptions): R
  /** A file was looked at by name, found or not: stat, access, readlink, listing a folder; without a path, any. */
  toHaveProbed(path?: TextPattern, options?: ProbedOptions): R
  /** Data of a file was asked to be on the disk: fsync and its kin; without a path, of any. */
  toHaveSynced(path?: TextPattern, options?: SyncedOptions): R
  /** A connection was tried: `'host:port'`, `':443'`, `'10.0.0.0/8'`, `'example.com'`, `'unix:/path'`; without a target, any. */
  toHaveConnectedTo(target?: Target, options?: ConnectedOptions): R
  /** A socket took connections, or a UDP socket was bound: `':8080'`, `'unix:/path'`, `{ port }`; without a target, any. */
  toHaveListenedOn(target?: Target, options?: ListenedOptions): R
  /** A name was asked of DNS: `'example.com'`, `'*.example.com'`, RegExp; without one, any. */
  toHaveResolvedName(name?: TextPattern, options?: ResolvedNameOptions): R
  /** A signal was sent: `'SIGTERM'`; without one, any that a program sent. */
  toHaveSignalled(signal?: string | RegExp | AsymmetricMatcher, options?: SignalledOptions): R
  /** A process came into a namespace of its own, or into another one: `'net'`, `'user'`; without a type, any. */
  toHaveEnteredNamespace(type?: NamespaceType | AsymmetricMatcher, options?: EnteredNamespaceOptions): R
  /** A process ended, by the program that it ran last; without one, any. */
  toHaveExited(program?: ProgramPatternInput, options?: ExitedOptions): R
  /** A system call was made, by its name; the session has to be asked for its events. */
  toHaveCalledSyscall(name: string, options?: CalledSyscallOptions): R
  /** Every process that was started has ended. */
  toHaveReapedAllProcesses(): R
  /** Things happened one after the other: `[{ write: 'a.tmp' }, { sync: 'a.tmp' }, { rename: ['a.tmp', 'a'] }]`. */
  toHaveHappenedInOrder(steps: readonly Step[], options?: OrderOptions): R
  /** Everything that the processes read, looked at, wrote, executed and connected to is declared by the policy. */
  toBeHermetic(policy: HermeticPolicy, options?: HermeticOptions): R
  /** What the processes did equals the stored snapshot. */
  toMatchTraceSnapshot(hint?: string): R
  toMatchTraceSnapshot(options?: TraceSnapshotOptions, hint?: string): R
  /** The same with the snapshot in the test file, where the runner writes it. Write options as an object there and then. */
  toMatchInlineTraceSnapshot(snapshot?: string): R
  toMatchInlineTraceSnapshot(options: TraceSnapshotOptions, snapshot?: string): R
}
