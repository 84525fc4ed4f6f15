// SPDX-License-Identifier: MIT
import { posix } from 'node:path'
import { showText } from '../trace/escape.ts'
import type { OpenEvent, OpenMode, Text } from '../trace/event.ts'
import { misuse } from '../trace/misuse.ts'
import { editDistance, slipLimit } from '../trace/nearest.ts'
import { baseName, type Pattern, printValue, type Verdict } from '../trace/pattern.ts'
import { type Criterion, choiceTest } from './criteria.ts'

export function pathCriterion(pattern: Pattern): Criterion<OpenEvent> {
  return {
    printed: pattern.printed,
    test: ({ path, asked }) => pathVerdict(pattern, path, asked),
    reason: ({ path, asked }) => {
      if (typeof path !== 'string') return 'its path could not be read'
      const name = baseName(path)
      if (name !== pattern.wanted) return `named ${showText(name)}, not ${pattern.printed}`
      const how = asked === path ? '' : ` (asked for as ${showText(asked)})`
      const where = pattern.folder === undefined ? '' : `, not in ${showText(pattern.folder)}`
      return `in ${showText(posix.dirname(path))}${how}${where}`
    },
    note: ({ path, asked }) => {
      if (pattern.match(path) === 'yes')
        return pattern.isThroughLink(path) ? `matched by: ${showText(path)}, which ${pattern.printed} leads to` : null
      return pathVerdict(pattern, path, asked) === 'yes' ? `matched by: asked path ${showText(asked)}` : null
    },
  }
}

/** The asked path counts too, since a link may be in it. A relative one is whole only in its last segment. */
export function pathVerdict(pattern: Pattern, path: Text, asked: Text): Verdict {
  const verdict = pattern.match(path)
  if (verdict === 'yes' || asked === path) return verdict
  if (typeof asked === 'string' && !asked.startsWith('/') && !pattern.isName) return verdict
  const other = pattern.match(asked)
  return other === 'no' ? verdict : other
}

export function modeCriterion(expected: unknown): Criterion<OpenEvent> {
  if (expected === undefined) {
    return {
      printed: '',
      test: ({ mode }) => (mode === 'path' ? 'no' : 'yes'),
      reason: () => 'opened with O_PATH: neither to read nor to write',
    }
  }
  const isMode = choiceTest<OpenMode>(expected, 'mode', ['read', 'write', 'readwrite', 'path'])
  const both = expected === 'read' || expected === 'write'
  return {
    printed: `mode ${printValue(expected)}`,
    test: ({ mode }) => (isMode(mode) || (both && mode === 'readwrite') ? 'yes' : 'no'),
    reason: ({ mode }) => `opened for ${mode}, not ${typeof expected === 'string' ? expected : printValue(expected)}`,
  }
}

export function createdCriterion(expected: unknown): Criterion<OpenEvent> {
  if (typeof expected !== 'boolean') throw misuse('the `created` option to be true or false', expected)
  return {
    printed: `created ${expected}`,
    test: ({ created }) => (created === expected ? 'yes' : 'no'),
    reason: ({ created }) => (created ? 'the call made the file' : 'the file was there before'),
  }
}

const mostFiles = 6
const mostLooked = 20_000

/** Whether a path is below the project root. */
export function inProject(root: string): (path: Text) => boolean {
  const start = root === '/' ? root : `${root}/`
  return (path) => typeof path === 'string' && path.startsWith(start)
}

/** Some of the project's files that were opened, for when nothing is near. */
export function openedFiles(events: Iterable<OpenEvent>, root: string): string[] {
  const own = new Set<string>()
  let looked = 0
  for (const { path, result, fileType } of events) {
    if (++looked > mostLooked) break
    if (result.ok && fileType !== 'directory' && typeof path === 'string') own.add(showText(posix.relative(root, path)))
  }
  if (own.size === 0) return ['No file of the project was opened.']
  const more = own.size > mostFiles ? `, … ${own.size - mostFiles} more` : ''
  return [`Opened in the project: ${[...own].slice(0, mostFiles).join(', ')}${more}`]
}

/** How far the last segment of a path is from the wanted one; asked once for each path. */
export function distanceTo(wanted: string | null): (path: Text) => number | null {
  if (wanted === null) return () => null
  const limit = slipLimit(wanted)
  const known = new Map<Text, number | null>()
  return (path) => {
    let distance = known.get(path)
    if (distance === undefined) {
      const changes = typeof path === 'string' ? editDistance(wanted, baseName(path), limit) : limit + 1
      distance = changes <= limit ? changes : null
      known.set(path, distance)
    }
    return distance
  }
}
