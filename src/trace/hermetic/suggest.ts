// SPDX-License-Identifier: MIT
import { MisuseError } from '../misuse.ts'
import type { TraceView } from '../view.ts'
import { Declared } from './declared.ts'
import type { Entry, EntryKey } from './entry.ts'
import { spellGlob } from './glob.ts'
import { groupMadeUp, groupPaths } from './group-paths.ts'
import { neededOf } from './needed.ts'
import { type Needs, needsOf } from './needs.ts'
import type { HermeticPolicy } from './policy.ts'
import { policySource } from './policy-source.ts'
import { type Scene, sceneOf } from './scene.ts'
import { isBroad, StableNames } from './stable-names.ts'
import { suggestNetwork } from './suggest-network.ts'
import { suggestPrograms } from './suggest-programs.ts'

/** A policy as a run suggests it. As a string it is its own TypeScript source. */
export type SuggestedPolicy = HermeticPolicy & { toString(): string }

/**
 * A policy that the run passes, and that allows little more than what it did: each entry is needed. Names that are made up anew in each run are globs, many files of one folder are one entry. What could not be read
 * is in none. Throws MisuseError for a trace without the groups process, file and network; without probe it says nothing of what is only looked at.
 */
export function suggestPolicy(trace: TraceView): SuggestedPolicy {
  const { groups } = trace.info
  const missing = ['process', 'file', 'network'].filter((group) => !groups.includes(group))
  if (missing.length > 0)
    throw new MisuseError(
      `Expected a trace with the groups process, file and network to suggest a policy from, got one without ${missing.join(', ')}.`,
    )
  const probes = groups.includes('probe')
  const scene = sceneOf(trace)
  const needs = needsOf(trace, scene, probes)
  const names = new StableNames(scene.projectRoot, pidsOf(trace), needs.made, needs.gone)
  const drafted = new Draft(needs, scene, names).policy()
  const policy = neededOf(probes ? drafted : { ...drafted, probes: false }, needs.accesses, scene)
  return Object.defineProperty({ ...policy }, 'toString', { value: () => policySource(policy) }) as SuggestedPolicy
}

function pidsOf(trace: TraceView): Set<string> {
  return new Set(trace.processes.flatMap(({ pid, nsPid }) => [`${pid}`, `${nsPid}`]))
}

const readable: readonly EntryKey[] = ['outputs', 'toolchain', 'executables', 'inputs']

/** A policy in the making. What is declared already is not declared again, so the order of the steps matters. */
class Draft {
  readonly #needs: Needs
  readonly #scene: Scene
  readonly #names: StableNames
  #policy: HermeticPolicy = {}
  #declared: Declared

  constructor(needs: Needs, scene: Scene, names: StableNames) {
    this.#needs = needs
    this.#scene = scene
    this.#names = names
    this.#declared = new Declared({}, scene)
  }

  policy(): HermeticPolicy {
    const { written, folders, read, absent, probed, executed, mounted, chrooted } = this.#needs
    this.#add('outputs', written)
    this.#add('outputs', this.#left(folders, ['outputs'], ['outputs']))
    this.#addToolchain([...executed.keys(), ...read, ...probed, ...absent])
    const programs = suggestPrograms(
      this.#needs,
      (path) => this.#is(path, ['outputs', 'toolchain']),
      (alias) => this.#isName(alias),
      this.#names,
      this.#scene.projectRoot,
    )
    this.#put({ executables: programs })
    // What is only looked at counts among a folder's files, unless it is a folder on the way to something.
    const ways = waysTo([...read, ...absent, ...probed])
    const looked = this.#left(probed, readable, 'any').filter((path) => !ways.has(path))
    this.#add('inputs', this.#left([...read, ...looked], readable))
    this.#add('absent', this.#left(absent, readable, 'any'))
    this.#add('inputs', this.#left(probed, readable, 'any'))
    this.#add('mounts', mounted)
    this.#put({
      chrooted: groupPaths(
        chrooted,
        (folder) => folder === '/',
        () => false,
      ).sort(),
    })
    this.#put(suggestNetwork(this.#needs, this.#scene, this.#names))
    return this.#policy
  }

  #put(part: HermeticPolicy): void {
    const filled = Object.entries(part).filter(([, list]) => !Array.isArray(list) || list.length > 0)
    if (filled.length === 0) return
    this.#policy = { ...this.#policy, ...Object.fromEntries(filled) }
    this.#declared = new Declared(this.#policy, this.#scene)
  }

  #add(key: 'inputs' | 'outputs' | 'absent' | 'mounts', paths: Iterable<string>): void {
    const known = this.#policy[key]
    const entries = new Set([...(Array.isArray(known) ? known : []), ...this.#entries(paths)])
    this.#put({ [key]: [...entries].sort() })
  }

  /** Entries that match the paths, as a policy spells them. */
  #entries(paths: Iterable<string>): string[] {
    const { projectRoot } = this.#scene
    const madeUp: string[] = []
    const plain: string[] = []
    for (const path of paths) {
      const glob = this.#names.globOf(path)
      if (glob === null) plain.push(path)
      else madeUp.push(glob)
    }
    const grouped = groupPaths(
      plain,
      (folder) => isBroad(folder, projectRoot) || this.#names.isTop(folder),
      (folder) => folder === projectRoot,
    )
    return [...grouped, ...groupMadeUp(madeUp)].map((glob) => spellGlob(this.#names.told(glob), projectRoot))
  }

  /** Of the paths those that nothing declares yet under these keys, nor leads past under the other ones. The deepest come first, so that folders on the way to them fall away. */
  #left(paths: Iterable<string>, keys: readonly EntryKey[], onTheWay: readonly EntryKey[] | 'any' = []): string[] {
    const left = [...paths].filter((path) => !this.#is(path, keys))
    if (onTheWay.length === 0) return left
    const ways = waysTo(left)
    return left.filter(
      (path) =>
        !ways.has(path) &&
        !this.#declared.paths.onTheWay(path).some(({ key }) => onTheWay === 'any' || onTheWay.includes(key)),
    )
  }

  #is(path: string, keys: readonly EntryKey[]): boolean {
    return this.#declared.paths.match(path).some(({ key }: Entry) => keys.includes(key))
  }

  /** As the judge decides it. */
  #isName(alias: string): boolean {
    const { real } = this.#scene
    const spellings = [alias, ...(real.of(alias, 'folder', false) ?? [])]
    return !real.isMade(alias) && spellings.some((path) => this.#is(path, ['outputs', 'toolchain']))
  }

  #addToolchain(used: readonly string[]): void {
    const toolchain = new Declared({ toolchain: true, ignore: [] }, this.#scene).paths
    if (used.some((path) => !this.#is(path, ['outputs']) && toolchain.match(path).length > 0))
      this.#put({ toolchain: true })
  }
}

/** Every folder above the paths. */
function waysTo(paths: Iterable<string>): Set<string> {
  const ways = new Set<string>()
  for (const path of paths) {
    if (path === '/') continue
    for (let end = path.lastIndexOf('/'); end >= 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end) || '/'
      if (ways.has(folder)) break
      ways.add(folder)
      if (end === 0) break
    }
  }
  return ways
}
