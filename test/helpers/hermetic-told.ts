// SPDX-License-Identifier: MIT
// What `toBeHermetic` says of a run.
import { expect } from 'spyscall/vitest'
import type { HermeticOptions } from '../../src/matchers/index.ts'
import type { HermeticPolicy } from '../../src/trace/hermetic/policy.ts'
import type { TraceView } from '../../src/trace/view.ts'
import { HermeticTrace } from './hermetic-trace.ts'
import { messageOf } from './message-of.ts'
import type { ProcessBuilder, TraceOptions } from './trace-builder.ts'

/** What one program does. */
export function did(
  act: (process: ProcessBuilder, trace: HermeticTrace) => unknown,
  options?: TraceOptions,
): TraceView {
  const trace = new HermeticTrace(options)
  act(trace.root.spawn('/usr/bin/tool', ['tool']), trace)
  return trace.ended()
}

/** The lines that tell what a policy with the toolchain does not declare, without lineages. */
export function told(trace: TraceView, given: HermeticPolicy): string[] {
  const message = messageOf(() => expect(trace).toBeHermetic({ toolchain: true, ...given }, { unused: 'ignore' }))
  const lines = message.split('\n').slice(4)
  return lines.filter((line) => line !== '' && !/^ {6}|^`trace/.test(line))
}

/** That such a policy is passed, and needed. */
export function isHermetic(
  trace: TraceView,
  given: HermeticPolicy,
  options: HermeticOptions = { unused: 'fail' },
): void {
  expect(trace).toBeHermetic({ toolchain: true, ...given }, options)
}
