// SPDX-License-Identifier: MIT
import type { Sighting } from '../sighting.ts'
import { type AccessClass, accessClasses } from './access.ts'
import type { Undeclared } from './judge.ts'
import type { Violation } from './review.ts'

/** Classes of one path that are told as one, that first which says most. */
const ofOnePath: readonly AccessClass[] = [
  'create',
  'write',
  'rename',
  'delete',
  'execute',
  'read',
  'list',
  'probe',
  'absent',
]

/** Data that went through a file that was opened is the same access. */
const opened: Partial<Record<AccessClass, readonly AccessClass[]>> = {
  read: ['read', 'write', 'create'],
  write: ['write', 'create'],
}

type Finding = Omit<Violation, 'also' | 'count'> & { count: number }

/** Undeclared accesses, added up. */
export class Findings {
  readonly #byKey = new Map<string, Finding>()

  add(access: Undeclared, { process, seq, event }: Sighting): void {
    const known = this.#byKey.get(keyOf(access.class, access.subject))
    if (
      event.kind === 'io' &&
      opened[access.class]?.some((kind) => this.#byKey.has(keyOf(kind, access.subject))) === true
    )
      return
    if (known === undefined) this.#byKey.set(keyOf(access.class, access.subject), { ...access, count: 1, process, seq })
    else known.count += 1
  }

  /** By class in the order of `accessClasses`, then by path or address: the same in every run. */
  violations(): Violation[] {
    const paths = new Map<string, Finding[]>()
    const violations: Violation[] = []
    for (const finding of this.#byKey.values()) {
      if (!finding.isPath || !ofOnePath.includes(finding.class)) violations.push({ ...finding, also: [] })
      else if (!paths.get(finding.subject)?.push(finding)) paths.set(finding.subject, [finding])
    }
    for (const findings of paths.values()) violations.push(asOne(findings))
    return violations.sort(inOrder)
  }
}

function asOne(findings: readonly Finding[]): Violation {
  const [first, ...others] = [...findings].sort(
    (one, other) => ofOnePath.indexOf(one.class) - ofOnePath.indexOf(other.class),
  )
  return {
    ...first!,
    also: others.map((other) => other.class),
    certain: findings.some(({ certain }) => certain),
    count: findings.reduce((sum, { count }) => sum + count, 0),
  }
}

function keyOf(kind: AccessClass, subject: string): string {
  return `${kind} ${subject}`
}

function inOrder(one: Violation, other: Violation): number {
  const byClass = accessClasses.indexOf(one.class) - accessClasses.indexOf(other.class)
  if (byClass !== 0) return byClass
  return one.subject < other.subject ? -1 : one.subject > other.subject ? 1 : 0
}
