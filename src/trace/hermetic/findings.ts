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
  readonly #byAccess = new Map<Undeclared, Finding | null>()

  /** Events that are alike come with one and the same access. */
  add(access: Undeclared, sighting: Sighting): void {
    if (isScratch(access, sighting)) return
    let finding = this.#byAccess.get(access)
    if (finding === undefined) {
      finding = this.#findingOf(access, sighting)
      this.#byAccess.set(access, finding)
    }
    if (finding !== null) finding.count += 1
  }

  /** Null of what is told already. */
  #findingOf(access: Undeclared, { process, seq }: Sighting): Finding | null {
    const { class: kind, subject, isData } = access
    if (isData && opened[kind]?.some((one) => this.#byKey.has(keyOf(one, subject))) === true) return null
    const known = this.#byKey.get(keyOf(kind, subject))
    if (known !== undefined) return known
    const finding: Finding = { ...access, count: 0, process, seq }
    this.#byKey.set(keyOf(kind, subject), finding)
    return finding
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

/** Data that went through a file that never had a name (O_TMPFILE): the kernel names it by its number. */
export function isScratch({ subject, isData }: Pick<Undeclared, 'subject' | 'isData'>, sighting: Sighting): boolean {
  if (!isData || !/\/#\d+$/.test(subject)) return false
  const { event } = sighting
  return event.kind === 'io' && subject.endsWith(`/#${event.inode}`)
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
