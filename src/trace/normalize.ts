// SPDX-License-Identifier: MIT
import { homedir, tmpdir } from 'node:os'
import { cwd } from 'node:process'
import { type MadeUp, madeUpNames } from './made-up.ts'
import type { Process } from './process.ts'
import type { TraceInfo } from './trace-info.ts'
import type { TraceView } from './view.ts'

/** What differs from run to run and from machine to machine. */
export interface Places {
  /** Shown as `<project>`. */
  readonly projectRoot: string
  /** Shown as `<home>`. */
  readonly homes: readonly string[]
  /** The first name below one of them is shown as `<tmp:1>`, `<tmp:2>`, …; a short ending such as `.o` stays. */
  readonly tmpRoots: readonly string[]
  /** File of the test process's own program, shown as `<node>`; null when it is not known. */
  readonly node: string | null
  /** Pids of the trace's processes, shown as `<pid>` where one stands by itself. */
  readonly pids: ReadonlySet<string>
  /** Names of files that were made up and did not last, escaped, each with what is before and after its random part. */
  readonly madeUp: ReadonlyMap<string, MadeUp>
}

export function placesOf(trace: TraceView): Places {
  return places(trace.info, trace.tree, trace.processes, madeUpNames(trace))
}

/** As far as a process by itself tells: the project is where the test runs, by whom it is. */
export function placesAround(process: Process): Places {
  const known: Process[] = []
  for (let current: Process | null = process; current !== null; current = current.parent) known.push(current)
  const here = { projectRoot: cwd(), home: homes(), temporary: [tmpdir()] }
  return places(here, known.at(-1)!, known, new Map())
}

/** None where the user has no entry and no HOME, as in some containers. */
function homes(): string[] {
  try {
    return [homedir()]
  } catch {
    return []
  }
}

function places(
  { projectRoot, home, temporary }: Pick<TraceInfo, 'projectRoot' | 'home' | 'temporary'>,
  { exe }: Process,
  processes: readonly Process[],
  madeUp: Places['madeUp'],
): Places {
  return {
    projectRoot,
    homes: home,
    tmpRoots: [...temporary, '/tmp', '/var/tmp', '/dev/shm'],
    node: typeof exe === 'string' && exe !== '' ? exe : null,
    pids: new Set(processes.map((process) => String(process.pid))),
    madeUp,
  }
}

/** Replaces what is not stable in escaped text: one path, address or argument at a time. Names that get numbers become marks. */
export type Normalizer = (text: string) => string

export function normalizer(places: Places): Normalizer {
  const { node, pids, madeUp } = places
  const rules: Normalizer[] = [(text) => text.replace(forged, '\\u{f0000}')]
  if (node !== null) rules.push((text) => (text === node ? '<node>' : text))
  rules.push(...placeRules(places))
  if (madeUp.size > 0) rules.push((text) => text.replace(segment, (name) => unmade(madeUp.get(name)) ?? name))
  rules.push(replaceGit)
  rules.push(replaceNpm)
  rules.push((text) =>
    text.replace(randomName, (_whole, stem: string, random: string) => stem + mark('random', random)),
  )
  rules.push((text) => text.replace(uuid, (name) => mark('random', name)).replace(moment, '<time>'))
  rules.push((text) => text.replace(runtimeFolder, '<runtime>'))
  rules.push((text) => text.replace(loopbackPort, (_whole, host: string, port: string) => host + portMark(port)))
  rules.push((text) => text.replace(longNumber, (digits) => (pids.has(digits) ? '<pid>' : digits)))
  return (text) => rules.reduce((result, rule) => rule(result), text)
}

// A path can begin an argument, follow a separator in it (of a shell as well: `2>/project/log`) or its option letters (`-I/project/include`); not another folder.
const beforePath = '(?<=^|(?:^|\\s)-{1,2}[A-Za-z]+|[=:,;"\'\\s()@|&<`{[]|(?<!<(?:project|home))>|://)'

/** Longest first: a project in a temporary folder is the project, a temporary folder of the project is temporary. What is in a temporary folder that is a home as well (of a container's user) is temporary. */
function placeRules({ projectRoot, homes, tmpRoots }: Places): Normalizer[] {
  const folders = [
    { path: projectRoot, kind: '<project>' },
    ...[...new Set(tmpRoots)].map((path) => ({ path, kind: 'tmp' })),
    ...homes.map((path) => ({ path, kind: '<home>' })),
  ]
    .map(({ path, kind }) => ({ path: path.replace(/\/+$/, ''), kind }))
    .filter(({ path }) => path !== '')
    .sort((one, other) => other.path.length - one.path.length)
  return folders.map(({ path, kind }) => {
    if (kind === 'tmp') {
      const below = new RegExp(`${beforePath}${escapeRegExp(path)}/([^/\\s:;,'"()=|&<>\`]+)`, 'gu')
      return (text) => (text.includes(path) ? text.replace(below, (_whole, name: string) => tmpMark(name)) : text)
    }
    const itself = new RegExp(`${beforePath}${escapeRegExp(path)}(?![\\w.-])`, 'gu')
    return (text) => (text.includes(path) ? text.replace(itself, kind) : text)
  })
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

// Endings of at most four letters are the program's own choice (`mkstemps`); what `mkstemp` makes up is longer.
const shortEnding = /\.[a-z]{1,4}$/

function tmpMark(name: string): string {
  const ending = shortEnding.exec(name)?.[0] ?? ''
  return mark('tmp', name.slice(0, name.length - ending.length)) + ending
}

// Names that git and others make up outside the temporary folders.
const randomName = /(?<=^|\/)(tmp_(?:obj|pack|idx|rev|bitmap)_|\.tmp-|tmp\.)([A-Za-z0-9]{6,12})(?=$|\/)/g

// One name of a path, as far as names are made up without blanks and quotes; not in a mark.
const segment = /(?<!\u{f0000}[^\u{f0001}]*)[^/\s'"=:,;\u{f0000}\u{f0001}]+/gu

function unmade(name: MadeUp | undefined): string | undefined {
  if (name === undefined) return undefined
  const { before, random, after } = name
  return before + mark('random', before + random + after) + after
}

// The content of npm's cache, by hashes of what it is and where it is from.
const npmCache =
  /(?<=\/_cacache\/(?:index-v\d+|content-v\d+\/sha\d+)\/)[0-9a-f]{2}(\/[0-9a-f]{2})?(?:\/([0-9a-f]{32,}))?(?=$|\s)/g

function replaceNpm(text: string): string {
  return text.replace(npmCache, (_whole, second: string | undefined, hash: string | undefined) => {
    const folders = second === undefined ? '<xx>' : '<xx>/<xx>'
    return hash === undefined ? folders : `${folders}/${mark('hash', hash)}`
  })
}

// Names of caches and logs: of npm, say.
const uuid = /(?<![\w-]|\u{f0000}[^\u{f0001}]*)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])/gu
const moment = /(?<!\d|\u{f0000}[^\u{f0001}]*)\d{4}-\d{2}-\d{2}T\d{2}[-_:.]\d{2}[-_:.]\d{2}(?:[-_:.]\d{3})?Z/gu

// The folder of a login session, by uid.
const runtimeFolder = /(?<=^|[=:])\/run\/user\/\d+(?![^/])/g

// Git's objects: a name is the hash of what is in it, which for a commit is the time as well. The folder is no name that gets a
// number: two objects share one by chance.
const gitObject = /(?<=(?:^|\/)objects\/)[0-9a-f]{2}\/(?:([0-9a-f]{38}|[0-9a-f]{62})(?=$|\/)|(?=tmp_obj_))/g
const gitFolder = /(?<=\.git\/(?:\S*\/)?objects\/)[0-9a-f]{2}(?=$|\s)/g
const gitPack = /(?<=\/pack\/(?:pack|multi-pack-index)-)([0-9a-f]{40}|[0-9a-f]{64})(?![0-9a-f])/g
// By this file git finds out whether there are symbolic links.
const gitProbe = /(?<=\.git\/t)[A-Za-z0-9]{6}(?=$|\/)/g

function replaceGit(text: string): string {
  return text
    .replace(gitObject, (_whole, hash: string | undefined) => `<xx>/${hash === undefined ? '' : mark('hash', hash)}`)
    .replace(gitFolder, '<xx>')
    .replace(gitPack, (hash) => mark('hash', hash))
    .replace(gitProbe, (random) => mark('random', random))
}

// A port that the kernel chose (ip_local_port_range); servers with a number of their own stay below.
const loopbackPort = /(\b127(?:\.\d{1,3}){3}:|\blocalhost:|\[::1\]:)(\d{5})(?!\d)/g

function portMark(port: string): string {
  return Number(port) >= 32768 ? mark('port', port) : port
}

// Four digits and more, by themselves: `-j4` and `-O2` are no pids.
const longNumber = /(?<![\w.:-]|\u{f0000}[^\u{f0001}]*)\d{4,}(?![\w.])/gu

// A mark holds the place of a name until everything is in order and names can be numbered. It is framed by two private
// characters, which are taken out of the input first.
const forged = /[\u{f0000}\u{f0001}]/gu
const marks = /\u{f0000}([a-z]+):([^\u{f0001}]*)\u{f0001}/gu

function mark(label: string, name: string): string {
  return `\u{f0000}${label}:${name}\u{f0001}`
}

/** The text with each mark as `rename` has it. */
export function renameMarks(text: string, rename: (label: string, name: string) => string): string {
  return text.replace(marks, (_whole, label: string, name: string) => rename(label, name))
}

/** The text without the names: what is equal in every run. */
export function blankMarks(text: string): string {
  return renameMarks(text, (label) => `<${label}>`)
}
