// SPDX-License-Identifier: MIT
import { posix } from 'node:path'
import { escapeGlob } from './glob.ts'

/** From how many files of a folder on, they are told as one. */
const many = 7
/** From how many files below a folder on, in more than one of its folders, it is told as a whole. */
const manyBelow = 20

interface Folder {
  readonly path: string
  /** It is itself one of the paths. */
  isWanted: boolean
  /** Files and folders in it, by name. */
  readonly parts: Map<string, Folder>
}

/**
 * Absolute globs that match the paths, and little else: single paths where there are few, else files of a kind (`dir/*.h`), of a folder (`dir/*`), or a folder with all that is in it (`dir/**`).
 * `isBroad`: folders of which nothing may be told as a whole; `isKin`: those of them in which files of a kind still may.
 */
export function groupPaths(
  paths: Iterable<string>,
  isBroad: (folder: string) => boolean,
  isKin: (folder: string) => boolean,
): string[] {
  const root: Folder = { path: '/', isWanted: false, parts: new Map() }
  for (const path of paths) folderAt(root, path).isWanted = true
  const globs: string[] = []
  tell(root, isBroad, isKin, globs)
  return globs
}

function folderAt(root: Folder, path: string): Folder {
  let folder = root
  for (const name of path.split('/')) {
    if (name === '') continue
    let next = folder.parts.get(name)
    if (next === undefined) {
      next = { path: posix.join(folder.path, name), isWanted: false, parts: new Map() }
      folder.parts.set(name, next)
    }
    folder = next
  }
  return folder
}

function tell(
  folder: Folder,
  isBroad: (folder: string) => boolean,
  isKin: (folder: string) => boolean,
  globs: string[],
): void {
  const parts = [...folder.parts.values()]
  const own = escapeGlob(folder.path)
  const start = own === '/' ? own : `${own}/`
  const broad = isBroad(folder.path)
  const inner = parts.filter((part) => part.parts.size > 0)
  if (!broad && inner.length > 1 && countBelow(folder) >= manyBelow) {
    globs.push(`${start}**`)
    return
  }
  if (folder.isWanted) globs.push(own)
  const files = parts.filter((part) => part.parts.size === 0)
  const rest = broad && !isKin(folder.path) ? files : ofAKind(files, start, globs)
  if (!broad && rest.length >= many) globs.push(`${start}*`)
  else globs.push(...rest.map(({ path }) => escapeGlob(path)))
  // A folder in it that is told as `*` is matched by that, what is in it is not.
  for (const part of inner) tell(part, isBroad, isKin, globs)
}

/** Tells files with one ending that are many; gives the others. */
function ofAKind(files: readonly Folder[], start: string, globs: string[]): Folder[] {
  const kinds = new Map<string, Folder[]>()
  for (const file of files) {
    const ending = posix.extname(file.path)
    const kind = kinds.get(ending)
    if (kind === undefined) kinds.set(ending, [file])
    else kind.push(file)
  }
  const rest: Folder[] = []
  for (const [ending, kind] of kinds) {
    if (ending !== '' && kind.length >= many) globs.push(`${start}*${escapeGlob(ending)}`)
    else rest.push(...kind)
  }
  return rest
}

function countBelow(folder: Folder): number {
  let count = 0
  for (const part of folder.parts.values()) count += (part.isWanted ? 1 : 0) + countBelow(part)
  return count
}

/**
 * Globs of made-up names, fewer: what is below one is told as a whole, since the run made it; names that differ in their endings only are one where they are three or more.
 */
export function groupMadeUp(globs: Iterable<string>): string[] {
  const trees = new Set<string>()
  const single = new Set<string>()
  for (const glob of globs) {
    const [, top = glob, below = ''] = /^((?:[^?*\\]|\\.)*[?*][^/]*)(\/.*)?$/s.exec(glob) ?? []
    if (below === '') single.add(top)
    else trees.add(top)
  }
  const rest: string[] = []
  const stems = new Map<string, string[]>()
  for (const glob of single) {
    if (trees.has(glob)) continue
    const stem = /^(.*\?{6,})\.[^/]*$/s.exec(glob)?.[1]
    if (stem === undefined) rest.push(glob)
    else if (!stems.get(stem)?.push(glob)) stems.set(stem, [glob])
  }
  const merged = [...stems].flatMap(([stem, kin]) => (kin.length >= 3 ? [`${stem}.*`] : kin))
  return [...[...trees].map((top) => `${top}/**`), ...merged, ...rest]
}
