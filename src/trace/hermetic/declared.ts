// SPDX-License-Identifier: MIT
import { type AddressPattern, addressPattern } from '../address.ts'
import type { Address, Text } from '../event.ts'
import type { HostNames } from '../host-names.ts'
import type { FollowLink } from '../links.ts'
import { MisuseError, misuse } from '../misuse.ts'
import { closest } from '../nearest.ts'
import { isAsymmetric, printValue, refuseLookalikes } from '../pattern.ts'
import { type DelegateName, delegateNames } from './delegates.ts'
import { type Entry, type EntryKey, PathIndex } from './entry.ts'
import { readNameGlob } from './glob.ts'
import { hermeticIgnore, isForLooking, nodePaths, toolchainPaths } from './places.ts'
import type { HermeticPolicy } from './policy.ts'

/** Where a policy is applied. */
export interface Site {
  readonly projectRoot: string
  /** File of the test's own program. */
  readonly node: Text
  readonly follow: FollowLink
  /** What names of hosts are compared with. */
  readonly names: HostNames
}

/** A policy, ready to be asked. Throws MisuseError for one that cannot be meant. */
export class Declared {
  readonly entries: Entry[] = []
  readonly paths = new PathIndex()
  readonly chrooted = new PathIndex()
  /** Programs are named, so that none runs which is not. */
  readonly namesPrograms: boolean
  /** Any path may be found to be absent. */
  readonly anyAbsent: Entry | null = null
  readonly #names = new Map<string, Entry[]>()
  readonly #nameGlobs: { readonly test: (name: string) => boolean; readonly entry: Entry }[] = []
  readonly #targets: { readonly pattern: AddressPattern; readonly entry: Entry }[] = []
  readonly #families = new Map<string, Entry[]>()
  readonly #delegates = new Map<string, Entry[]>()
  readonly #site: Site

  constructor(policy: HermeticPolicy, site: Site) {
    this.#site = site
    for (const key of ['inputs', 'outputs', 'mounts'] as const)
      for (const [input, what] of listOf(policy[key], key)) this.#addPath(key, input, what)
    this.#addToolchain(policy.toolchain)
    this.namesPrograms = policy.executables !== undefined
    for (const [input, what] of listOf(policy.executables, 'executables')) this.#addProgram(input, what)
    if (policy.network !== false) for (const [input] of listOf(policy.network, 'network')) this.#addTarget(input)
    for (const [input] of listOf(policy.delegates, 'delegates'))
      push(this.#delegates, delegateName(input), this.#entry('delegates', input))
    if (policy.absent === true) this.anyAbsent = this.#entry('absent', true)
    else if (policy.absent !== false)
      for (const [input, what] of listOf(policy.absent, 'absent')) this.#addPath('absent', input, what)
    for (const [input, what] of listOf(policy.chrooted, 'chrooted'))
      this.chrooted.add(this.#entry('chrooted', input), input, '/', what, (path) => path)
    this.#addIgnored(policy.ignore)
    if (policy.probes !== undefined && typeof policy.probes !== 'boolean')
      throw misuse('`probes` of the policy to be true or false', policy.probes)
  }

  /** Entries of which one names the program. */
  program(names: readonly string[]): readonly Entry[] {
    const found = new Set(names.flatMap((name) => this.#names.get(name) ?? []))
    for (const { test, entry } of this.#nameGlobs) if (names.some((name) => test(name))) found.add(entry)
    return [...found]
  }

  /** Entries that an address matches, and whether there are some of which that is not known. `seq`: of the event that has it. */
  address(address: Address, seq: number): { readonly found: readonly Entry[]; readonly maybe: boolean } {
    const verdicts = this.#targets.map(({ pattern, entry }) => ({ verdict: pattern.match(address, seq), entry }))
    return {
      found: verdicts.filter(({ verdict }) => verdict === 'yes').map(({ entry }) => entry),
      maybe: verdicts.some(({ verdict }) => verdict === 'unknown'),
    }
  }

  /** Entries that name a host. */
  host(name: string): readonly Entry[] {
    return this.#targets.filter(({ pattern }) => pattern.name?.match(name) === true).map(({ entry }) => entry)
  }

  family(name: string): readonly Entry[] {
    return this.#families.get(name) ?? []
  }

  delegate(name: string): readonly Entry[] {
    return this.#delegates.get(name) ?? []
  }

  #entry(key: EntryKey, input: unknown, looksOnly = false): Entry {
    const entry = { key, printed: printValue(input), used: false, looksOnly }
    this.entries.push(entry)
    return entry
  }

  #addPath(key: EntryKey, input: unknown, what: string): void {
    const { projectRoot, follow } = this.#site
    this.paths.add(this.#entry(key, input), input, projectRoot, what, follow)
  }

  /** A project in one of its folders (`/usr/src/app`) is no part of a system's toolchain. */
  #addToolchain(toolchain: unknown): void {
    if (toolchain === undefined || toolchain === false) return
    const { projectRoot, node, follow } = this.#site
    if (toolchain === true || Array.isArray(toolchain)) {
      const own = this.#entry('toolchain', true)
      for (const path of toolchainPaths) this.paths.add(own, path, projectRoot, '', follow, projectRoot)
      for (const path of nodePaths(node)) this.paths.add(own, path, projectRoot, '', follow)
    }
    if (toolchain === true) return
    for (const entry of this.entries) if (entry.key === 'toolchain') entry.used = true // it is not written there
    for (const [input, what] of listOf(toolchain, 'toolchain')) {
      const entry = this.#entry('toolchain', input)
      this.paths.add(entry, input, projectRoot, what, follow)
      this.paths.add(entry, `${input}/**`, projectRoot, what, follow)
    }
  }

  /** Without a `/` it is a name, or a glob over names. */
  #addProgram(input: unknown, what: string): void {
    if (typeof input !== 'string' || input === '' || input.includes('/'))
      return this.#addPath('executables', input, what)
    refuseLookalikes(input, what)
    const entry = this.#entry('executables', input)
    const { literal, test } = readNameGlob(input)
    push(this.#names, literal, entry)
    if (test !== null) this.#nameGlobs.push({ test, entry })
  }

  #addTarget(input: unknown): void {
    const family = familyOf(input)
    if (family !== null) return push(this.#families, family, this.#entry('network', input))
    const pattern = addressPattern(input, this.#site.projectRoot, this.#site.names)
    this.#targets.push({ pattern, entry: this.#entry('network', input) })
  }

  #addIgnored(ignore: unknown): void {
    const { projectRoot, follow } = this.#site
    for (const [input, what] of listOf(ignore ?? hermeticIgnore, 'ignore')) {
      const entry = this.#entry('ignore', input, isForLooking(input as string))
      if (hermeticIgnore.includes(input as string)) entry.used = true // a default is not the policy's own
      this.paths.add(entry, input, projectRoot, what, follow)
    }
  }
}

/** What may be true in place of a list. */
const switches: ReadonlySet<string> = new Set(['toolchain', 'absent'])

/** The elements of a list of a policy, each with what it is called. */
function listOf(list: unknown, key: string): [input: unknown, what: string][] {
  if (list === undefined) return []
  if (!Array.isArray(list))
    throw misuse(`\`${key}\` of the policy to be ${switches.has(key) ? 'true, false or ' : ''}a list`, list)
  return list.map((input, index) => [input, `\`${key}[${index}]\` of the policy`])
}

function delegateName(input: unknown): DelegateName {
  if (delegateNames.includes(input as DelegateName)) return input as DelegateName
  const meant = typeof input === 'string' ? closest(input, delegateNames) : null
  const remedy = meant === null ? `They are: ${delegateNames.join(', ')}.` : `Did you mean '${meant}'?`
  throw misuse('a name of `delegates` of the policy to be that of a daemon that is known', input, remedy)
}

/** A target that is a family and nothing else, other than those that targets have. */
function familyOf(input: unknown): string | null {
  if (typeof input !== 'object' || input === null || Array.isArray(input) || isAsymmetric(input)) return null
  const { family } = input as { family?: unknown }
  if (Object.keys(input).length !== 1 || typeof family !== 'string' || ['inet', 'inet6', 'unix'].includes(family))
    return null
  if (family === '') throw new MisuseError('Expected `family` of a target in `network` not to be empty.')
  return family
}

function push(map: Map<string, Entry[]>, key: string, entry: Entry): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [entry])
  else list.push(entry)
}
