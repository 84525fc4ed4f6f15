// SPDX-License-Identifier: MIT
import { homedir, tmpdir } from 'node:os'
import { posix } from 'node:path'
import { isBelow } from './entry.ts'
import { escapeGlob } from './glob.ts'

/** Folders whose names programs make up. */
export const temporaryFolders: readonly string[] = [...new Set([tmpdir(), '/tmp', '/var/tmp', '/dev/shm'])]

// What mkstemp and its kin make of templates: compilers, binutils, sort, shells' here-documents, Python, mktemp, Perl.
const knownForms: readonly (readonly [RegExp, string])[] = [
  [/^((?:cc|st|sort|sh-thd\.|pip-|npm-)?)[A-Za-z0-9]{6}((?:\.[a-z]{1,6})*)$/, '??????'],
  [/^(tmp)[a-z0-9_]{8}((?:\.[a-z]{1,6})*)$/, '????????'],
  [/^(tmp\.)[A-Za-z0-9]{10}()$/, '??????????'],
  [/^()(?=\w*[a-z])(?=\w*[A-Z])\w{10}((?:\.[a-z]{1,6})*)$/, '??????????'],
]
const knownStarts = /^(?:cc|st|sort|sh-thd\.|pip-|npm-|tmp)/
// Made up wherever they stand: UUIDs, and times as in logs (`2026-11-21T12_44_57_809Z`).
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi
const time = /\d{4}-?\d\d-?\d\d[T_ -]?\d\d[-_:.]?\d\d[-_:.]?\d\d(?:[-_:.]?\d{1,9})?Z?/g
const gitForms = /^(tmp_(?:obj|pack|idx|rev|bitmap)_)[A-Za-z0-9]{6}$/
const randomEnd = /^(.*?)([A-Za-z0-9]{6,})((?:\.[a-z]{1,6})*)$/
/** A word in front of what is made up. */
const word = /^[a-z]{3,}(?=[A-Za-z0-9]{6})/
/** A word with a number behind it, unless it is as long as what Python makes up; and several words in a row. */
const words = /^(?!.{8}$)[A-Z]?[a-z]+\d+$|^(?=.{11})(?:[A-Z]*[a-z]{3,})+[A-Z]*$/

/** Gives paths the form in which they come again in another run. */
export class StableNames {
  readonly #root: string
  readonly #pids: ReadonlySet<string>
  readonly #made: ReadonlySet<string>
  readonly #gone: ReadonlySet<string>
  /** Made-up folders of temporary folders that were there before, with how they are told. */
  readonly #tops = new Map<string, string>()

  /** `made`, `gone`: names that the run made, and gave up. One that is both may be made up wherever it was. */
  constructor(projectRoot: string, pids: ReadonlySet<string>, made: ReadonlySet<string>, gone: ReadonlySet<string>) {
    this.#root = projectRoot
    this.#pids = pids
    this.#made = made
    this.#gone = gone
    const top = topOf(projectRoot)
    if (top !== null && top !== projectRoot) this.#addTop(top)
  }

  /** A glob over what the path's made-up names may be; null of a path that has none. */
  globOf(path: string): string | null {
    if (isBelow(this.#root, path)) return null
    const folder = this.#folderOf(path)
    const names = path.slice(folder === '/' ? 1 : folder.length + 1).split('/')
    const inTemporary = temporaryFolders.includes(folder)
    let own = folder === '/' ? '' : folder
    const stable = names.map((name, index) => {
      own += `/${name}`
      const isPassing = this.#made.has(own) && this.#gone.has(own)
      return this.#stable(name, (inTemporary && index === 0) || isPassing)
    })
    if (stable.every((name, index) => name === escapeGlob(names[index]!))) return null
    return `${folder === '/' ? '' : escapeGlob(folder)}/${stable.join('/')}`
  }

  /** A glob of whose names below it was made: the name of a folder that was there before as it comes again, `../x` where the project is in it too. */
  told(glob: string): string {
    if (isBelow(glob, escapeGlob(this.#root))) return glob
    for (const [top, told] of this.#tops) if (isBelow(glob, top)) return told + glob.slice(top.length)
    return glob
  }

  /** Whether it is a made-up folder that was there before: a home of its own, perhaps. */
  isTop(folder: string): boolean {
    return this.#tops.has(escapeGlob(folder))
  }

  /** Down to where names are as they are: the project, else a made-up folder that was there before, else a temporary folder. */
  #folderOf(path: string): string {
    if (isBelow(path, this.#root)) return this.#root
    const top = topOf(path)
    if (top !== null && top !== path && !this.#made.has(top) && this.#addTop(top)) return top
    return temporaryFolders.find((folder) => path !== folder && isBelow(path, folder)) ?? '/'
  }

  /** Whether its name is made up. */
  #addTop(top: string): boolean {
    const name = posix.basename(top)
    const stable = this.#stable(name, true)
    if (stable === escapeGlob(name)) return false
    const folder = escapeGlob(posix.dirname(top))
    this.#tops.set(escapeGlob(top), isBelow(this.#root, top) ? posix.relative(this.#root, top) : `${folder}/${stable}`)
    return true
  }

  #stable(name: string, isTemporary: boolean): string {
    const git = gitForms.exec(name)
    if (git !== null) return `${git[1]}??????`
    const timeless = escapeGlob(name).replace(uuid, blanked).replace(time, blanked)
    if (timeless !== escapeGlob(name)) return this.#withoutPids(timeless, isTemporary)
    if (isTemporary) {
      for (const [form, blank] of knownForms) {
        const found = form.exec(name)
        if (found !== null && (knownStarts.test(name) || looksRandom(name.slice(found[1]!.length))))
          return found[1] + blank + found[2]
      }
      const [, start = '', end = '', ending = ''] = randomEnd.exec(name) ?? []
      const head = word.exec(end)?.[0] ?? ''
      if (!words.test(end) && looksRandom(end.slice(head.length)))
        return `${escapeGlob(start)}${head}${'?'.repeat(end.length - head.length)}${ending}`
    }
    return this.#withoutPids(timeless, isTemporary)
  }

  #withoutPids(glob: string, isTemporary: boolean): string {
    const number = isTemporary ? /(?<!\w)\d{4,}(?!\w)/g : /(?<!\w)\d{5,}(?!\w)/g
    return glob.replace(number, (digits) => (this.#pids.has(digits) ? '*' : digits))
  }
}

function blanked(text: string): string {
  return text.replace(/[0-9a-f]/gi, '?')
}

/** The folder or file directly in a temporary folder that a path is or is below; null of any other. */
function topOf(path: string): string | null {
  const folder = temporaryFolders.find((one) => path !== one && isBelow(path, one))
  return folder === undefined ? null : path.slice(0, (path.indexOf('/', folder.length + 1) + 1 || path.length + 1) - 1)
}

/** Letters and digits mixed, or capitals behind small letters: no word. */
function looksRandom(text: string): boolean {
  return /\d/.test(text) ? /[A-Za-z]/.test(text) : /[a-z][A-Z]/.test(text)
}

/** Whether a folder is one of its own kind: what is in it is not all of a kind. */
export function isBroad(folder: string, projectRoot: string): boolean {
  if (isBelow(projectRoot, folder) || isBelow(homedir(), folder) || temporaryFolders.includes(folder)) return true
  return !isBelow(folder, projectRoot) && folder.split('/').length <= 2
}
