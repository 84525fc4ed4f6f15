// SPDX-License-Identifier: MIT
// Two snapshots as trees: which node of the stored one is which of the received one.

/** A process with its commands, or a fact by itself; and what stands below it. Lines are without indentation. */
export interface SnapshotNode {
  readonly lines: string[]
  readonly children: SnapshotNode[]
}

/** A stored tree laid over a received one. */
export interface Fitted {
  /** The received tree, with the stored lines wherever they match. */
  readonly nodes: SnapshotNode[]
  /** Nothing is missing and nothing is left over. */
  readonly complete: boolean
  /** Lines that were paired, stored and received, in order. */
  readonly pairs: readonly (readonly [stored: string, received: string])[]
}

/** A stored line that stands for any nodes beside it, none included. */
export const anyLines = '<...>'

type LineTest = (stored: string, received: string) => boolean

/** One place of a level: a pair; a stored node alone (`<...>`, or one that is missing); a received node alone (one too many). */
interface Place {
  readonly stored: SnapshotNode | null
  readonly received: SnapshotNode | null
}

/**
 * Lays trees over one another, level by level: what is below two nodes is compared where their own lines match, or are of one program. In `'sorted'` snapshots the nodes of a level are a set:
 * each finds its match wherever it stands. In `'recorded'` ones their order counts.
 */
export function fitTrees(
  stored: readonly SnapshotNode[],
  received: readonly SnapshotNode[],
  order: 'sorted' | 'recorded',
  matches: LineTest,
): Fitted {
  const level = new Level(order === 'sorted', matches)
  return level.fit(stored, received)
}

class Level {
  readonly #isSet: boolean
  readonly #matches: LineTest
  readonly #known = new Map<SnapshotNode, Map<SnapshotNode, boolean>>()

  constructor(isSet: boolean, matches: LineTest) {
    this.#isSet = isSet
    this.#matches = matches
  }

  fit(stored: readonly SnapshotNode[], received: readonly SnapshotNode[]): Fitted {
    const nodes: SnapshotNode[] = []
    const pairs: (readonly [string, string])[] = []
    let complete = true
    for (const place of this.#isSet ? this.#assign(stored, received) : this.#align(stored, received)) {
      if (place.stored === null) {
        nodes.push(place.received!)
        complete = false
      } else if (isAny(place.stored)) {
        nodes.push(place.stored)
      } else if (place.received === null) {
        complete = false
      } else {
        const { lines, children } = place.stored
        const actual = place.received.lines
        const below = this.fit(children, place.received.children)
        const matching = actual.map((line, index) => this.#lineMatches(lines[index], line))
        nodes.push({
          lines: actual.map((line, index) => (matching[index] ? lines[index]! : line)),
          children: below.nodes,
        })
        pairs.push(...actual.flatMap((line, index) => (matching[index] ? [[lines[index]!, line] as const] : [])))
        pairs.push(...below.pairs)
        complete &&= below.complete && lines.length === actual.length && !matching.includes(false)
      }
    }
    return { nodes, complete, pairs }
  }

  /** Whole subtrees match. */
  #fits(stored: SnapshotNode, received: SnapshotNode): boolean {
    const answers = this.#known.get(stored) ?? new Map<SnapshotNode, boolean>()
    const known = answers.get(received)
    if (known !== undefined) return known
    const answer = this.#linesMatch(stored, received) && this.fit(stored.children, received.children).complete
    this.#known.set(stored, answers.set(received, answer))
    return answer
  }

  #linesMatch(stored: SnapshotNode, received: SnapshotNode): boolean {
    return (
      stored.lines.length === received.lines.length &&
      stored.lines.every((line, index) => this.#lineMatches(line, received.lines[index]!))
    )
  }

  #lineMatches(stored: string | undefined, received: string): boolean {
    return stored !== undefined && this.#matches(stored, received)
  }

  /** As many whole matches as there can be; then nodes of which only the own lines match; then those of one program, whatever it was told to do. */
  #assign(stored: readonly SnapshotNode[], received: readonly SnapshotNode[]): Place[] {
    const isOpen = stored.some(isAny)
    const taken = new Map<SnapshotNode, SnapshotNode>() // by received
    for (const [index, node] of stored.entries()) {
      if (isAny(node)) continue
      this.#place(node, [...received.slice(index), ...received.slice(0, index)], taken, new Set())
    }
    for (const isPair of [this.#linesMatch.bind(this), isSameProgram]) {
      const placed = new Set(taken.values())
      for (const node of stored) {
        if (isAny(node) || placed.has(node)) continue
        const other = received.find((candidate) => !taken.has(candidate) && isPair(node, candidate))
        if (other !== undefined) taken.set(other, node)
      }
    }
    const pairOf = new Map([...taken].map(([other, node]) => [node, other]))
    const places: Place[] = stored.map((node) => ({ stored: node, received: pairOf.get(node) ?? null }))
    if (isOpen) return places
    let before: SnapshotNode | null = null
    for (const node of received) {
      if (!taken.has(node)) {
        const at = places.findIndex((place) => place.received === before)
        places.splice(before === null ? 0 : at + 1, 0, { stored: null, received: node })
      }
      before = node
    }
    return places
  }

  /** One step of the usual search for a largest matching: takes a free node, or one whose owner finds another. */
  #place(
    node: SnapshotNode,
    candidates: readonly SnapshotNode[],
    taken: Map<SnapshotNode, SnapshotNode>,
    seen: Set<SnapshotNode>,
  ): boolean {
    for (const candidate of candidates) {
      if (seen.has(candidate) || !this.#fits(node, candidate)) continue
      seen.add(candidate)
      const owner = taken.get(candidate)
      if (owner !== undefined && !this.#place(owner, candidates, taken, seen)) continue
      taken.set(candidate, node)
      return true
    }
    return false
  }

  #pairCost(stored: SnapshotNode, received: SnapshotNode): number {
    if (this.#fits(stored, received)) return 0
    if (this.#linesMatch(stored, received)) return alike
    return isSameProgram(stored, received) ? related : Number.POSITIVE_INFINITY
  }

  /** The cheapest way from one list to the other. */
  #align(stored: readonly SnapshotNode[], received: readonly SnapshotNode[]): Place[] {
    const costs = stored.map(() => new Float64Array(received.length + 1))
    costs.push(Float64Array.from({ length: received.length + 1 }, (_, column) => (received.length - column) * alone))
    const cost = (row: number, column: number) => costs[row]![column]!
    const pairCost = (row: number, column: number) => this.#pairCost(stored[row]!, received[column]!)
    for (let row = stored.length - 1; row >= 0; row--) {
      const any = isAny(stored[row]!)
      for (let column = received.length; column >= 0; column--) {
        const last = column === received.length
        costs[row]![column] = any
          ? Math.min(cost(row + 1, column), last ? Number.POSITIVE_INFINITY : cost(row, column + 1))
          : Math.min(
              cost(row + 1, column) + alone,
              last ? Number.POSITIVE_INFINITY : cost(row, column + 1) + alone,
              last ? Number.POSITIVE_INFINITY : cost(row + 1, column + 1) + pairCost(row, column),
            )
      }
    }
    const places: Place[] = []
    let [row, column] = [0, 0]
    while (row < stored.length || column < received.length) {
      const node = stored[row]
      const other = received[column]
      const here = cost(row, column)
      if (node === undefined) {
        places.push({ stored: null, received: other! })
        column += 1
      } else if (isAny(node)) {
        if (other === undefined || here === cost(row + 1, column)) {
          places.push({ stored: node, received: null })
          row += 1
        } else column += 1
      } else if (other !== undefined && here === cost(row + 1, column + 1) + pairCost(row, column)) {
        places.push({ stored: node, received: other })
        row += 1
        column += 1
      } else if (other !== undefined && here === cost(row, column + 1) + alone) {
        places.push({ stored: null, received: other })
        column += 1
      } else {
        places.push({ stored: node, received: null })
        row += 1
      }
    }
    return places
  }
}

/** What it costs: a pair of which only the own lines match, one of which only the program is the same, a node without any. */
const alike = 1
const related = 3
const alone = 2

function isAny({ lines, children }: SnapshotNode): boolean {
  return lines.length === 1 && lines[0] === anyLines && children.length === 0
}

/** `$ make -j4` and `$ make all`: what is below the one is to be looked for below the other. */
function isSameProgram(stored: SnapshotNode, received: SnapshotNode): boolean {
  const [program] = programName.exec(stored.lines[0]!) ?? []
  return program !== undefined && programName.exec(received.lines[0]!)?.[0] === program
}

const programName = /^(?:\$ \S+|\(fork\))/
