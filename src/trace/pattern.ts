// SPDX-License-Identifier: MIT
import { posix } from 'node:path'
import { escapeInner, escapeText } from './escape.ts'
import type { Text } from './event.ts'
import { globTest, splitGlob } from './glob.ts'
import { followFolder, linkFollower } from './links.ts'
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
  /** Its folder, where it is a path without magic. */
  readonly folder?: string
  /** It looks at the last segment of a path only. */
  readonly isName: boolean
  match(text: Text): Verdict
  /** Whether a text that matches does so only because links in the pattern were followed. */
  isThroughLink(text: Text): boolean
}

/** Whose links are followed: of the whole path, or of its folder alone. */
export type Followed = 'path' | 'folder'

export function isAsymmetric(value: unknown): value is AsymmetricMatcher {
  return (
    typeof value === 'object' && value !== null && typeof (value as AsymmetricMatcher).asymmetricMatch === 'function'
  )
}

/**
 * A pattern over paths. A string with a `/` is a path, relative to `root` unless absolute; without one it is a name and is
 * compared with the last segment. With glob magic (`*`, `?`, `{}`, `[]`) it is taken as a glob, dot files included;
 * a path that really is spelled so still matches. A RegExp and an asymmetric matcher see the whole path.
 *
 * The kernel gives files by the path without links, so a path also matches what it leads to on this machine now; of a glob the part
 * before the first magic character is followed.
 */
export function pathPattern(input: unknown, root: string, what: string, followed: Followed = 'path'): Pattern {
  if (typeof input === 'string') return stringPattern(input, root, what, followed)
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

function stringPattern(input: string, root: string, what: string, followed: Followed): Pattern {
  if (input === '') throw misuse(`${what} not to be empty`, input, 'Leave it out to mean any.')
  refuseLookalikes(input, what)
  const isGlob = splitGlob(input) !== null
  const printed = printValue(input)
  if (!input.includes('/') && input !== '.' && input !== '..') {
    const isName = (name: string) => (text: string) => text === name || text.endsWith(`/${name}`)
    if (!isGlob) {
      const [spelled, plain] = [isName(input), isName(unescaped(input))]
      return pattern(printed, input, (text) => spelled(text) || plain(text), { isName: true })
    }
    const isMatch = globTest(readings(input))
    return pattern(
      printed,
      null,
      remembered((text) => isMatch(baseName(text))),
      { isName: true },
    )
  }
  const follow = linkFollower()
  const spellings = (path: string, target: (whole: string) => string): Spellings => {
    const paths = [...new Set([path, unescaped(path)])]
    const written = [...new Set(paths.flatMap((one) => [posix.resolve(root, one), posix.resolve(follow(root), one)]))]
    const led = paths.map((one) => target(posix.resolve(root, one)))
    return { written, all: [...new Set([...written, ...led])] }
  }
  if (!isGlob) {
    const { written, all } = spellings(input, (path) =>
      followed === 'path' ? follow(path) : followFolder(follow, path),
    )
    const isOneOf = (paths: readonly string[]) => (text: string) =>
      paths.includes(text) || (mayBeIrregular(text) && paths.includes(regular(text)))
    const options = { whole: all, written: isOneOf(written), folder: posix.dirname(written[0]!) }
    return pattern(printed, baseName(written[0]!), isOneOf(all), options)
  }
  const globs = readings(input).map((reading) => {
    const { base, glob } = splitGlob(reading)!
    return { folders: spellings(base, follow), isMatch: globTest(glob) }
  })
  const isBelow = (which: keyof Spellings) => {
    const starts = globs.flatMap(({ folders, isMatch }) =>
      folders[which].map((base) => ({ start: base === '/' ? base : `${base}/`, isMatch })),
    )
    return (text: string) => {
      const path = mayBeIrregular(text) ? regular(text) : text
      return starts.some(({ start, isMatch }) => path.startsWith(start) && isMatch(path.slice(start.length)))
    }
  }
  return pattern(printed, null, remembered(isBelow('all')), { written: isBelow('written') })
}

/** A glob, and the same with its brackets meant as they are written, where it has other magic beside them: folders are called `[id]`, too. */
function readings(glob: string): string[] {
  const literal = glob.replace(/(?<!\\)[[\](){}]/g, '\\$&')
  return literal !== glob && splitGlob(literal) !== null ? [glob, literal] : [glob]
}

/** Without the backslashes that take its magic from a character. */
function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, '$1')
}

/** What looks like a path, and could never be one of an event. */
export function refuseLookalikes(input: string, what: string): void {
  if (input.includes('\0')) throw misuse(`${what} to be without NUL, as paths are`, input)
  if (/^!(?!\()/.test(input))
    throw misuse(
      `${what} not to begin with \`!\``,
      input,
      `There are no exceptions; the file of that name is \`./${input}\`.`,
    )
  if (/^~(?:$|[\w.-]*\/)/.test(input))
    throw misuse(
      `${what} not to begin with \`~\``,
      input,
      'There is no shell here to expand it: use `homedir()` of node:os.',
    )
  if (/^(?:file:|[a-z][a-z\d+.-]+:\/\/)/i.test(input))
    throw misuse(`${what} to be a path, not a URL`, input, 'Use `fileURLToPath(…)` of node:url.')
}

/** The ways to write one path: as it was written, and with what its links lead to. */
interface Spellings {
  readonly written: readonly string[]
  readonly all: readonly string[]
}

interface PatternOptions {
  /** The texts of which one has to be equal, where it is that simple. */
  readonly whole?: readonly string[]
  readonly isName?: boolean
  readonly folder?: string
  /** Whether a text matches without any link followed. */
  readonly written?: (text: string) => boolean
}

function pattern(
  printed: string,
  wanted: string | null,
  matches: (text: string) => boolean,
  { whole, isName = false, written, folder }: PatternOptions = {},
): Pattern {
  return {
    printed,
    wanted,
    ...(folder === undefined ? {} : { folder }),
    isName,
    match(text) {
      if (typeof text === 'string') return matches(text) ? 'yes' : 'no'
      if (text.status === 'absent') return 'no'
      // A cut path that already differs can never become equal.
      if (text.status === 'truncated' && whole?.some((path) => path.startsWith(text.prefix)) === false) return 'no'
      return 'unknown'
    },
    isThroughLink: (text) => written !== undefined && typeof text === 'string' && matches(text) && !written(text),
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
  if (typeof value === 'string') return `"${escapeInner(value).replaceAll('"', '\\"')}"`
  if (Array.isArray(value)) return `[${value.map(printValue).join(', ')}]`
  if (Object.prototype.toString.call(value) === '[object RegExp]')
    return escapeText(String(value)).replaceAll('\\\\', '\\')
  if (isAsymmetric(value)) return printAsymmetric(value)
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    return `{${entries.map(([key, item]) => `${escapeText(key)}: ${printValue(item)}`).join(', ')}}`
  }
  if (typeof value === 'function') return shortFunction(value)
  return typeof value === 'bigint' ? `${value}n` : escapeText(String(value))
}

function shortFunction(value: { readonly name: string }): string {
  const source = String(value)
  if (source.length <= 60 && !source.includes('\n')) return escapeText(source)
  return value.name === '' ? 'a function' : `function ${escapeText(value.name)}`
}

function printAsymmetric(value: AsymmetricMatcher): string {
  const own = value as { toAsymmetricMatcher?: () => string; sample?: unknown }
  const name = escapeText(String(value))
  if (name.startsWith('Any')) return escapeText(own.toAsymmetricMatcher?.() ?? name)
  if (name.startsWith('[object')) return 'an asymmetric matcher'
  // The runners' own are words such as `StringContaining`; one of `expect.extend` has the name and the arguments of a method.
  if (/^(?:not\.)?[a-z]/.test(name) && Array.isArray(own.sample))
    return `${name}(${own.sample.map(printValue).join(', ')})`
  return own.sample === undefined || typeof own.sample === 'function' ? name : `${name} ${printValue(own.sample)}`
}
