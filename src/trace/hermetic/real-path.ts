// SPDX-License-Identifier: MIT
import { type FollowLink, followFolder } from '../links.ts'
import type { Process } from '../process.ts'
import type { MadeLinks } from './made-links.ts'

/** Which links in the path of an event are still to be followed: the kernel's walk leaves none; a name that is removed is not followed itself. */
export type Unfollowed = 'none' | 'folder' | 'path'

const ofNetwork = /^\/net(?=\/|$)/
const ofDescriptor = /^\/dev\/(fd|stdin|stdout|stderr)(?=\/|$)/
const standard = ['stdin', 'stdout', 'stderr']
const ofProcess = /^\/proc\/(?:self|thread-self|(\d+))(?:\/task\/\d+)?(?=\/|$)/
const throughDescriptor = /^\/proc\/self\/(?:cwd|root|exe|fd\/\d+|map_files\/[^/]+)(\/.*)?$/
const throughRoot = /^\/proc\/self\/root(?=\/)/
const byNumber = /^\/proc\/\d/

/** /dev/fd is a link to /proc/self/fd, and its kin lead to files in there. */
function toDescriptor(_: string, name: string): string {
  return `/proc/self/fd${name === 'fd' ? '' : `/${standard.indexOf(name)}`}`
}

/** Where the paths of events really lead. */
export class RealPaths {
  readonly #pids: ReadonlySet<string>
  readonly #follow: FollowLink
  readonly #made: MadeLinks

  constructor(processes: readonly Process[], follow: FollowLink, made: MadeLinks) {
    this.#pids = pidsOf(processes)
    this.#follow = follow
    this.#made = made
  }

  /**
   * Every path that an access at `path` may have been of: one, but for links that the run itself made. What is below a process's own folder in /proc is given below
   * `/proc/self`. Null where it cannot be told: a path through one of its descriptors. `changes`: what the path leads to is changed, not just looked at.
   */
  of(path: string, unfollowed: Unfollowed, changes: boolean): readonly string[] | null {
    const own = this.#own(path)
    if (unfollowed === 'none') return [own]
    if (own.startsWith('/proc/self')) {
      // Another process may have another root.
      if (throughRoot.test(own) && !byNumber.test(path))
        return this.of(own.replace(throughRoot, ''), unfollowed, changes)
      const rest = throughDescriptor.exec(own)
      if (rest !== null && (rest[1] !== undefined || (changes && unfollowed === 'path'))) return null
      return [own]
    }
    const real = unfollowed === 'path' ? this.#follow(own) : followFolder(this.#follow, own)
    const whole = unfollowed === 'path'
    return [...new Set([real, ...this.#made.wayOf(own, whole), ...this.#made.wayOf(real, whole)])]
  }

  /** Whether the run itself made a link that the path is or leads through. */
  isMade(path: string): boolean {
    return this.#made.leadsThrough(path) || this.#made.leadsThrough(followFolder(this.#follow, path))
  }

  /** What /proc says of a process's network is the machine's: every process in that namespace is told the same. */
  #own(path: string): string {
    if (path.startsWith('/dev/')) return path.replace(ofDescriptor, toDescriptor)
    const found = path.startsWith('/proc/') ? ofProcess.exec(path) : null
    if (found === null || (found[1] !== undefined && !this.#pids.has(found[1]))) return path
    const rest = path.slice(found[0].length)
    return ofNetwork.test(rest) ? `/proc${rest}` : `/proc/self${rest}`
  }
}

/**
 * Numbers of the tree's processes as the test's own /proc has them: a process of the tree that looks at another one looks at nothing from outside. The test itself is outside. One that is number 1 is so in a
 * namespace of its own.
 */
function pidsOf(processes: readonly Process[]): Set<string> {
  const inContainer = processes.some(({ isRoot, pid, nsPid }) => isRoot && pid !== nsPid)
  const pids = processes.filter(({ isRoot }) => !isRoot).map(({ pid, nsPid }) => (inContainer ? nsPid : pid))
  return new Set(pids.filter((pid) => pid !== 1).map(String))
}
