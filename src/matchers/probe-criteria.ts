// SPDX-License-Identifier: MIT
// Files that were looked at by name.
import type { ProbeEvent } from '../trace/event.ts'
import { probeKinds } from '../trace/kinds.ts'
import { MisuseError, misuse } from '../trace/misuse.ts'
import { printValue } from '../trace/pattern.ts'
import type { Alike } from '../trace/traits.ts'
import { alike, type Criterion, choiceTest, plainCall } from './criteria.ts'
import type { NamedFile } from './path-criteria.ts'

const calls = [
  ...probeKinds,
  'lstat',
  'newfstatat',
  'fstatat64',
  'statx',
  'stat64',
  'lstat64',
  'oldstat',
  'oldlstat',
  'faccessat',
  'faccessat2',
  'readlinkat',
  'getdents',
  'getdents64',
] as const

/** What was looked at: the name, or of a call that follows links what it leads to. A name that was not found led nowhere. */
export function probedFiles({ path, asked, resolved, followed, result }: Alike<ProbeEvent>): readonly NamedFile[] {
  const name = { path, asked, isName: true, isWalked: resolved === 'kernel' }
  return followed && result.ok ? [name, { ...name, isName: false }] : [name]
}

/** Found: the call worked. Not found: there is no such file. Anything else that went wrong is neither. */
export function foundCriterion(expected: unknown): Criterion<ProbeEvent> {
  if (typeof expected !== 'boolean') throw misuse('the `found` option to be true or false', expected)
  return alike<ProbeEvent>({
    printed: `found ${expected}`,
    test: ({ result }) => {
      if (expected) return result.ok ? 'yes' : 'no'
      return !result.ok && (result.errno === 'ENOENT' || result.errno === 'ENOTDIR') ? 'yes' : 'no'
    },
    reason: ({ result }) => (result.ok ? 'it was found' : `failed: ${result.errno ?? 'no answer'}`),
  })
}

export function refuseFoundWithErrno(options: { readonly found?: unknown; readonly errno?: unknown }): void {
  if (options.found !== undefined && options.errno !== undefined)
    throw new MisuseError('The `found` option cannot be used with `errno`, which says it more exactly.')
}

/** A kind of probe, by whatever call, or the name of one call. */
export function probeCallCriterion(expected: unknown): Criterion<ProbeEvent> {
  const matches = choiceTest<string>(expected, 'call', calls)
  const isKind = (probeKinds as readonly unknown[]).includes(expected)
  return alike<ProbeEvent>({
    printed: `call ${printValue(expected)}`,
    test: ({ kind, call }) => ((isKind ? kind === expected : matches(plainCall(call))) ? 'yes' : 'no'),
    reason: ({ call }) => `its call is ${call}`,
  })
}
