// SPDX-License-Identifier: MIT
// Which helper is started: the one in the package, or the copy of it that `spyscall setup` has installed.
import { hash } from 'node:crypto'
import { join } from 'node:path'
import { accessSync, constants, existsSync, lstatSync, readdirSync, readFileSync } from './node-modules.ts'

/**
 * Where `spyscall setup` installs to, the first that can hold capabilities. Each build has a folder of its own in it, so that versions of several projects stand
 * beside each other.
 */
export const installFolders: readonly string[] = ['/usr/local/libexec/spyscall', '/opt/spyscall']

/** SHA-256 of a helper's file, hexadecimal. */
export function digestOf(helper: string): string {
  return hash('sha256', readFileSync(helper))
}

/** Where in one of the `installFolders` the build with this digest belongs. */
export function installedFile(folder: string, digest: string): string {
  return join(folder, buildName(digest), 'spyscall-helper')
}

function buildName(digest: string): string {
  return digest.slice(0, 16)
}

/**
 * The installed copy of a helper: of the same build, root's own, and executable by this user. Undefined where there is none, and for root, who needs none. Reads the
 * helper's file (some 2 MB, 3 ms) where anything is installed at all.
 */
export function installedCopy(helper: string): string | undefined {
  if (process.geteuid?.() === 0) return undefined
  const present = installFolders.filter((folder) => existsSync(folder))
  if (present.length === 0) return undefined
  const digest = digestOf(helper)
  return present.map((folder) => installedFile(folder, digest)).find((file) => isRoots(file) && isExecutable(file))
}

/** A file that nobody but root can change; false too where this user may not look. */
export function isRoots(file: string): boolean {
  try {
    const stats = lstatSync(file)
    return stats.isFile() && stats.uid === 0 && (stats.mode & 0o022) === 0
  } catch {
    return false
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Folders of other builds that are installed; of those that this user may not look into, none. */
export function otherBuilds(digest: string): string[] {
  return installFolders.flatMap((folder) => {
    try {
      const builds = readdirSync(folder).filter((build) => build !== buildName(digest))
      return builds.map((build) => join(folder, build))
    } catch {
      return []
    }
  })
}
