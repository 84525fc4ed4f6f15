// SPDX-License-Identifier: MIT
// The tests as CommonJS modules, or with SPY_RUNNERS_MODULES=esm as ES modules.
const modules = process.env.SPY_RUNNERS_MODULES === 'esm' ? 'mjs' : 'cjs'

module.exports = {
  rootDir: __dirname,
  testMatch: [`<rootDir>/*.test.${modules}`],
  setupFilesAfterEnv: ['spyscall/jest'],
  globalSetup: '<rootDir>/global-setup.cjs',
  globalTeardown: '<rootDir>/global-teardown.cjs',
  testTimeout: 20_000,
  maxConcurrency: 20,
  transform: {},
}
