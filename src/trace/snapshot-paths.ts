// SPDX-License-Identifier: MIT
import type { Text } from './event.ts'
import { anyOf, pathPattern, type TextPattern } from './pattern.ts'

/** One or several: a pattern over paths, or a string with a `!` before it for what is left out. */
export type PathFilterInput = TextPattern | readonly TextPattern[]

/** Whether a file is shown. */
export type PathFilter = (path: Text) => boolean

/**
 * Patterns are those of the matchers, relative to `root`. Without one that takes in, everything is but what is left out. A path that could not be read is shown. Throws
 * MisuseError for what cannot be a pattern.
 */
export function pathFilter(input: PathFilterInput | undefined, root: string): PathFilter {
  if (input === undefined) return () => true
  const inputs: readonly TextPattern[] = Array.isArray(input) ? input : [input as TextPattern]
  const isOut = (pattern: TextPattern): pattern is string => typeof pattern === 'string' && pattern.startsWith('!')
  const out = inputs.filter(isOut).map((pattern) => pathPattern(pattern.slice(1), root, 'the `paths` option'))
  const taken = inputs
    .filter((pattern) => !isOut(pattern))
    .map((pattern) => pathPattern(pattern, root, 'the `paths` option'))
  return (path) => {
    if (typeof path !== 'string') return true
    const isTaken = taken.length === 0 || anyOf(taken.map((pattern) => pattern.match(path))) === 'yes'
    return isTaken && anyOf(out.map((pattern) => pattern.match(path))) !== 'yes'
  }
}
