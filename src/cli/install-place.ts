// SPDX-License-Identifier: MIT
// Where `spyscall setup` installs to, and what is there already.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { installedFile, installFolders, isRoots } from '../session/helper-file.ts'
import { hasCapabilities } from './file-capabilities.ts'
import { mountOf, unfitForCapabilities } from './mounts.ts'
import type { Audience } from './root-script.ts'

export type Place = { readonly folder: string } | { readonly unfit: readonly string[] }

/** The first of the `installFolders` on a file system that can hold the helper; or, of each, why it cannot. */
export function choosePlace(): Place {
  const unfit: string[] = []
  for (const folder of installFolders) {
    const mount = mountOf(folder)
    const reason =
      mount &&
      (unfitForCapabilities(mount) ?? (mount.options.has('ro') ? `${mount.place} is mounted read-only` : undefined))
    if (reason === undefined) return { folder }
    unfit.push(`${folder}: ${reason}`)
  }
  return { unfit }
}

/** Whether a build is installed, with its capabilities, for this audience. Where there is no getcap to ask, it is taken to have them. */
export function isInstalled(folder: string, digest: string, audience: Audience): boolean {
  const file = installedFile(folder, digest)
  return isRoots(file) && hasCapabilities(file) !== false && isFor(folder, audience)
}

function isFor(folder: string, audience: Audience): boolean {
  if (audience === 'unchanged') return true
  const { mode, gid } = statSync(folder)
  if (audience === 'everyone') return (mode & 0o777) === 0o755
  return (mode & 0o777) === 0o750 && gid === groupNumber(audience.group)
}

/** Number of a group; undefined when there is none of that name. */
export function groupNumber(name: string): number | undefined {
  const number = groupField(name, 2)
  return number === undefined ? undefined : Number(number)
}

/** The group that alone may look into a folder, when this user is not of it. Undefined also when there is no folder. */
export function closedTo(folder: string): string | undefined {
  const stats = statSync(folder, { throwIfNoEntry: false })
  if (stats === undefined) return undefined
  try {
    accessSync(folder, constants.X_OK)
    return undefined
  } catch {
    return groupField(String(stats.gid), 0) ?? String(stats.gid)
  }
}

/** A field of a group's entry, whichever database it is in: group(5). */
function groupField(nameOrNumber: string, field: number): string | undefined {
  if (nameOrNumber.startsWith('-')) return undefined
  const { stdout, status } = spawnSync('getent', ['group', nameOrNumber], { encoding: 'utf8' })
  return status === 0 ? stdout.trim().split(':')[field] : undefined
}
