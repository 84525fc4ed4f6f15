// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import { blankMarks, renameMarks } from './normalize.ts'

/** A process and what is below it. Lines hold marks (see normalize.ts) until the end. */
export interface Branch {
  readonly commands: readonly string[]
  facts: string[]
  branches: Branch[]
  /** The whole subtree with blank marks: what it is compared by first. */
  blank: string
  /** The same with marks as the last `arrange` spelled them. */
  full: string
}

/** The branches below a root as lines, in canonical order and with numbered names. */
export function treeText(root: Branch, order: 'sorted' | 'recorded'): string {
  arrange(root, order, blankMarks)
  const names = signatures(root)
  arrange(root, order, (text) => renameMarks(text, (label, name) => `<${label}:${names.get(`${label}:${name}`)}>`))
  const lines = [...root.facts]
  for (const branch of root.branches) write(branch, '', lines)
  return numberMarks(lines.join('\n'))
}

/**
 * Puts facts and branches in order, from the leaves up: by their text with blank marks, and of equal ones by `tie`, so that a
 * change in one place does not shuffle another.
 */
function arrange(branch: Branch, order: 'sorted' | 'recorded', tie: (text: string) => string): void {
  for (const child of branch.branches) arrange(child, order, tie)
  branch.facts = sortedBy(branch.facts, (fact) => `${blankMarks(fact)}\n${tie(fact)}`)
  if (order === 'sorted') branch.branches = sortedBy(branch.branches, ({ blank, full }) => `${blank}\n${full}`)
  const own = [...branch.commands, ...branch.facts]
  branch.blank = own
    .map(blankMarks)
    .concat(branch.branches.map(({ blank }) => blank))
    .join('\n  ')
  branch.full = own
    .map(tie)
    .concat(branch.branches.map(({ full }) => full))
    .join('\n  ')
}

function sortedBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
    .map(({ item }) => item)
}

/**
 * A temporary name is known by where it is used: two branches that differ in nothing but theirs are put in order by what else
 * is done with them. Gives each mark a text that does not depend on the name.
 */
function signatures(root: Branch): Map<string, string> {
  const uses = new Map<string, string[]>()
  const visit = (branch: Branch, above: string): void => {
    const context = digest(above + branch.blank)
    for (const line of [...branch.commands, ...branch.facts]) {
      let position = 0
      renameMarks(line, (label, name) => {
        const key = `${label}:${name}`
        const list = uses.get(key) ?? []
        uses.set(key, list)
        list.push(digest(`${context} ${blankMarks(line)} ${position++}`))
        return ''
      })
    }
    for (const child of branch.branches) visit(child, context)
  }
  visit(root, '')
  return new Map([...uses].map(([key, list]) => [key, digest(list.sort().join(' '))]))
}

function digest(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}

function write(branch: Branch, indent: string, lines: string[]): void {
  for (const command of branch.commands) lines.push(indent + command)
  const below = `${indent}  `
  for (const fact of branch.facts) lines.push(below + fact)
  for (const child of branch.branches) write(child, below, lines)
}

/** Gives names their numbers, in the order of the text. */
export function numberMarks(text: string): string {
  const numbers = new Map<string, number>()
  const counts = new Map<string, number>()
  return renameMarks(text, (label, name) => {
    const key = `${label}:${name}`
    let own = numbers.get(key)
    if (own === undefined) {
      own = (counts.get(label) ?? 0) + 1
      counts.set(label, own)
      numbers.set(key, own)
    }
    return `<${label}:${own}>`
  })
}
