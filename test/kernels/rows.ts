// SPDX-License-Identifier: MIT
// The rows of kernels.json: which kernels there are, and what each is expected to do.
import rows from './kernels.json' with { type: 'json' }

/**
 * What a guest does. `tests`: those of selection.ts · `capabilities`: only looks at them · `hooks`: and at what lsm and fentry programs are for · `refusal`: no session
 * can be opened, with the error that is documented · `panic`: dies.
 */
export type Form = 'tests' | 'capabilities' | 'hooks' | 'refusal' | 'panic'

export interface Row {
  readonly name: string
  /** Debian's word. */
  readonly arch: 'amd64' | 'arm64'
  readonly suite: string
  /** A name, or a regular expression. */
  readonly package: string
  /** For the kernel's command line. */
  readonly append?: string
  /** It preempts programs, and skips some where many tasks are busy: a test whose trace is incomplete for that alone is run again, twice at most. */
  readonly preempts?: true
  /** Default: `tests`. */
  readonly form?: Form
  /** It is a part of `npm test`. */
  readonly short?: boolean
  /** Mirrors forget versions: it may be absent, and is skipped then. It may not fail. */
  readonly optional?: boolean
  /** Just these does `session.capabilities` have, beside the groups of events. */
  readonly capabilities: readonly string[]
  /** The row passes when it fails, and says what this matches: it proves that a row can. */
  readonly mustFail?: string
}

export function readRows(names: readonly string[], short: boolean): readonly Row[] {
  const all = rows as readonly Row[]
  const unknown = names.find((name) => !all.some((row) => row.name === name))
  if (unknown !== undefined)
    throw new Error(`Expected one of ${all.map((row) => row.name).join(', ')}, got \`${unknown}\``)
  if (names.length > 0) return all.filter((row) => names.includes(row.name))
  return short ? all.filter((row) => row.short) : all
}
