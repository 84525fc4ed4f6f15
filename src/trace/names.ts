// SPDX-License-Identifier: MIT
import { posix } from 'node:path'
import { showText } from './escape.ts'
import type { ExecEvent, Text } from './event.ts'
import { followFolder, linkFollower } from './links.ts'
import { misuse } from './misuse.ts'
import {
  type AsymmetricMatcher,
  baseName,
  type Followed,
  type Pattern,
  pathPattern,
  type Verdict,
  valuePattern,
} from './pattern.ts'

/** Where a program's name came from. */
export type NameLabel = 'asked path' | 'script' | 'interpreter' | 'argv[0]' | 'resolved file'

/** One of the names by which a person may know an execution. */
export interface ProgramName {
  readonly label: NameLabel
  /** A path, absolute where that is known; of argv[0] just its last segment, since a program may put anything there. */
  readonly text: Text
}

/** The file and arguments that a process was found with; `isTest`: of the test itself. */
export interface FoundProgram {
  readonly kind: 'root'
  readonly isTest: boolean
  readonly exe: Text
  readonly argv: readonly Text[]
}

/** A program that runs: an execution, or what the first process of a line was found with. */
export type Program = ExecEvent | FoundProgram

/**
 * `/usr/bin/gcc` is a link to `x86_64-linux-gnu-gcc-12`, `./configure` runs as `/bin/sh ./configure`, `ls` may be busybox:
 * all of the names are the program's. Of a failed execution only the asked one is known.
 */
export function programNames(program: Program): readonly ProgramName[] {
  if (program.kind === 'root') {
    return [...argumentName(program.argv), { label: 'resolved file', text: program.exe }]
  }
  const asked: ProgramName = { label: 'asked path', text: absolute(program.asked, program.cwd) }
  if (!program.result.ok) return [asked]
  const names = [asked]
  if (program.script !== null) names.push({ label: 'script', text: program.script })
  if (program.interpreter !== null)
    names.push({ label: 'interpreter', text: absolute(program.interpreter, program.cwd) })
  names.push(...argumentName(program.argv), { label: 'resolved file', text: program.path })
  return names
}

function argumentName(argv: readonly Text[]): ProgramName[] {
  const [first] = argv
  return first === undefined || first === ''
    ? []
    : [{ label: 'argv[0]', text: typeof first === 'string' ? baseName(first) : first }]
}

function absolute(path: Text, cwd: Text): Text {
  if (typeof path !== 'string' || path.startsWith('/') || path === '') return path
  return typeof cwd === 'string' && cwd.startsWith('/') ? posix.resolve(cwd, path) : path
}

/** How a program answered to a pattern, and by which of its names. */
export interface NameMatch {
  readonly verdict: Verdict
  readonly name: ProgramName | null
  /** Which links led from one to the other, as the end of a sentence: `, which /bin/cat leads to`; '' without any. */
  readonly way: string
}

/** A predicate over programs. */
export interface ProgramPattern {
  readonly printed: string
  readonly wanted: string | null
  match(program: Program): NameMatch
}

/** A name, path, glob, RegExp or asymmetric matcher over the names of a program. The latter two see each name and each path. */
export type ProgramPatternInput = string | RegExp | AsymmetricMatcher

/**
 * Matches when any name does: of a path both the whole and its last segment. Links are followed in folders only, on both sides:
 * `/bin/cat` is `/usr/bin/cat`, but of all that busybox does nothing is `/bin/ls` unless it was called by that name.
 */
export function programPattern(input: unknown, root: string, what: string): ProgramPattern {
  return overNames(namePattern(input, root, what, 'folder'), programNames)
}

/** Matches by the file that really runs, links resolved, and by nothing else (a compiler behind ccache is ccache). */
export function resolvedPattern(input: unknown, root: string, what: string): ProgramPattern {
  return overNames(namePattern(input, root, what, 'path'), (program) =>
    programNames(program).filter(({ label }) => label === 'resolved file'),
  )
}

function namePattern(input: unknown, root: string, what: string, followed: Followed): Pattern {
  if (typeof input === 'string') {
    refuseCommand(input, what)
    return pathPattern(input, root, what, followed)
  }
  const value = valuePattern(input, what)
  return {
    ...value,
    isName: true,
    match(text) {
      const whole = value.match(text)
      return whole === 'no' && typeof text === 'string' ? value.match(baseName(text)) : whole
    },
  }
}

/** A command with its arguments is the name of no program. */
function refuseCommand(input: string, what: string): void {
  if (!/^[^\s/]+\s+\S|\s--?[a-z]/i.test(input)) return
  throw misuse(
    `${what} to be a name or a path, without arguments`,
    input,
    'Arguments are the option `argv` of `toHaveExecuted`; a name with spaces is matched by a RegExp.',
  )
}

function overNames(pattern: Pattern, namesOf: (program: Program) => readonly ProgramName[]): ProgramPattern {
  const follow = linkFollower()
  return {
    printed: pattern.printed,
    wanted: pattern.wanted,
    match(program) {
      let unread: NameMatch = { verdict: 'no', name: null, way: '' }
      const names = namesOf(program)
      for (const name of names) {
        const verdict = pattern.match(name.text)
        if (verdict === 'yes') {
          const way = pattern.isThroughLink(name.text) ? `, which ${pattern.printed} leads to` : ''
          return { verdict, name, way }
        }
        if (verdict === 'unknown') unread = { verdict, name, way: '' }
      }
      if (pattern.isName) return unread
      for (const name of names) {
        if (typeof name.text !== 'string' || !name.text.startsWith('/')) continue
        const target = followFolder(follow, name.text)
        if (target !== name.text && pattern.match(target) === 'yes')
          return { verdict: 'yes', name, way: `, which leads to ${showText(target)}` }
      }
      return unread
    },
  }
}

/** The short name to show a program by: last segment of what was asked for; of a script the script's. */
export function shortName(program: Program): Text {
  if (program.kind === 'root') return program.isTest || typeof program.exe !== 'string' ? 'test' : baseName(program.exe)
  const asked = program.script ?? program.asked
  const text = typeof asked === 'string' && asked !== '' ? asked : program.path
  return typeof text === 'string' ? baseName(text) : text
}

const searchErrnos = new Set(['ENOENT', 'ENOTDIR', 'EACCES'])

/** A step of a search along `$PATH` that came to its end: the same process then executed a program of that name. */
export function isSearchStep(failed: ExecEvent, execs: readonly ExecEvent[]): boolean {
  if (failed.result.ok || failed.result.errno === null || !searchErrnos.has(failed.result.errno)) return false
  const name = shortName(failed)
  return execs.some((exec) => exec.seq > failed.seq && shortName(exec) === name)
}

/**
 * The command as it was typed: `./configure --prefix=/usr`, not `/bin/sh ./configure …`, which is what the kernel makes of it.
 * Of a failed execution only the path.
 */
export function commandOf(exec: ExecEvent): readonly Text[] {
  if (!exec.result.ok) return [exec.asked]
  if (exec.script === null) return exec.argv.length === 0 ? [exec.asked] : exec.argv
  const at = exec.argv.indexOf(exec.asked, 1)
  return at === -1 ? exec.argv : exec.argv.slice(at)
}
