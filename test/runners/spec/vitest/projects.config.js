// SPDX-License-Identifier: MIT
import { defineConfig } from 'vitest/config'

const shared = { testTimeout: 20_000, hookTimeout: 20_000, maxConcurrency: 20 }

export default defineConfig({
  test: {
    globalSetup: './global-setup.js',
    maxWorkers: 3, // however few processors there are
    projects: [
      { test: { ...shared, name: 'in-processes', pool: 'forks', include: ['sequential.test.js'] } },
      {
        test: { ...shared, name: 'in-threads', pool: 'threads', include: ['sequential.test.js', 'concurrent.test.js'] },
      },
    ],
  },
})
