// SPDX-License-Identifier: MIT
// Criteria over the paths of files, whatever was done to them.
import { posix } from 'node:path'
import { showText } from '../trace/escape.ts'
import type { Text, TraceEvent } from '../trace/event.ts'
import { followFolder, linkFollower } from '../trace/links.ts'
import { editDistance, slipLimit } from '../trace/nearest.ts'
import { anyOf, baseName, type Pattern, pathPattern, type Verdict } from '../trace/pattern.ts'
import type { Alike } from '../trace/traits.ts'
import type { TraceView } from '../trace/view.ts'
import { alike, type Criterion } from './criteria.ts'

/** A path of an event, as a pattern is compared with it. */
export interface NamedFile {
  readonly path: Text
  /** As the caller gave it: a link may be in it. Absent where the event was given none. */
  readonly asked: Text
  /**
   * The name itself is meant, as of an unlink, and not what it leads to: of its path, and of the pattern, only the links of the folder are followed.
   */
  readonly isName: boolean
  /** The kernel walked `path`: no link is in it. */
  readonly isWalked: boolean
}

/** A pattern over files, by the path that the kernel resolved or by the name that was given. */
export interface FilePattern {
  readonly printed: string
  readonly wanted: string | null
  readonly folder?: string
  /** It is about a place among the test's files, not about a name in any folder or a text. */
  readonly isPlace: boolean
  match(file: NamedFile): Verdict
  /** How the name led to the file where that does not go without saying: `asked path link`, `/data/file, which "link" leads to`. */
  way(file: NamedFile): string | null
}

export function filePattern(input: unknown, root: string, what: string): FilePattern {
  const whole = pathPattern(input, root, what)
  const own = pathPattern(input, root, what, 'folder')
  const follow = linkFollower()
  const isText = typeof input !== 'string'
  const patternOf = (file: NamedFile) => (file.isName ? own : whole)
  /** The path with its links followed, where that is another one and the pattern is one of paths. */
  const followed = ({ path, isName, isWalked }: NamedFile): string | null => {
    if (isWalked || isText || (isName && own.isName) || typeof path !== 'string' || !path.startsWith('/')) return null
    if (isName && own.wanted !== null && own.wanted !== baseName(path)) return null
    const led = isName ? followFolder(follow, path) : follow(path)
    return led === path ? null : led
  }
  const match = (file: NamedFile): Verdict => {
    const verdict = pathVerdict(patternOf(file), file.path, file.asked)
    if (verdict === 'yes') return verdict
    const led = followed(file)
    return led !== null && patternOf(file).match(led) === 'yes' ? 'yes' : verdict
  }
  return {
    printed: whole.printed,
    wanted: whole.wanted,
    ...(whole.folder === undefined ? {} : { folder: whole.folder }),
    isPlace: !isText && !own.isName,
    match,
    way(file) {
      const { path, asked } = file
      const pattern = patternOf(file)
      if (pattern.match(path) === 'yes')
        return pattern.isThroughLink(path) ? `${showText(path)}, which ${pattern.printed} leads to` : null
      if (pathVerdict(pattern, path, asked) === 'yes') return `asked path ${showText(asked)}`
      const led = followed(file)
      return led !== null && pattern.match(led) === 'yes' ? `${showText(path)}, which leads to ${showText(led)}` : null
    },
  }
}

/** The asked path counts too, since a link may be in it. A relative one is whole only in its last segment. */
export function pathVerdict(pattern: Pattern, path: Text, asked: Text): Verdict {
  const verdict = pattern.match(path)
  if (verdict === 'yes' || asked === path) return verdict
  if (typeof asked === 'string' && !asked.startsWith('/') && !pattern.isName) return verdict
  const other = pattern.match(asked)
  return other === 'no' ? verdict : other
}

/** The files of an event that a pattern is about: of most kinds one. */
export type FilesOf<E extends TraceEvent> = (event: Alike<E>) => readonly NamedFile[]

/** How a criterion over a path that is not the target speaks of it: `to`, `new path`. */
export interface PathWords {
  readonly preposition: string
  readonly name: string
}

export function pathCriterion<E extends TraceEvent>(
  pattern: FilePattern,
  filesOf: FilesOf<E>,
  words?: PathWords,
): Criterion<E> {
  const filesOfEvent = filesOf as unknown as (event: E) => readonly NamedFile[]
  const start = words === undefined ? '' : `its ${words.name} is `
  return alike<E>({
    printed: words === undefined ? pattern.printed : `${words.preposition} ${pattern.printed}`,
    test: (event) => {
      const verdict = anyOf(filesOf(event).map(pattern.match))
      return verdict === 'no' && isElsewhere(event, pattern) ? 'unknown' : verdict
    },
    reason: (event) => {
      if (isElsewhere(event, pattern))
        return `${start}a path in another root (chroot): which of the test's it is was not recorded`
      const [file] = filesOfEvent(event)
      if (file === undefined) return ''
      const { path, asked } = file
      if (typeof path !== 'string') return `its ${words?.name ?? 'path'} could not be read`
      const base = baseName(path)
      if (base !== pattern.wanted) return `${start || 'named '}${showText(base)}, not ${pattern.printed}`
      const how = typeof asked !== 'string' || asked === path ? '' : ` (asked for as ${showText(asked)})`
      const where = pattern.folder === undefined ? '' : `, not in ${showText(pattern.folder)}`
      return `${start}in ${showText(posix.dirname(path))}${how}${where}`
    },
    note: (event) => {
      const file = filesOfEvent(event).find((one) => pattern.match(one) === 'yes')
      const way = file === undefined ? null : pattern.way(file)
      return way === null ? null : `matched by: ${way}`
    },
  })
}

/** Paths of another root than the test's say nothing of places: `/passwd` may be /etc/passwd. */
function isElsewhere(event: object, { isPlace }: FilePattern): boolean {
  return isPlace && 'chrooted' in event && event.chrooted === true
}

const mostFiles = 6

/** Whether a path is below the project root. */
export function isInProject(root: string, path: Text): path is string {
  return typeof path === 'string' && path.startsWith(root === '/' ? root : `${root}/`)
}

/** Some of the project's files that something was done to, for when nothing is near: `Opened in the project: a.c, b.c`. */
export function projectFiles<E extends TraceEvent>(
  trace: TraceView,
  kinds: readonly E['kind'][],
  done: string,
  fileOf: (event: Alike<E>) => Text | null,
): string[] {
  const root = trace.info.projectRoot
  const own = new Set<string>()
  trace.scan(
    kinds,
    (event) => {
      const path = fileOf(event as unknown as Alike<E>)
      if (path !== null && isInProject(root, path)) own.add(showText(posix.relative(root, path)))
      return null
    },
    () => true,
  )
  if (own.size === 0) return [`No file of the project was ${done}.`]
  const more = own.size > mostFiles ? `, … ${own.size - mostFiles} more` : ''
  return [`${done[0]!.toUpperCase()}${done.slice(1)} in the project: ${[...own].slice(0, mostFiles).join(', ')}${more}`]
}

/** How far the last segment of a path is from the wanted one; asked once for each path. */
export function distanceTo(wanted: string | null): (path: Text) => number | null {
  if (wanted === null) return () => null
  const limit = slipLimit(wanted)
  const known = new Map<Text, number | null>()
  return (path) => {
    let distance = known.get(path)
    if (distance === undefined) {
      const changes = typeof path === 'string' ? editDistance(wanted, baseName(path), limit) : limit + 1
      distance = changes <= limit ? changes : null
      known.set(path, distance)
    }
    return distance
  }
}
