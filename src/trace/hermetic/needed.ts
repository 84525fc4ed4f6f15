// SPDX-License-Identifier: MIT
import type { Access } from './access.ts'
import { Declared } from './declared.ts'
import type { Entry } from './entry.ts'
import { Judge } from './judge.ts'
import type { HermeticPolicy } from './policy.ts'
import type { Scene } from './scene.ts'

/** The policy without the entries that no access needs, since others stand for it as well. */
export function neededOf(policy: HermeticPolicy, accesses: readonly Access[], scene: Scene): HermeticPolicy {
  const declared = new Declared(policy, scene)
  const concerned = new Map<Entry, Set<Access>>()
  let current: Access | null = null
  const judge = new Judge(declared, scene, (entries) => {
    for (const entry of entries) {
      const own = concerned.get(entry)
      if (own === undefined) concerned.set(entry, new Set([current!]))
      else own.add(current!)
    }
  })
  for (const access of accesses) {
    current = access
    judge.of(access)
  }
  const unneeded = new Set<Entry>()
  const trial = new Judge(declared, scene)
  for (const entry of declared.entries) {
    if (entry.key === 'ignore') continue
    trial.without.add(entry)
    const isNeeded = [...(concerned.get(entry) ?? [])].some((access) => trial.of(access).is !== 'declared')
    if (isNeeded) trial.without.delete(entry)
    else unneeded.add(entry)
  }
  return withoutEntries(policy, declared.entries, unneeded)
}

/** Entries come in the order of the policy's lists. */
function withoutEntries(
  policy: HermeticPolicy,
  entries: readonly Entry[],
  unneeded: ReadonlySet<Entry>,
): HermeticPolicy {
  const kept: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(policy)) {
    const own = entries.filter((entry) => entry.key === key)
    if (Array.isArray(value)) {
      const list = value.filter((_, index) => !unneeded.has(own[index]!))
      if (list.length > 0) kept[key] = list
    } else if (value !== true || !own.every((entry) => unneeded.has(entry))) kept[key] = value
  }
  return kept
}
