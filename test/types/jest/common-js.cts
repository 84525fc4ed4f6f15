// SPDX-License-Identifier: MIT
// A CommonJS user gets the `.cjs` files and the types that belong to them. Checked by the compiler, never run.
import spyscall = require('spyscall')
import matchers = require('spyscall/matchers')

import '@jest/globals'
import 'spyscall/jest'

async function use(): Promise<spyscall.Trace> {
  const { result, trace } = await spyscall.traced(() => 42)
  const exact: number = result
  const loaded: spyscall.Trace = spyscall.Trace.load(`saved-${exact}`)
  return loaded.complete ? loaded : trace
}

void use
void matchers.toHaveExecuted
