// SPDX-License-Identifier: MIT
// Functions of Node's own, whatever a test puts in their place: where it says `jest.mock('fs')`, spies on `fs.existsSync` or works on a file system in memory, an
// `import` gets that, and a matcher would compare with files that are not there.

export const childProcess = process.getBuiltinModule('node:child_process')
export const workerThreads = process.getBuiltinModule('node:worker_threads')
export const { syncBuiltinESMExports } = process.getBuiltinModule('node:module')
export const { accessSync, constants, existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } =
  process.getBuiltinModule('node:fs')
