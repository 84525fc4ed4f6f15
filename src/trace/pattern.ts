// SPDX-License-Identifier: MIT
import { posix } from 'node:path'
import picomatch from 'picomatch'
import { escapeText } from './escape.ts'
import type { Text } from './event.ts'
import { misuse } from './misuse.ts'

/** Whether something matches. `unknown`: the text that would decide could not be read, so neither answer is sound. */
export type Verdict = 'yes' | 'no' | 'unknown'

/** `expect.stringContaining(…)` and its kin, of either runner. */
export interface AsymmetricMatcher {
  asymmetricMatch(other: unknown): boolean
}

/** A path, a name, a glob, a RegExp or an asymmetric matcher. */
export type TextPattern = string | RegExp | AsymmetricMatcher

/** One predicate over the kernel's text, and how it is shown in a message. */
export interface Pattern {
  /** As the person wrote it, escaped: `"src/*.c"`, `/\.o$/`, `StringContaining "x"`. */
  readonly printed: string
  /** The last segment of a literal string, to find what it was probably meant to be; null for other patterns. */
  readonly wanted: string | null
  /** It looks at the last segment of a path only. */
  readonly isName: boolean
  match(text: Text): Verdict
}

export function isAsymmetric(value: unknown): value is AsymmetricMatcher {
  return (
    typeof value === 'object' && value !== null && typeof (value as AsymmetricMatcher).asymmetricMatch === 'function'
  )
}

/**
 * A pattern over paths. A string with a `/` is a path, relative to `root` unless absolute; without one it is a name and is
 * compared with the last segment. With glob magic (`*`, `?`, `{}`, `[]`) it is taken as a glob, dot files included;
 * a path that really is spelled so still matches (picomatch sees to that). A RegExp and an asymmetric matcher see the whole path.
 */
export function pathPattern(input: unknown, root: string, what: string): Pattern {
  if (typeof input === 'string') return stringPattern(input, root, what)
  return valuePattern(input, what)
}

/** A pattern over any text: a string must be equal. */
export function valuePattern(input: unknown, what: string): Pattern {
  if (typeof input === 'string') return pattern(printValue(input), input, (text) => text === input)
  if (input instanceof RegExp || Object.prototype.toString.call(input) === '[object RegExp]') {
    const own = new RegExp(input as RegExp) // a copy: `lastIndex` of a global or sticky one is state
    return pattern(
      printValue(input),
      null,
      remembered((text) => {
        own.lastIndex = 0
        return own.test(text)
      }),
    )
  }
  if (isAsymmetric(input))
    return pattern(
      printValue(input),
      null,
      remembered((text) => input.asymmetricMatch(text)),
    )
  throw misuse(`${what} to be a string, a RegExp or an asymmetric matcher`, input)
}

function stringPattern(input: string, root: string, what: string): Pattern {
  if (input === '') throw misuse(`${what} not to be empty`, input, 'Leave it out to mean any.')
  if (input.includes('\0')) throw misuse(`${what} to be without NUL, as paths are`, input)
  const scan = picomatch.scan(input, { nonegate: true })
  const printed = printValue(input)
  if (!input.includes('/') && input !== '.' && input !== '..') {
    const ending = `/${input}`
    const isName = (text: string) => text === input || text.endsWith(ending)
    if (!scan.isGlob) return pattern(printed, input, isName, { isName: true })
    const isMatch = picomatch(input, { dot: true, nonegate: true })
    return pattern(
      printed,
      null,
      remembered((text) => isMatch(baseName(text))),
      { isName: true },
    )
  }
  const whole = posix.resolve(root, input)
  const isPath = (text: string) => text === whole || (mayBeIrregular(text) && regular(text) === whole)
  const literal = pattern(printed, baseName(whole), isPath, { whole })
  if (!scan.isGlob) return literal
  const base = posix.resolve(root, scan.base)
  const folder = base === '/' ? base : `${base}/`
  const isMatch = picomatch(scan.glob, { dot: true, nonegate: true })
  return pattern(
    printed,
    null,
    remembered((text) => {
      const path = mayBeIrregular(text) ? regular(text) : text
      return path.startsWith(folder) && isMatch(path.slice(folder.length))
    }),
  )
}

function pattern(
  printed: string,
  wanted: string | null,
  matches: (text: string) => boolean,
  { whole, isName = false }: { whole?: string; isName?: boolean } = {},
): Pattern {
  return {
    printed,
    wanted,
    isName,
    match(text) {
      if (typeof text === 'string') return matches(text) ? 'yes' : 'no'
      if (text.status === 'absent') return 'no'
      // A cut path that already differs can never become equal.
      if (text.status === 'truncated' && whole !== undefined && !whole.startsWith(text.prefix)) return 'no'
      return 'unknown'
    },
  }
}

/** Asked once for each distinct string: a trace has many events and few paths. */
function remembered(matches: (text: string) => boolean): (text: string) => boolean {
  const answers = new Map<string, boolean>()
  return (text) => {
    let answer = answers.get(text)
    if (answer === undefined) {
      answer = matches(text)
      answers.set(text, answer)
    }
    return answer
  }
}

function mayBeIrregular(path: string): boolean {
  return path.includes('/.') || path.includes('//') || (path.length > 1 && path.endsWith('/'))
}

function regular(path: string): string {
  const normal = posix.normalize(path)
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal
}

/** The last segment of a path. */
export function baseName(path: string): string {
  const end = path.length > 1 && path.endsWith('/') ? path.length - 1 : path.length
  return path.slice(path.lastIndexOf('/', end - 1) + 1, end)
}

/** First of the alternatives that is `yes`; else whether one of them could have been. */
export function anyOf(verdicts: Iterable<Verdict>): Verdict {
  let result: Verdict = 'no'
  for (const verdict of verdicts) {
    if (verdict === 'yes') return 'yes'
    if (verdict === 'unknown') result = 'unknown'
  }
  return result
}

/** An expected value on one line, the same in both runners: `"gcc"`, `/^g/`, `ArrayContaining ["-c"]`. */
export function printValue(value: unknown): string {
  if (typeof value === 'string') return `"${escapeText(value).replaceAll('"', '\\"')}"`
  if (Array.isArray(value)) return `[${value.map(printValue).join(', ')}]`
  if (Object.prototype.toString.call(value) === '[object RegExp]')
    return escapeText(String(value)).replaceAll('\\\\', '\\')
  if (isAsymmetric(value)) return printAsymmetric(value)
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    return `{${entries.map(([key, item]) => `${escapeText(key)}: ${printValue(item)}`).join(', ')}}`
  }
  return typeof value === 'bigint' ? `${value}n` : escapeText(String(value))
}

function printAsymmetric(value: AsymmetricMatcher): string {
  const own = value as { toAsymmetricMatcher?: () => string; sample?: unknown }
  const name = escapeText(String(value))
  if (name.startsWith('Any')) return escapeText(own.toAsymmetricMatcher?.() ?? name)
  if (name.startsWith('[object')) return 'an asymmetric matcher'
  return own.sample === undefined || typeof own.sample === 'function' ? name : `${name} ${printValue(own.sample)}`
}
