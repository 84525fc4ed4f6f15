// SPDX-License-Identifier: MIT
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: './global-setup.js',
    testTimeout: 20_000,
    hookTimeout: 20_000,
    maxConcurrency: 20,
    maxWorkers: 3,
  },
})
