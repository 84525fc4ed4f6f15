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
  const tie = (text: string) => renameMarks(text, (label, name) => `<${label}:${names.get(`${label}:${name}`)}>`)
  arrange(root, order, tie)
  const writer = new Writer(order, tie)
  writer.below(root, '')
  return writer.lines.join('\n')
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

/** Writes the tree, giving names their numbers in the order of the text. */
class Writer {
  readonly lines: string[] = []
  readonly #order: 'sorted' | 'recorded'
  readonly #tie: (text: string) => string
  readonly #numbers = new Numbers()

  constructor(order: 'sorted' | 'recorded', tie: (text: string) => string) {
    this.#order = order
    this.#tie = tie
  }

  /** What is below a branch: its facts, then its branches. */
  below({ facts, branches }: Branch, indent: string): void {
    const keyOf = (fact: string) => `${blankMarks(fact)}\n${this.#tie(fact)}`
    for (const fact of this.#settled(facts, keyOf, (own) => [own])) this.#line(indent, fact)
    const written =
      this.#order === 'sorted' ? this.#settled(branches, ({ blank, full }) => `${blank}\n${full}`, linesOf) : branches
    for (const branch of written) {
      for (const command of branch.commands) this.#line(indent, command)
      this.below(branch, `${indent}  `)
    }
  }

  #line(indent: string, text: string): void {
    this.lines.push(indent + this.#numbers.numbered(text))
  }

  /** Items that nothing but their names tells apart come in the order of the numbers that these names have by now. */
  *#settled<T>(items: readonly T[], keyOf: (item: T) => string, textsOf: (item: T) => readonly string[]): Iterable<T> {
    for (let start = 0; start < items.length; ) {
      const key = keyOf(items[start]!)
      let end = start + 1
      while (end < items.length && keyOf(items[end]!) === key) end += 1
      if (end - start === 1) yield items[start]!
      else yield* sortedBy(items.slice(start, end), (item) => this.#numbers.known(textsOf(item)))
      start = end
    }
  }
}

function linesOf(branch: Branch): string[] {
  return [...branch.commands, ...branch.facts, ...branch.branches.flatMap(linesOf)]
}

/** Numbers of names, given out as they come. */
class Numbers {
  readonly #numbers = new Map<string, number>()
  readonly #counts = new Map<string, number>()

  numbered(text: string): string {
    return renameMarks(text, (label, name) => {
      const key = `${label}:${name}`
      let own = this.#numbers.get(key)
      if (own === undefined) {
        own = (this.#counts.get(label) ?? 0) + 1
        this.#counts.set(label, own)
        this.#numbers.set(key, own)
      }
      return `<${label}:${own}>`
    })
  }

  /** The numbers of the names in some texts, whatever the order of these, as a key to sort by: those without one come last. */
  known(texts: readonly string[]): string {
    const keys = texts.map((text) => {
      const numbers: string[] = []
      renameMarks(text, (label, name) => {
        const own = this.#numbers.get(`${label}:${name}`)
        numbers.push(own === undefined ? '~' : String(own).padStart(9, '0'))
        return ''
      })
      return numbers.join(' ')
    })
    return keys
      .filter((key) => key !== '')
      .sort()
      .join('\n')
  }
}

/** Gives names their numbers, in the order of the text. */
export function numberMarks(text: string): string {
  return new Numbers().numbered(text)
}
