// SPDX-License-Identifier: MIT
import { posix } from 'node:path'

/** Where a path leads when the links in it are followed. Throws where that cannot be told. */
export type FollowLink = (path: string) => string

// On the global object: the entries of one package may each hold a copy of this module.
const installed: unique symbol = Symbol.for('spyscall.followLink') as never
const holder = globalThis as { [installed]?: FollowLink }

/** What patterns follow links with. An entry installs it, since nothing here does I/O; without it paths are compared as they are written. */
export function installLinks(follow: FollowLink): void {
  holder[installed] = follow
}

// Links that lead elsewhere for each process, or to something that has no path.
const ownOfProcess = /^\/(?:proc|dev\/(?:fd|stdin|stdout|stderr))(?:\/|$)/

/** Follows the links of absolute paths, as far as the path exists; each path is asked for once. */
export function linkFollower(): FollowLink {
  const follow = holder[installed]
  if (follow === undefined) return (path) => path
  const known = new Map<string, string>()
  const followed = (path: string): string => {
    let target = known.get(path)
    if (target !== undefined) return target
    try {
      target = follow(path)
    } catch {
      const parent = posix.dirname(path)
      target = parent === path ? path : posix.join(followed(parent), posix.basename(path))
    }
    known.set(path, target)
    return target
  }
  return (path) => (ownOfProcess.test(path) ? path : followed(path))
}

/** The links of its folder followed, its own name kept: a program is known by the name of the link that it was called by. */
export function followFolder(follow: FollowLink, path: string): string {
  return path === '/' ? path : posix.join(follow(posix.dirname(path)), posix.basename(path))
}
