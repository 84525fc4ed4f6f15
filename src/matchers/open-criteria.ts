// SPDX-License-Identifier: MIT
import type { OpenEvent, OpenMode } from '../trace/event.ts'
import { misuse } from '../trace/misuse.ts'
import { printValue } from '../trace/pattern.ts'
import type { Alike } from '../trace/traits.ts'
import { alike, type Criterion, choiceTest } from './criteria.ts'
import type { NamedFile } from './path-criteria.ts'

export function openedFiles({ path, asked }: Pick<Alike<OpenEvent>, 'path' | 'asked'>): readonly NamedFile[] {
  return [{ path, asked, isName: false, isWalked: true }]
}

export function modeCriterion(expected: unknown): Criterion<OpenEvent> {
  if (expected === undefined) {
    return alike({
      printed: '',
      test: ({ mode }) => (mode === 'path' ? 'no' : 'yes'),
      reason: () => 'opened with O_PATH: neither to read nor to write',
    })
  }
  const isMode = choiceTest<OpenMode>(expected, 'mode', ['read', 'write', 'readwrite', 'path'])
  const both = expected === 'read' || expected === 'write'
  return alike({
    printed: `mode ${printValue(expected)}`,
    test: ({ mode }) => (isMode(mode) || (both && mode === 'readwrite') ? 'yes' : 'no'),
    reason: ({ mode }) => `opened for ${mode}, not ${typeof expected === 'string' ? expected : printValue(expected)}`,
  })
}

export function createdCriterion(expected: unknown): Criterion<OpenEvent> {
  if (typeof expected !== 'boolean') throw misuse('the `created` option to be true or false', expected)
  return alike({
    printed: `created ${expected}`,
    test: ({ created }) => (created === expected ? 'yes' : 'no'),
    reason: ({ created }) => (created ? 'the call made the file' : 'the file was there before'),
  })
}
