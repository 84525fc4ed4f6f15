// SPDX-License-Identifier: MIT
// Criteria over the paths of files, whatever was done to them.
import { posix } from 'node:path'
import { showText } from '../trace/escape.ts'
import type { Text, TraceEvent } from '../trace/event.ts'
import { followFolder, linkFollower } from '../trace/links.ts'
import { editDistance, slipLimit } from '../trace/nearest.ts'
import { baseName, type Pattern, pathPattern, type Verdict } from '../trace/pattern.ts'
import type { Alike } from '../trace/traits.ts'
import type { TraceView } from '../trace/view.ts'
import { alike, type Criterion } from './criteria.ts'

/** A path of an event, as a pattern is compared with it. */
export interface NamedFile {
  readonly path: Text
  /** As the caller gave it: a link may be in it. Absent where the event was given none. */
  readonly asked: Text
  /**
   * The name itself is meant, as of an unlink: a pattern's last link is not followed, but those of its folder are, and those of the folder of `path`, which the kernel did not resolve.
   * False where the file is meant that it leads to.
   */
  readonly isName: boolean
}

/** A pattern over files, by the path that the kernel resolved or by the name that was given. */
export interface FilePattern {
  readonly printed: string
  readonly wanted: string | null
  readonly folder?: string
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
  /** The path with the links of its folder followed, where that is another one and the pattern is one of paths. */
  const followed = ({ path, isName }: NamedFile): string | null => {
    if (!isName || isText || own.isName || typeof path !== 'string' || !path.startsWith('/')) return null
    const led = followFolder(follow, path)
    return led === path ? null : led
  }
  const match = (file: NamedFile): Verdict => {
    const verdict = pathVerdict(patternOf(file), file.path, file.asked)
    if (verdict === 'yes') return verdict
    const led = followed(file)
    return led === null ? verdict : own.match(led) === 'yes' ? 'yes' : verdict
  }
  return {
    printed: whole.printed,
    wanted: whole.wanted,
    ...(whole.folder === undefined ? {} : { folder: whole.folder }),
    match,
    way(file) {
      const { path, asked } = file
      const pattern = patternOf(file)
      if (pattern.match(path) === 'yes')
        return pattern.isThroughLink(path) ? `${showText(path)}, which ${pattern.printed} leads to` : null
      if (pathVerdict(pattern, path, asked) === 'yes') return `asked path ${showText(asked)}`
      const led = followed(file)
      return led !== null && own.match(led) === 'yes' ? `${showText(path)}, which leads to ${showText(led)}` : null
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

/** Gives the file of an event that a pattern is about; null of an event without one. */
export type FileOf<E extends TraceEvent> = (event: Alike<E>) => NamedFile | null

/** `name`: what to call the path in a reason, `` of the only one. */
export function pathCriterion<E extends TraceEvent>(pattern: FilePattern, fileOf: FileOf<E>, name = ''): Criterion<E> {
  const fileOfEvent = fileOf as unknown as (event: E) => NamedFile | null
  const its = name === '' ? 'its path' : `its ${name}`
  return alike<E>({
    printed: name === '' ? pattern.printed : `${name} ${pattern.printed}`,
    test: (event) => {
      const file = fileOf(event)
      return file === null ? 'no' : pattern.match(file)
    },
    reason: (event) => {
      const file = fileOfEvent(event)
      if (file === null) return ''
      const { path, asked } = file
      if (typeof path !== 'string') return `${its} could not be read`
      const base = baseName(path)
      if (base !== pattern.wanted)
        return `${name === '' ? '' : `${its} is `}named ${showText(base)}, not ${pattern.printed}`
      const how = typeof asked !== 'string' || asked === path ? '' : ` (asked for as ${showText(asked)})`
      const where = pattern.folder === undefined ? '' : `, not in ${showText(pattern.folder)}`
      return `${name === '' ? '' : `${its} is `}in ${showText(posix.dirname(path))}${how}${where}`
    },
    note: (event) => {
      const file = fileOfEvent(event)
      const way = file === null ? null : pattern.way(file)
      return way === null ? null : `matched by: ${way}`
    },
  })
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
