// SPDX-License-Identifier: MIT
const { globalSetup, globalTeardown, ...shared } = require('./jest.config.cjs')

module.exports = {
  globalSetup,
  globalTeardown,
  testTimeout: shared.testTimeout,
  rootDir: __dirname,
  projects: ['one', 'another'].map((displayName) => {
    const { testTimeout: _, ...project } = shared
    return { ...project, displayName, testMatch: ['<rootDir>/sequential.test.cjs'] }
  }),
}
