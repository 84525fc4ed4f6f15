// SPDX-License-Identifier: MIT
// How a policy spells paths.
import { posix } from 'node:path'
import { globTest, splitGlob } from '../glob.ts'
import { misuse } from '../misuse.ts'
import { refuseLookalikes } from '../pattern.ts'

/** A path of a policy, taken apart. */
export interface PathGlob {
  /** The path before the first magic character, absolute: the path itself, or a folder. */
  readonly base: string
  /** `'path'`: that path alone. `'tree'`: that folder and everything in it (`dir/**`). `'glob'`: what `test` says of the rest of a path. */
  readonly shape: 'path' | 'tree' | 'glob'
  /** Of a glob: whether the part of a path behind `base` matches. */
  readonly test: (rest: string) => boolean
  /** Of a glob: the path that is spelled like it. */
  readonly spelled: string
}

const magic = /(?<!\\)(?:\\\\)*[*?[{(]/

/**
 * Reads a path of a policy. It is relative to `root` unless absolute, whether it has a `/` or not; `*`, `?`, `{}`, `[]` and `()` are magic, a backslash takes that from
 * them; names that begin with a dot count like any other.
 */
export function readPathGlob(input: unknown, root: string, what: string): PathGlob {
  const text = checkPath(input, what)
  const at = magic.exec(text)
  if (at === null) {
    const path = posix.resolve(root, unescaped(text))
    return { base: path, shape: 'path', test: () => false, spelled: path }
  }
  const slash = text.lastIndexOf('/', at.index)
  const base = posix.resolve(root, slash === 0 ? '/' : unescaped(text.slice(0, Math.max(slash, 0))))
  const glob = text.slice(slash + 1)
  const spelled = posix.resolve(root, text)
  if (glob === '**') return { base, shape: 'tree', test: () => true, spelled }
  return { base, shape: 'glob', test: globTest(glob), spelled }
}

/** A name of a policy: itself, or a glob over names. */
export function readNameGlob(text: string): {
  readonly literal: string
  readonly test: ((name: string) => boolean) | null
} {
  return magic.test(text) ? { literal: text, test: globTest(text) } : { literal: unescaped(text), test: null }
}

/** A name as a policy spells it. */
export function spellName(name: string): string {
  return splitGlob(name) !== null || name.includes('\\') ? escapeGlob(name) : name
}

function checkPath(input: unknown, what: string): string {
  if (typeof input !== 'string') throw misuse(`${what} to be a path or a glob`, input)
  if (input === '') throw misuse(`${what} not to be empty`, input, 'The project root itself is `.`.')
  if (input.startsWith('!'))
    throw misuse(
      `${what} to say what is declared`,
      input,
      `There are no exceptions; the file of that name is \`./${input}\`.`,
    )
  refuseLookalikes(input, what)
  if (input.length > 1 && input.endsWith('/'))
    throw misuse(
      `${what} not to end in a slash`,
      input,
      `Write \`${input}**\` for the folder and everything in it, \`${input.replace(/\/+$/, '')}\` for the folder itself.`,
    )
  return input
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, '$1')
}

/** A text without magic: what a glob has to be to match just that. */
export function escapeGlob(text: string): string {
  return text.replace(/[\\*?[{(]/g, '\\$&')
}

/** An absolute glob as a policy spells it: relative to the project root in the project, and nothing that is refused. */
export function spellGlob(glob: string, root: string): string {
  const start = root === '/' ? root : `${escapeGlob(root)}/`
  const own = glob === escapeGlob(root) ? '.' : glob.startsWith(start) ? glob.slice(start.length) : glob
  return /^(?:!|~|[a-z][a-z\d+.-]*:)/i.test(own) ? `./${own}` : own
}
