// SPDX-License-Identifier: MIT
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
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

/** For `test.skipIf`, of what only root may do: namespaces, mounts, numbers of processes. The reason, or false; never a reason with SPY_REQUIRE_KERNEL=1. */
export const lacksRoot =
  process.getuid?.() !== 0 && process.env['SPY_REQUIRE_KERNEL'] !== '1' && 'only root may do what it does'

/** The same of what takes a network of its own, which a user may have who may make a user namespace. */
export const lacksNetworks =
  lacksRoot &&
  spawnSync('unshare', ['--map-root-user', '--net', 'true']).status !== 0 &&
  'this user may make no network of its own'

/** Where a kernel's version is what tells. */
export function kernelAtLeast(major: number, minor: number): boolean {
  const [isMajor = 0, isMinor = 0] = readFileSync('/proc/sys/kernel/osrelease', 'utf8').split('.').map(Number)
  return isMajor > major || (isMajor === major && isMinor >= minor)
}

const refusal = await (async () => {
  try {
    const session = await openSession({ scope: 'run' })
    await session.stop()
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
})()
