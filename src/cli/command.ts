// SPDX-License-Identifier: MIT
import type { ParseArgsOptionsConfig } from 'node:util'

/** Options as node:util parses them: absent ones without a default are undefined. */
export type Values = Readonly<Record<string, string | boolean | undefined>>

/** One command of `npx spyscall`. */
export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What `--help` prints. */
  readonly usage: string
  readonly options: ParseArgsOptionsConfig
  /** Gives the exit code: 0, or 1 where it could not be done. Throws UsageError. */
  run(values: Values): Promise<number>
}

/** A command line that cannot be meant; exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}
