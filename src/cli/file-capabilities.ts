// SPDX-License-Identifier: MIT
// Capabilities of files, by the programs of libcap: Node cannot read extended attributes.
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** As setcap(8) and getcap(8) spell them. */
const needed = ['cap_bpf', 'cap_perfmon'] as const

/** What recording needs, for setcap. */
export const neededCapabilities = `${needed.join(',')}=ep`

/** Whether a file has both capabilities; undefined where there is no getcap to ask. */
export function hasCapabilities(file: string): boolean | undefined {
  const getcap = findTool('getcap')
  if (getcap === undefined) return undefined
  const { stdout } = spawnSync(getcap, [file], { encoding: 'utf8', env: { LC_ALL: 'C' } })
  return areEffective((stdout ?? '').slice(file.length))
}

/** Of what getcap prints behind the name: ` cap_perfmon,cap_bpf=ep`, by older ones ` = cap_perfmon,cap_bpf+ep`. */
export function areEffective(printed: string): boolean {
  const [, names = '', flags = ''] = /([\w,]+)[=+]([eip]+)\s*$/.exec(printed) ?? []
  return needed.every((name) => names.split(',').includes(name)) && flags.includes('e') && flags.includes('p')
}

/** Folders of programs for the administrator, which are not in every user's PATH. */
const administration = ['/usr/sbin', '/sbin', '/usr/bin', '/bin', '/run/current-system/sw/bin']

/** Path of a program; undefined where there is none. */
export function findTool(name: string): string | undefined {
  const folders = [...administration, ...(process.env['PATH'] ?? '').split(delimiter)]
  return folders
    .filter((folder) => folder.startsWith('/'))
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/** What to install for setcap and getcap, as the larger distributions call it. */
export const capabilityPackage =
  'libcap2-bin (Debian, Ubuntu), libcap (Fedora, Arch), libcap-progs (openSUSE), libcap-utils (Alpine)'
