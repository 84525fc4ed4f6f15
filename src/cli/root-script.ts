// SPDX-License-Identifier: MIT
// What `spyscall setup` has root do: lines for sh, printed as they are run.
import { dirname } from 'node:path'
import { installedFile, installFolders } from '../session/helper-file.ts'
import { quoteArgument } from '../trace/escape.ts'
import { UsageError } from './command.ts'
import { neededCapabilities } from './file-capabilities.ts'

/** Who may execute the installed helper: a group's members, everybody, or whoever could before. */
export type Audience = { readonly group: string } | 'everyone' | 'unchanged'

export interface Installation {
  /** One of the `installFolders`. */
  readonly folder: string
  /** The package's helper, and the SHA-256 of it. */
  readonly helper: string
  readonly digest: string
  readonly audience: Audience
}

/** Tools are those of the system, whatever the user's PATH says; what is made is open to read, whatever the umask. */
const beginning = ['set -eu', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin', 'umask 022']

/**
 * Copies the helper to a place where only root can change it, and opens it to others and gives it the two capabilities once it has turned out to be the file that was
 * meant: until then it could be a link, put there by anybody who can write to the package, to what only root may read. It gets its name last, so that nobody meets half of it.
 */
export function installLines({ folder, helper, digest, audience }: Installation): string[] {
  return [
    ...beginning,
    `to=${dirname(installedFile(folder, digest))}`,
    `trap 'rm -f "$to/new"' EXIT`,
    'mkdir -p "$to"',
    ...audienceLines(folder, audience),
    `install -m 0700 ${quote(helper)} "$to/new"`,
    `echo "${digest}  $to/new" | sha256sum -c - >/dev/null`,
    'chmod 0755 "$to/new"',
    `setcap ${neededCapabilities} "$to/new"`,
    `mv -f "$to/new" "$to/spyscall-helper"`,
  ]
}

/** The folder is closed, not the files: so the choice holds for versions that are installed later, too. */
function audienceLines(folder: string, audience: Audience): string[] {
  if (audience === 'unchanged') return []
  if (audience === 'everyone') return [`chgrp root ${folder}`, `chmod 0755 ${folder}`]
  return [`chgrp ${quote(audience.group)} ${folder}`, `chmod 0750 ${folder}`]
}

/** Takes away all that was ever installed. Helpers that run go on until their last session is closed. */
export function removeLines(): string[] {
  return [...beginning, `rm -rf ${installFolders.join(' ')}`]
}

function quote(argument: string): string {
  const quoted = quoteArgument(argument)
  // Of no other shell than bash and its like, and nobody could read what is run as root.
  if (quoted.startsWith('$')) throw new UsageError(`expected names of printable characters, got ${quoted}`)
  return quoted
}
