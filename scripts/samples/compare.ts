// SPDX-License-Identifier: MIT
// Whether an output in the documentation is what the run really printed, but for what no two runs have in common.
import { stripVTControlCharacters } from 'node:util'

/** What the documentation writes for the folder that a sample runs in. */
export const shownFolder = '/home/me/project'

/** What differs from run to run, and what is compared in its place. */
const varying: readonly (readonly [RegExp, string])[] = [
  [/[+-]?\b\d+(\.\d+)?(ns|µs|ms| ?s)\b/g, '<time>'],
  [/\b(\w[\w.-]*)\[\d+\]/g, '$1[<pid>]'],
  [/^( *- )\[\d+\]/gm, '$1[<pid>]'],
  [/\b\d+ events\b/g, '<n> events'],
  [/\b\d+ (records?|bytes)\b/g, '<n> $1'],
  [/(127\.0\.0\.1|\[::1\]|localhost):(3[2-9]|[45]\d|6[0-5])\d{3}\b/g, '$1:<port>'],
  [/^(\w+): \d+ calls, \d+ errors/gm, '$1: <n> calls, <n> errors'],
  [/^(?: +<time> \|@* +\d+$\n?)+/gm, '<histogram>\n'],
  [/\/tmp\/cc\w{6}/g, '/tmp/cc<random>'],
  [/-j ?\d+\b/g, '-j<n>'],
]

/** The text of a run as the documentation would show it. */
export function shown(text: string, folder: string): string {
  const lines = stripVTControlCharacters(text).replaceAll(folder, shownFolder).split('\n')
  return lines.map((line) => line.trimEnd()).join('\n')
}

/**
 * Null where the two are the same; else the first line that is not. In what is `told`, `…` stands for any text, and on a line by itself for
 * any lines.
 */
export function difference(told: string, printed: string): string | null {
  const expected = neutral(told).trimEnd().split('\n')
  const actual = neutral(printed).trimEnd().split('\n')
  const furthest = furthestMatch(expected, actual)
  if (furthest === null) return null
  return [
    `line ${furthest.expected + 1}:`,
    `  the page: ${told.split('\n')[furthest.expected] ?? '(its end)'}`,
    `  the run:  ${printed.split('\n')[furthest.actual] ?? '(its end)'}`,
  ].join('\n')
}

function neutral(text: string): string {
  return varying.reduce((result, [pattern, instead]) => result.replace(pattern, instead), text)
}

/** Null where all of it matches, else how far it does. */
function furthestMatch(expected: readonly string[], actual: readonly string[]) {
  let furthest = { expected: 0, actual: 0 }
  const matches = (e: number, a: number): boolean => {
    if (e >= furthest.expected) furthest = { expected: e, actual: a }
    const line = expected[e]
    if (line === undefined) return a === actual.length
    if (line.trim() === '…')
      return actual.slice(a).some((_, skipped) => matches(e + 1, a + skipped)) || matches(e + 1, actual.length)
    return a < actual.length && fits(line, actual[a] as string) && matches(e + 1, a + 1)
  }
  return matches(0, 0) ? null : furthest
}

function fits(told: string, printed: string): boolean {
  const parts = told.split('…').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(printed)
}
