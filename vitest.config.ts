// SPDX-License-Identifier: MIT
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 12)) {
  throw new Error(
    `Expected Node 22.12 or newer, got ${process.version}. Start the tests with \`npm test\`, \`npm run test:unit\` or ` +
      '`npm run test:kernel`: they bring their own Node. For another command: `bash scripts/with-node.sh vitest …`.',
  )
}

const source = (path: string) => fileURLToPath(new URL(`src/${path}`, import.meta.url))

export default defineConfig({
  resolve: {
    // Tests name the package as its users do, and get the sources.
    alias: [
      { find: /^spyscall$/, replacement: source('index.ts') },
      { find: /^spyscall\/vitest$/, replacement: source('vitest.ts') },
      { find: /^spyscall\/jest$/, replacement: source('jest.ts') },
      { find: /^spyscall\/matchers$/, replacement: source('matchers/index.ts') },
    ],
  },
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      // Two workers: several sessions at once are part of what is tested, and timings stay sane on small machines.
      { extends: true, test: { name: 'kernel', include: ['test/kernel/**/*.test.ts'], maxWorkers: 2 } },
    ],
  },
})
