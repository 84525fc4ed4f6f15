// SPDX-License-Identifier: MIT
// What is run under both tracers.
import { builds } from './corpus/builds.ts'
import type { Entry } from './corpus/entry.ts'
import { fixtures } from './corpus/fixtures.ts'
import { programs } from './corpus/programs.ts'
import { systems } from './corpus/systems.ts'

export const corpus: readonly Entry[] = [...programs, ...builds, ...systems, ...fixtures]
