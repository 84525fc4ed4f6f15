// SPDX-License-Identifier: MIT
// Stored snapshots that a person edited: `<*>` stands for any characters within a line, `<...>` for any lines.
import { MisuseError } from './misuse.ts'
import { anyLines, type Fitted, fitTrees, type SnapshotNode } from './snapshot-fit.ts'

const anyText = '<*>'

/** Whether a stored snapshot holds patterns. Text of a trace never does: escape.ts sees to that. */
export function hasPatterns(stored: string): boolean {
  return stored.includes(anyText) || stored.includes(anyLines)
}

/**
 * The received snapshot as the stored one would have it: the stored lines, patterns and all, wherever they match, and the received ones elsewhere. So it equals the stored
 * one when everything matches, a difference between the two shows what does not, and what `-u` writes keeps the patterns that still hold.
 *
 * Numbered names (`<tmp:3>`) count by where else they are used, not by their number: lines that a pattern takes in have names, too. So lines are paired whatever the
 * numbers first, then the received numbers become those of their pairs, and then everything is compared anew.
 *
 * Throws MisuseError for a pattern that cannot be meant.
 */
export function fitSnapshot(stored: string, received: string, order: 'sorted' | 'recorded'): string {
  const wanted = treeOf(stored)
  checkAnyLines(stored, wanted)
  const { pairs } = fitTrees(wanted, treeOf(received), order, lineTest(true))
  const own = treeOf(renumbered(received, stored, pairs))
  const { nodes, complete } = fitTrees(wanted, own, order, lineTest(false))
  return complete ? stored : linesOf(nodes, '').join('\n')
}

function checkAnyLines(stored: string, tree: readonly SnapshotNode[]): void {
  for (const line of stored.split('\n')) {
    if (line.includes(anyLines) && line.trim() !== anyLines)
      throw new MisuseError(
        `Expected \`${anyLines}\` of a stored snapshot to be on a line by itself, where it stands for any lines; for a part of a line write \`${anyText}\`. Got \`${line.trim()}\`.`,
      )
  }
  const visit = ({ lines, children }: SnapshotNode): void => {
    if (lines[0] === anyLines && children.length > 0)
      throw new MisuseError(
        `Expected nothing below \`${anyLines}\` of a stored snapshot: it stands for lines with all that is below them. Got \`${children[0]!.lines[0]}\`.`,
      )
    for (const child of children) visit(child)
  }
  for (const node of tree) visit(node)
}

/** Lines become a tree by their indentation; `⇒` continues the command above it. */
function treeOf(text: string): SnapshotNode[] {
  const roots: SnapshotNode[] = []
  const open: { readonly node: SnapshotNode; readonly indent: number }[] = []
  for (const line of text.split('\n')) {
    const indent = line.search(/\S/)
    if (indent === -1) continue
    while (open.length > 0 && open.at(-1)!.indent > indent) open.pop()
    const content = line.trim()
    const beside = open.at(-1)?.indent === indent ? open.pop() : undefined
    if (beside !== undefined && content.startsWith('⇒') && beside.node.children.length === 0) {
      beside.node.lines.push(content)
      open.push(beside)
      continue
    }
    const node: SnapshotNode = { lines: [content], children: [] }
    const siblings = open.at(-1)?.node.children ?? roots
    siblings.push(node)
    open.push({ node, indent })
  }
  return roots
}

function linesOf(nodes: readonly SnapshotNode[], indent: string): string[] {
  return nodes.flatMap(({ lines, children }) => [
    ...lines.map((line) => indent + line),
    ...linesOf(children, `${indent}  `),
  ])
}

const numberedName = /<([a-z]+):(\d+)>/g

/** Whether a stored line matches a received one; with `anyNumber` whatever the numbers of its names. */
function lineTest(anyNumber: boolean): (stored: string, received: string) => boolean {
  const known = new Map<string, RegExp>()
  return (stored, received) => {
    let pattern = known.get(stored)
    if (pattern === undefined) {
      pattern = lineRegExp(stored, anyNumber)
      known.set(stored, pattern)
    }
    return pattern.test(received)
  }
}

/** Each name's number is a group of its own where any will do. */
function lineRegExp(stored: string, anyNumber: boolean): RegExp {
  const parts = stored.split(anyText).map((part) => {
    const escaped = part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
    return anyNumber ? escaped.replace(numberedName, '<$1:(\\d+)>') : escaped
  })
  return new RegExp(`^${parts.join('.*')}$`, 'u')
}

/** The received text with the numbers of the stored names that its names were paired with; names without a pair get numbers that are free. */
function renumbered(received: string, stored: string, pairs: Fitted['pairs']): string {
  const numbers = new Map<string, string>() // received name → stored number
  const taken = new Set<string>()
  for (const [line, actual] of pairs) {
    const own = [...line.matchAll(numberedName)]
    const groups = own.length === 0 ? null : lineRegExp(line, true).exec(actual)
    for (const [index, [name, label]] of own.entries()) {
      const other = `<${label}:${groups![index + 1]}>`
      if (numbers.has(other) || taken.has(name)) continue
      numbers.set(other, name)
      taken.add(name)
    }
  }
  const used = new Set([...taken, ...[...stored.matchAll(numberedName)].map(([name]) => name)])
  return received.replace(numberedName, (name, label: string) => {
    let own = numbers.get(name)
    if (own === undefined) {
      for (let number = 1; own === undefined; number++) {
        const free = `<${label}:${number}>`
        if (!used.has(free)) own = free
      }
      numbers.set(name, own)
      used.add(own)
    }
    return own
  })
}
