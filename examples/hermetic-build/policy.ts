// SPDX-License-Identifier: MIT
// What the build may use. Printed by `trace.suggestPolicy()`, then read, and made a little wider where machines differ.
import type { HermeticPolicy } from 'spyscall'

export const policy: HermeticPolicy = {
  inputs: ['greet', 'greet/*.{c,h}', 'greet/Makefile'],
  outputs: ['greet/build/**', '/tmp/cc*'],
  toolchain: true,
  executables: ['as', 'cc1', 'collect2', 'gcc', 'ld', 'make', 'mkdir'],
  // The compiler looks for precompiled headers there, and the linker for libraries.
  absent: ['greet/*'],
}
