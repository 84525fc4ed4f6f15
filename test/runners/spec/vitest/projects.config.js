// SPDX-License-Identifier: MIT
import { defineConfig } from 'vitest/config'

const shared = { globalSetup: './global-setup.js', testTimeout: 20_000, hookTimeout: 20_000, maxConcurrency: 20 }

export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: 'in-processes', pool: 'forks', include: ['sequential.test.js'] } },
      {
        test: { ...shared, name: 'in-threads', pool: 'threads', include: ['sequential.test.js', 'concurrent.test.js'] },
      },
    ],
  },
})
