// SPDX-License-Identifier: MIT
// Loaded before a test file: in place of Vitest it gets ./vitest.ts, in place of the package its sources.
import { registerHooks } from 'node:module'

const places: Readonly<Record<string, string>> = {
  vitest: './vitest.ts',
  'spyscall/vitest': './vitest.ts',
  spyscall: '../../../src/index.ts',
  'spyscall/matchers': '../../../src/matchers/index.ts',
}

registerHooks({
  resolve(specifier, context, next) {
    const place = places[specifier]
    return place === undefined ? next(specifier, context) : next(new URL(place, import.meta.url).href, context)
  },
})
