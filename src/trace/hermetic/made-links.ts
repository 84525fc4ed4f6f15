// SPDX-License-Identifier: MIT
import { posix } from 'node:path'
import type { LinkEvent, RenameEvent, SymlinkEvent, Text } from '../event.ts'
import { type FollowLink, followFolder } from '../links.ts'
import { joinPath } from '../paths.ts'

const deepest = 16

/**
 * Symbolic links that the processes of a trace made. What leads through them is told by the record: they may be gone, or lead elsewhere, by the time somebody looks at the disk,
 * and a policy does not speak of what the run itself put there.
 */
export class MadeLinks {
  readonly #targets = new Map<string, Set<string>>()
  readonly #folders = new Set<string>()
  readonly #follow: FollowLink
  #ends: Set<string> | undefined

  constructor(links: Iterable<SymlinkEvent>, moves: Iterable<RenameEvent | LinkEvent>, follow: FollowLink) {
    this.#follow = follow
    const events = [...links, ...moves].filter(({ result, chrooted }) => result.ok && !chrooted)
    if (!events.some(({ kind }) => kind === 'symlink')) return
    for (const event of events.sort((one, other) => one.seq - other.seq)) {
      if (event.kind === 'symlink') {
        if (typeof event.path === 'string') this.#make(event.path, event.target)
        continue
      }
      this.#move(event.path, event.to)
      if (event.kind === 'rename' && event.flags.includes('RENAME_EXCHANGE')) this.#move(event.to, event.path)
    }
  }

  /** Whether the path is such a link or leads through one, by its own spelling. */
  leadsThrough(path: string): boolean {
    for (let part = path; part.length > 1; part = posix.dirname(part)) if (this.#targets.has(part)) return true
    return false
  }

  /** What the link at a path on this disk leads to, if none of the links on the way was made by the run; else the path. */
  follow(path: string): string {
    const end = this.#follow(path)
    if (end === path || this.#targets.size === 0) return end
    if (this.leadsThrough(path)) return path
    this.#ends ??= new Set([...this.#targets.keys()].map(this.#follow))
    for (let part = end; part.length > 1; part = posix.dirname(part)) if (this.#ends.has(part)) return path
    return end
  }

  /** Where a path led, at one time or another, through links that were made; without it itself. `whole`: its last segment is followed too. */
  wayOf(path: string, whole: boolean): string[] {
    if (this.#targets.size === 0) return []
    const found = new Set<string>([path])
    for (const one of found) {
      if (found.size > deepest) break
      for (let part = whole ? one : posix.dirname(one); part.length > 1; part = posix.dirname(part))
        for (const target of this.#targets.get(part) ?? []) found.add(posix.join(target, one.slice(part.length)))
    }
    found.delete(path)
    return [...found]
  }

  #make(path: string, target: Text): void {
    for (const spelled of this.#spellings(path)) {
      const to = joinPath(posix.dirname(spelled), target)
      if (typeof to === 'string') this.#add(spelled, to)
    }
  }

  #add(path: string, target: string): void {
    const targets = this.#targets.get(path)
    if (targets === undefined) this.#targets.set(path, new Set([target]))
    else targets.add(target)
    for (let folder = posix.dirname(path); !this.#folders.has(folder); folder = posix.dirname(folder))
      this.#folders.add(folder)
  }

  /** A link that is renamed, or given another name, leads where it did; one in a folder that is renamed is found there. */
  #move(from: Text, to: Text): void {
    if (typeof from !== 'string' || typeof to !== 'string') return
    for (const old of this.#spellings(from)) for (const name of this.#spellings(to)) this.#rename(old, name)
  }

  #rename(from: string, to: string): void {
    for (const target of this.#targets.get(from) ?? []) this.#add(to, target)
    if (!this.#folders.has(from)) return
    for (const [path, targets] of [...this.#targets])
      if (path.startsWith(`${from}/`)) for (const target of targets) this.#add(to + path.slice(from.length), target)
  }

  /** The links of its folder followed, those of this disk and those that the run made before. */
  #spellings(path: string): Set<string> {
    return new Set([path, followFolder(this.#follow, path), ...this.wayOf(path, false)])
  }
}
