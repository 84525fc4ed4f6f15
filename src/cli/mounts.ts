// SPDX-License-Identifier: MIT
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'

export interface Mount {
  /** Where it is mounted. */
  readonly place: string
  /** `ext4`, `overlay`, `nfs4`, … */
  readonly type: string
  /** Of the mount and of its file system: `nosuid`, `ro`, … */
  readonly options: ReadonlySet<string>
}

/** The mount that a path is on, or would be made on. Undefined where /proc does not tell. */
export function mountOf(path: string): Mount | undefined {
  let folder = path
  while (!existsSync(folder)) folder = dirname(folder)
  const real = realpathSync(folder)
  const mounts = parseMounts(readMounts()).filter(({ place }) => isWithin(real, place))
  // Of mounts on one place, the last covers the others.
  return mounts.reduce<Mount | undefined>(
    (best, mount) => (best === undefined || mount.place.length >= best.place.length ? mount : best),
    undefined,
  )
}

function readMounts(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8')
  } catch {
    return ''
  }
}

/** The lines of /proc/PID/mountinfo: proc_pid_mountinfo(5). */
export function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ')
    const [, , , , place, own = ''] = before.split(' ')
    const [type = '', , whole = ''] = after.split(' ')
    if (place === undefined) return []
    return [{ place: unescapeOctal(place), type, options: new Set([...own.split(','), ...whole.split(',')]) }]
  })
}

/** Blanks, tabs, line ends and backslashes are written in octal. */
function unescapeOctal(place: string): string {
  return place.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}

function isWithin(path: string, folder: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`)
}

/** What keeps files of this mount from having capabilities, in words; undefined where nothing is known to. */
export function unfitForCapabilities({ place, options }: Mount): string | undefined {
  if (options.has('nosuid')) return `${place} is mounted nosuid, where the kernel ignores capabilities of files`
  if (options.has('noexec')) return `${place} is mounted noexec`
  return undefined
}
