// SPDX-License-Identifier: MIT
import type { Target } from '../trace/address.ts'
import type { ProgramPatternInput } from '../trace/names.ts'
import type { TextPattern } from '../trace/pattern.ts'
import type { TraceSnapshotOptions } from '../trace/snapshot.ts'
import type { ConnectedOptions } from './to-have-connected-to.ts'
import type { ExecutedOptions } from './to-have-executed.ts'
import type { OpenedOptions } from './to-have-opened.ts'

/** The matchers as methods of an assertion; `R` is what the runner's methods give. */
export interface KernelMatchers<R> {
  /** A program was executed: by its name, path, glob or RegExp; without one, any. */
  toHaveExecuted(program?: ProgramPatternInput, options?: ExecutedOptions): R
  /** A file was opened: by its path (relative to the project root), name, glob or RegExp; without one, any. */
  toHaveOpened(path?: TextPattern, options?: OpenedOptions): R
  /** A connection was tried: `'host:port'`, `':443'`, `'10.0.0.0/8'`, `'unix:/path'`; without a target, any. */
  toHaveConnectedTo(target?: Target, options?: ConnectedOptions): R
  /** What the processes did equals the stored snapshot. */
  toMatchTraceSnapshot(hint?: string): R
  toMatchTraceSnapshot(options?: TraceSnapshotOptions, hint?: string): R
  /** The same with the snapshot in the test file, where the runner writes it. Write options as an object there and then. */
  toMatchInlineTraceSnapshot(snapshot?: string): R
  toMatchInlineTraceSnapshot(options: TraceSnapshotOptions, snapshot?: string): R
}
