// SPDX-License-Identifier: MIT
// The built package in Jest, CommonJS: `spyscall` is resolved through the exports of package.json.
module.exports = {
  rootDir: __dirname,
  testMatch: ['<rootDir>/**/*.test.cjs'],
  setupFilesAfterEnv: ['spyscall/jest'],
  testTimeout: 60_000,
  injectGlobals: true,
}
