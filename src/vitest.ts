// SPDX-License-Identifier: MIT
// Registers the matchers with Vitest's `expect`: as a setup file, or by importing from here what one would import from `vitest`.
import { test as base, expect, type RunnerTask, Snapshots } from 'vitest'
import { lookAtDisk } from './disk.ts'
import { plugin, withSnapshots } from './matchers/index.ts'
import { vitestSnapshots } from './matchers/snapshot-adapter.ts'
import type { KernelMatchers } from './matchers/types.ts'
import { showProgressOnTerminal } from './progress.ts'
import { invalidOption } from './session/errors.ts'
import { openSession, type Session, SessionError, type SessionOptions } from './session/index.ts'
import { describe as describeValue } from './trace/misuse.ts'
import type { Trace } from './trace/trace.ts'

declare global {
  namespace Chai {
    interface Assertion extends KernelMatchers<void> {}
  }
}

declare module 'vitest' {
  interface AsymmetricMatchersContaining extends KernelMatchers<any> {}
  interface ProvidedContext {
    unsupported?: 'error' | 'skip'
  }
}

// With `isolate: false` this file runs once for each test file, on one `expect`: matchers are replaced, the serializer stays.
lookAtDisk()
showProgressOnTerminal()

const registered = Symbol.for('spyscall.serializer')
const state = expect as unknown as Record<symbol, boolean>
expect.extend(withSnapshots(vitestSnapshots(Snapshots)) as never)
if (state[registered] !== true) {
  expect.addSnapshotSerializer(plugin)
  state[registered] = true
}

export interface SpyscallFixtures {
  /** Options of the test's session; `test.extend({ sessionOptions: { events: ['process'] } })` sets them. */
  sessionOptions: SessionOptions
  /**
   * What becomes of a test that asks for a session where the system cannot record: `'error'` (default), or `'skip'`, with the reason. Missing privileges are an error always.
   * Set by `test.extend({ unsupported: 'skip' })`, or for a project by `provide: { unsupported: 'skip' }` in its configuration.
   */
  unsupported: 'error' | 'skip'
  /** A session that is open during the test, stopped after it. In a concurrent test its scope is `'run'`. */
  session: Session
  /** The trace of that session: live, and of everything that the test starts. */
  trace: Trace
}

/** Whether other tests of the file may run at the same time: those beside the test, or beside a suite that it is in. */
function isConcurrent({ concurrent, suite }: Readonly<RunnerTask>): boolean {
  return concurrent === true || (suite !== undefined && isConcurrent(suite))
}

/** Vitest's `test`, with a session for the tests that ask for one. */
export const test = base.extend<SpyscallFixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the names of the fixtures that one needs out of the pattern
  sessionOptions: async ({}, use) => {
    await use({})
  },
  unsupported: ['error', { injected: true }],
  session: async ({ sessionOptions, unsupported, task, skip }, use) => {
    const scope = isConcurrent(task) ? { scope: 'run' as const } : {}
    const skips = asksToSkip(unsupported)
    const session = await openSession({ ...scope, ...sessionOptions }).catch((error: unknown) => {
      if (skips && error instanceof SessionError && error.code === 'UNSUPPORTED') skip(error.message)
      throw error
    })
    try {
      await use(session)
    } finally {
      await session.stop()
    }
  },
  trace: async ({ session, sessionOptions, task }, use) => {
    if (isConcurrent(task) && sessionOptions.scope !== 'run') {
      throw new Error(
        'Expected the test with the `trace` fixture not to be concurrent: what tests of one worker start at the same time cannot be told ' +
          'apart. Start it in `session.run(() => …)` of the `session` fixture and assert on `session.trace`, or use `traced(() => …)`.',
      )
    }
    await use(session.trace)
  },
})

/** The values come from configurations, which no compiler looks at. */
function asksToSkip(unsupported: unknown): boolean {
  if (unsupported !== 'error' && unsupported !== 'skip')
    throw invalidOption(`Expected \`unsupported\` to be 'error' or 'skip', got ${describeValue(unsupported)}.`)
  return unsupported === 'skip'
}

export const it: typeof test = test

export * from 'vitest'
export { EvidenceError } from './matchers/check.ts'
export { openSession, type Session, type SessionOptions, traced, whyNoSession } from './session/index.ts'
export { Trace } from './trace/trace.ts'
export { expect }
