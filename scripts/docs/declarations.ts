// SPDX-License-Identifier: MIT
// What the entries of the package export, with its declaration and the text that stands before it, out of dist/*.d.ts.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const dist = resolve(import.meta.dirname, '../../dist')

export interface Declaration {
  readonly name: string
  /** TypeScript, with its comment; what is marked as internal left out. */
  readonly text: string
}

/** In the order of the export statements. `entry`: `index`, `vitest` or `matchers/index`. Throws where dist/ is not built. */
export function exportedDeclarations(entry: string): Declaration[] {
  if (!existsSync(dist)) throw new Error('dist/ is missing: run `npm run build`')
  return exportsOf(join(dist, `${entry}.d.ts`))
}

function exportsOf(file: string): Declaration[] {
  const text = readFileSync(file, 'utf8')
  const follow = (from: string) => exportsOf(join(dirname(file), from.replace(/\.js$/, '.d.ts')))
  const found: Declaration[] = []
  for (const match of text.matchAll(statement)) {
    const { all, list, from = '', own } = match.groups ?? {}
    if (all?.startsWith('.')) found.push(...follow(all))
    for (const part of list === undefined ? [] : list.split(',').map((one) => one.trim().replace(/^type /, ''))) {
      const [name = '', as = name] = part.split(' as ')
      if (name === '') continue
      const there = from.startsWith('.') ? follow(from).find((one) => one.name === name) : undefined
      found.push(there && as === name ? there : { name: as, text: there?.text ?? ownText(text, name) })
    }
    if (own !== undefined) found.push({ name: own, text: declarationText(text, match.index) })
  }
  return found
}

/** `export * from`, `export { … } from`, and declarations. */
const statement = new RegExp(
  [
    '^export (?:type )?\\* from [\'"](?<all>[^\'"]+)[\'"]',
    '^export (?:type )?\\{(?<list>[^}]*)\\}(?: from [\'"](?<from>[^\'"]+)[\'"])?',
    '^export (?:declare )?(?:abstract )?(?:class|interface|type|const|function) (?<own>\\w+)',
  ].join('|'),
  'gm',
)

/** Of a name that is declared in the file and exported elsewhere in it; empty where that is a list of names. */
function ownText(text: string, name: string): string {
  const at = text.search(new RegExp(`^declare (?:class|interface|type|const|function) ${name}\\b`, 'm'))
  return at < 0 ? '' : declarationText(text, at)
}

function declarationText(text: string, start: number): string {
  const before = /\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n$/.exec(text.slice(0, start))?.[0] ?? ''
  const body = text.slice(start, endOf(text, start)).replace(/^export (declare )?/, '')
  return `${before}${withoutInternals(body)}`
}

/** Behind the end of a declaration or of a member. */
function endOf(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const character = text[at] as string
    if (text.startsWith('/*', at)) at = text.indexOf('*/', at) + 1
    else if ('({['.includes(character)) depth++
    else if (')}]'.includes(character)) depth--
    if (depth === 0 && (character === ';' || (character === '}' && text[at + 1] === '\n'))) return at + 1
  }
  return text.length
}

function withoutInternals(text: string): string {
  let result = text.replaceAll(/\n +#private;/g, '')
  for (let at = result.indexOf('/** @internal'); at >= 0; at = result.indexOf('/** @internal')) {
    const member = result.indexOf('*/', at) + 2
    result = result.slice(0, at).trimEnd() + result.slice(endOf(result, member))
  }
  return result
}
