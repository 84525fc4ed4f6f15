// SPDX-License-Identifier: MIT
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    fsModuleCache: false, // the folder is not the user's
    projects: [
      { extends: true, test: { name: 'here', include: ['vitest/*.test.{js,ts}'] } },
      {
        extends: true,
        test: {
          name: 'elsewhere',
          include: ['elsewhere/*.test.js'],
          setupFiles: ['./elsewhere/another-system.js'],
          provide: { unsupported: 'skip' },
        },
      },
    ],
  },
})
