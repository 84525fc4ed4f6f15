// SPDX-License-Identifier: MIT
import { describe, test } from 'vitest'
import { openSession } from '../../src/session/index.ts'

/**
 * `describe` for tests that trace. Where no session can be opened they are skipped, and the reason is printed; with
 * SPY_REQUIRE_KERNEL=1 (continuous integration) that is a failure.
 */
export const describeKernel = (name: string, tests: () => void): void => {
  if (refusal === undefined) {
    describe(name, tests)
  } else if (process.env['SPY_REQUIRE_KERNEL'] === '1') {
    describe(name, () => {
      test('a session can be opened', () => {
        throw refusal
      })
    })
  } else {
    console.log(`Skipped, ${name}: ${refusal.message}`)
    describe.skip(name, tests)
  }
}

/** For `test.skipIf`, of what only root may do: namespaces, mounts, numbers of processes. Never true with SPY_REQUIRE_KERNEL=1. */
export const lacksRoot = process.getuid?.() !== 0 && process.env['SPY_REQUIRE_KERNEL'] !== '1'

const refusal = await (async () => {
  try {
    const session = await openSession({ scope: 'run' })
    await session.stop()
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
})()
