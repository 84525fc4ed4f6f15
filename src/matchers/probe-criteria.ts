// SPDX-License-Identifier: MIT
// Files that were looked at by name.
import type { ProbeEvent } from '../trace/event.ts'
import { MisuseError, misuse } from '../trace/misuse.ts'
import { printValue, type Verdict } from '../trace/pattern.ts'
import type { Alike } from '../trace/traits.ts'
import { alike, type Criterion, choiceTest, plainCall } from './criteria.ts'
import { type FilePattern, type NamedFile, pathCriterion } from './path-criteria.ts'

export const probeKinds = ['stat', 'access', 'readlink', 'list'] as const

/** Calls that follow a link at the end of a path, whatever their flags. */
const following: ReadonlySet<string> = new Set(['stat', 'stat64', 'oldstat', 'access', 'faccessat'])
/** Calls that look at the link itself. */
const staying: ReadonlySet<string> = new Set(['lstat', 'lstat64', 'oldlstat', 'readlink', 'readlinkat'])

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

/** The name that was looked at; what failed led nowhere. */
function probedName({ path, asked, resolved }: Alike<ProbeEvent>): NamedFile {
  return { path, asked, isName: true, isWalked: resolved === 'kernel' }
}

/**
 * The path is the one that was given: a pattern of what a link at its end leads to matches where the call is one that follows. Of one whose flags decide that, which are not recorded, it is
 * not known.
 */
export function probedCriterion(pattern: FilePattern): Criterion<ProbeEvent> {
  const byName = pathCriterion<ProbeEvent>(pattern, (event) => [probedName(event)])
  const throughLink = (event: Alike<ProbeEvent>): Verdict =>
    !event.result.ok || staying.has(event.call) ? 'no' : pattern.match({ ...probedName(event), isName: false })
  const test = (event: Alike<ProbeEvent>): Verdict => {
    const verdict = byName.test(event as ProbeEvent)
    if (verdict !== 'no') return verdict
    const led = throughLink(event)
    return led === 'yes' && !following.has(event.call) ? 'unknown' : led
  }
  return alike<ProbeEvent>({
    printed: byName.printed,
    test,
    reason: (event) =>
      byName.test(event) === 'no' && test(event) === 'unknown'
        ? 'its last name is a link that leads there, and whether the call followed it was not recorded'
        : byName.reason(event),
    note: (event) => {
      if (byName.test(event) === 'yes') return byName.note?.(event) ?? null
      const way = pattern.way({ ...probedName(event), isName: false })
      return way === null ? null : `matched by: ${way}`
    },
  })
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
