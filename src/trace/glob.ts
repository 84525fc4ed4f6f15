// SPDX-License-Identifier: MIT
import picomatch from 'picomatch'

/** Of every glob: names may begin with a dot, and hold any byte, a newline too. */
const options = { dot: true, nonegate: true, flags: 's' } as const

/**
 * Whether a text matches one of the globs, or is spelled like one. Magic are `*`, `?`, `[…]`, `{…}`, `(…)` and what stands before a `(`; everything else is itself, also a bracket without its other half.
 */
export function globTest(globs: string | readonly string[]): (text: string) => boolean {
  const list = [globs].flat()
  const test = picomatch(list.map(withoutOtherMagic), options)
  return (text) => list.includes(text) || test(text)
}

/** The folder before the first magic character, and the rest; null of a text without magic. */
export function splitGlob(text: string): { readonly base: string; readonly glob: string } | null {
  // To picomatch nothing behind a brace is magic that has a backslash.
  const plain = text.replace(/\\.?/gs, (escaped) => 'x'.repeat(escaped.length))
  const { isGlob, prefix, base, glob } = picomatch.scan(plain, { nonegate: true })
  if (!isGlob) return null
  return { base: text.slice(prefix.length, prefix.length + base.length), glob: text.slice(text.length - glob.length) }
}

const set = /^\[[!^]?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]/s
const closing: Readonly<Record<string, string>> = { '{': '}', '(': ')' }

/** To picomatch quotes are no characters, `|` and `+` have meanings outside of parentheses, `!` does not turn a set around, and several backslashes are one. */
function withoutOtherMagic(glob: string): string {
  const pairs = pairsIn(glob)
  let spelled = ''
  let depth = 0
  for (let at = 0; at < glob.length; ) {
    const part = partAt(glob, at)
    const isPaired = pairs.has(at)
    if (part === ')' && isPaired) depth -= 1
    if (part === '\\\\' || part === '\\') spelled += '[\\\\]'
    else if (part.startsWith('[!')) spelled += `[^${part.slice(2)}`
    else if (part.length > 1 || isPaired || isItself(part, glob[at + 1], depth)) spelled += part
    else spelled += `\\${part}`
    if (part === '(' && isPaired) depth += 1
    at += part.length
  }
  return spelled
}

/** What picomatch takes as it is meant. */
function isItself(character: string, next: string | undefined, depth: number): boolean {
  return /[\w\s/.*?,!@-]/.test(character) || (character === '+' && next === '(') || (character === '|' && depth > 0)
}

/** One character, with the backslash before it; or a set. */
function partAt(glob: string, at: number): string {
  if (glob[at] === '\\') return glob.slice(at, at + 2)
  return (glob[at] === '[' ? set.exec(glob.slice(at))?.[0] : undefined) ?? glob[at]!
}

/** Where the braces and parentheses stand that have their other half. */
function pairsIn(glob: string): ReadonlySet<number> {
  const pairs = new Set<number>()
  const open: { readonly at: number; readonly until: string }[] = []
  for (let at = 0; at < glob.length; ) {
    const part = partAt(glob, at)
    const index = open.findLastIndex(({ until }) => until === part)
    if (closing[part] !== undefined) open.push({ at, until: closing[part] })
    else if (index >= 0) {
      pairs.add(open[index]!.at).add(at)
      open.splice(index)
    }
    at += part.length
  }
  return pairs
}
