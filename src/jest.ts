// SPDX-License-Identifier: MIT
// Registers the matchers with Jest's `expect`: `setupFilesAfterEnv: ['spyscall/jest']`.
import { expect } from '@jest/globals'
import type {} from 'expect'
import { lookAtDisk } from './disk.ts'
import { plugin, withSnapshots } from './matchers/index.ts'
import { jestSnapshots } from './matchers/snapshot-adapter.ts'
import type { KernelMatchers } from './matchers/types.ts'
import { showProgressOnTerminal } from './progress.ts'

// `expect` of @jest/globals
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends KernelMatchers<R> {}
  interface AsymmetricMatchers extends KernelMatchers<any> {}
}

// Jest's globals, typed by @types/jest
declare global {
  namespace jest {
    // biome-ignore lint/complexity/noBannedTypes: it has to be spelled as @types/jest has it
    interface Matchers<R, T = {}> extends KernelMatchers<R> {}
    interface Expect extends KernelMatchers<any> {}
    interface InverseAsymmetricMatchers extends KernelMatchers<any> {}
  }
}

if ((expect as unknown) === undefined) {
  throw new Error(
    "Expected `spyscall/jest` to be loaded where Jest's `expect` exists: name it in `setupFilesAfterEnv`, not in `setupFiles`.",
  )
}
lookAtDisk()
showProgressOnTerminal()
expect.extend(withSnapshots(jestSnapshots) as never)
expect.addSnapshotSerializer(plugin as never)
