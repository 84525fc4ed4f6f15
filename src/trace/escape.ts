// SPDX-License-Identifier: MIT
import type { Text } from './event.ts'

// Cc: C0, DEL and C1 (ESC, OSC, CR, newline). Cf: bidi controls, zero-width and tag characters. Cs: lone surrogates.
// Zl, Zp: separators that some viewers break lines at. DI: what is shown as nothing. The backslash, so that the spelling is one to one.
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}\\]/gu
const unsafeInQuotes = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]|##(?=\[|vso\[)|<(?=\*>|\.\.\.>)/u

// Lines that a CI service would obey: GitHub's `::command::` (leading blanks are skipped) and, anywhere, `##[command]`, `##vso[`.
const commandAtStart = /^( *):(?=:)/
const commandAnywhere = /#(?=#(\[|vso\[))/g

// What is a pattern in a stored snapshot (snapshot-pattern.ts): no name is one.
const snapshotPattern = /<(?=\*>|\.\.\.>)/g

/**
 * THE output function: whatever comes from a traced process goes through here before a person sees it, so that no name can
 * move a cursor, change a title, hide a part of itself, give an order to a CI service or pass for a pattern of a snapshot. The result is one line.
 *
 * Spelling: `\n` `\t` `\r` `\\`, `\x1b` for ASCII controls, `\u202e` for other characters, and `\x80`..`\xff` for bytes that are
 * not UTF-8 (U+DC80..U+DCFF in `Text`).
 */
export function escapeText(text: string): string {
  return escapeInner(text).replace(commandAtStart, '$1\\x3a')
}

/** The same for what never begins a line, since something is in front of it: a quotation mark. `::1` is an address there. */
export function escapeInner(text: string): string {
  return text.replace(unsafe, spell).replace(commandAnywhere, '\\x23').replace(snapshotPattern, '\\x3c')
}

function spell(character: string): string {
  const code = character.codePointAt(0)!
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  if (character === '\t') return '\\t'
  if (character === '\\') return '\\\\'
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`
  return `\\u{${code.toString(16)}}`
}

/** Text of the kernel for a person: escaped, and what could not be read says so. */
export function showText(text: Text): string {
  if (typeof text === 'string') return escapeText(text)
  return text.status === 'truncated' ? `${escapeText(text.prefix)}… <cut>` : `<${text.status}>`
}

const plainArgument = /^[\w@%+=,./-][\w@%+=:,./-]*$/

/** One argument as a shell would need it: bare, in single quotes, or as `$'…'` when it holds what must not be shown raw. */
export function quoteArgument(argument: Text): string {
  if (typeof argument !== 'string') return showText(argument)
  if (plainArgument.test(argument)) return argument
  if (unsafeInQuotes.test(argument)) return `$'${escapeInner(argument).replaceAll("'", "\\'")}'`
  return `'${argument.replaceAll("'", "'\\''")}'`
}

/** A whole argument list, quoted. */
export function quoteArguments(argv: readonly Text[]): string {
  return argv.map(quoteArgument).join(' ')
}

const longestArgument = 60

/** An argument list for a line of about `columns`: long arguments are cut, and what has no room is counted (`… +37`). */
export function shortenArguments(argv: readonly Text[], columns: number): string {
  let line = ''
  for (const [index, argument] of argv.entries()) {
    const piece = quoteArgument(cutArgument(argument, longestArgument))
    if (index > 0 && line.length + 1 + piece.length > columns) return `${line} … +${argv.length - index}`
    line = index === 0 ? piece : `${line} ${piece}`
  }
  return line
}

function cutArgument(argument: Text, length: number): Text {
  if (typeof argument !== 'string' || argument.length <= length) return argument
  const end = length - 1
  const code = argument.charCodeAt(end - 1)
  const splitsPair = code >= 0xd800 && code <= 0xdbff
  return `${argument.slice(0, splitsPair ? end - 1 : end)}…`
}
