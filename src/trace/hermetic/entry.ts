// SPDX-License-Identifier: MIT
import { posix } from 'node:path'
import type { FollowLink } from '../links.ts'
import { type PathGlob, readPathGlob } from './glob.ts'

/** What a policy's entries can stand under. */
export type EntryKey =
  | 'inputs'
  | 'outputs'
  | 'toolchain'
  | 'executables'
  | 'network'
  | 'delegates'
  | 'absent'
  | 'chrooted'
  | 'mounts'
  | 'ignore'

/** One thing that a policy declares. */
export interface Entry {
  readonly key: EntryKey
  /** As it stands in the policy, escaped: `"src/**"`. */
  readonly printed: string
  /** Something in the trace was it. */
  used: boolean
  /** It stands for looking alone, not for changes. */
  readonly looksOnly?: boolean
}

const none: readonly Entry[] = []

/** Which entries a path matches. Each path is looked up once; the more common shapes are looked up by name, not tried one by one. */
export class PathIndex {
  readonly #paths = new Map<string, Entry[]>()
  readonly #trees = new Map<string, Entry[]>()
  readonly #globs: { readonly start: string; readonly test: (rest: string) => boolean; readonly entry: Entry }[] = []
  readonly #ways = new Map<string, Entry[]>()
  readonly #known = new Map<string, readonly Entry[]>()

  /**
   * A path matches as it is written, and by what it leads to: of a glob the part before its magic. What is written relative to `root` also is so to what `root` leads to.
   * `outside`: a folder that a tree above it does not reach into.
   */
  add(entry: Entry, input: unknown, root: string, what: string, follow: FollowLink, outside?: string): void {
    const written = readPathGlob(input, root, what)
    const spellings = new Map([[written.base, written]])
    const led = [follow(written.base)]
    if (isBelow(written.base, root)) led.push(posix.join(follow(root), written.base.slice(root.length)))
    for (const base of led) if (!spellings.has(base)) spellings.set(base, { ...written, base })
    for (const glob of spellings.values()) this.#addSpelling(entry, glob, outside)
  }

  #addSpelling(entry: Entry, { base, shape, test, spelled }: PathGlob, outside: string | undefined): void {
    const start = base === '/' ? base : `${base}/`
    if (shape === 'path') push(this.#paths, base, entry)
    else if (shape === 'tree' && outside?.startsWith(start) !== true) push(this.#trees, base, entry)
    else {
      const isOutside = outside === undefined ? () => false : (rest: string) => isBelow(start + rest, outside)
      this.#globs.push({ start, test: (rest) => test(rest) && !isOutside(rest), entry })
      if (shape === 'glob') push(this.#paths, spelled, entry)
      else push(this.#paths, base, entry)
    }
    for (let folder = base; folder !== '/'; ) {
      const parent = posix.dirname(folder)
      push(this.#ways, parent, entry)
      folder = parent
    }
    if (shape === 'glob') push(this.#ways, base, entry)
  }

  /** Entries that the path matches. */
  match(path: string): readonly Entry[] {
    let found = this.#known.get(path)
    if (found === undefined) {
      found = this.#find(path)
      this.#known.set(path, found)
    }
    return found
  }

  /** Entries that the path is a folder on the way to. */
  onTheWay(path: string): readonly Entry[] {
    return this.#ways.get(path) ?? none
  }

  #find(path: string): readonly Entry[] {
    const found = new Set(this.#paths.get(path))
    for (let folder = path; ; folder = posix.dirname(folder)) {
      for (const entry of this.#trees.get(folder) ?? none) found.add(entry)
      if (folder.length <= 1) break
    }
    for (const { start, test, entry } of this.#globs)
      if (path.startsWith(start) && path.length > start.length && !found.has(entry) && test(path.slice(start.length)))
        found.add(entry)
    return found.size === 0 ? none : [...found]
  }
}

/** Whether a path is a folder or in it. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || (path.startsWith(folder) && (folder === '/' || path[folder.length] === '/'))
}

function push(map: Map<string, Entry[]>, key: string, entry: Entry): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [entry])
  else if (!list.includes(entry)) list.push(entry)
}
