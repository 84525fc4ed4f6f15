// SPDX-License-Identifier: MIT
import { homedir, tmpdir } from 'node:os'
import { isBelow } from './entry.ts'
import { escapeGlob } from './glob.ts'

/** Folders whose names programs make up. */
export const temporaryFolders: readonly string[] = [...new Set([tmpdir(), '/tmp', '/var/tmp', '/dev/shm'])]

// What mkstemp and its kin make of templates: compilers, binutils, sort, shells' here-documents, Python, mktemp, git.
const knownForms: readonly (readonly [RegExp, string])[] = [
  [/^((?:cc|st|sort|sh-thd\.|pip-|npm-)?)[A-Za-z0-9]{6}((?:\.[a-z]{1,6})*)$/, '??????'],
  [/^(tmp)[a-z0-9_]{8}((?:\.[a-z]{1,6})*)$/, '????????'],
  [/^(tmp\.)[A-Za-z0-9]{10}()$/, '??????????'],
]
const knownStarts = /^(?:cc|st|sort|sh-thd\.|pip-|npm-|tmp)/
// Made up wherever they stand: UUIDs, and times as in logs (`2026-11-21T12_44_57_809Z`).
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi
const time = /\d{4}-?\d\d-?\d\d[T_ -]?\d\d[-_:.]?\d\d[-_:.]?\d\d(?:[-_:.]?\d{1,9})?Z?/g
const gitForms = /^(tmp_(?:obj|pack|idx|rev|bitmap)_)[A-Za-z0-9]{6}$/
const randomEnd = /^(.*?)([A-Za-z0-9]{6,})((?:\.[a-z]{1,6})*)$/
/** A word in front of what is made up. */
const word = /^[a-z]{3,}(?=[A-Za-z0-9]{6})/

/** Gives paths the form in which they come again in another run. */
export class StableNames {
  readonly #root: string
  readonly #pids: ReadonlySet<string>
  readonly #passing: ReadonlySet<string>

  /** `passing`: what the run made and took away again, whose names may be made up wherever it was. */
  constructor(projectRoot: string, pids: ReadonlySet<string>, passing: ReadonlySet<string>) {
    this.#root = projectRoot
    this.#pids = pids
    this.#passing = passing
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
      return this.#stable(name, (inTemporary && index === 0) || this.#passing.has(own))
    })
    if (stable.every((name, index) => name === escapeGlob(names[index]!))) return null
    return `${folder === '/' ? '' : escapeGlob(folder)}/${stable.join('/')}`
  }

  /** Down to where names are as they are: the project, else a temporary folder. */
  #folderOf(path: string): string {
    if (isBelow(path, this.#root)) return this.#root
    return temporaryFolders.find((folder) => path !== folder && isBelow(path, folder)) ?? '/'
  }

  #stable(name: string, isTemporary: boolean): string {
    const git = gitForms.exec(name)
    if (git !== null) return `${git[1]}??????`
    if (isTemporary) {
      for (const [form, blank] of knownForms) {
        const found = form.exec(name)
        if (found !== null && (knownStarts.test(name) || looksRandom(name.slice(found[1]!.length))))
          return found[1] + blank + found[2]
      }
      const [, start = '', end = '', ending = ''] = randomEnd.exec(name) ?? []
      const head = word.exec(end)?.[0] ?? ''
      if (looksRandom(end.slice(head.length)))
        return `${escapeGlob(start)}${head}${'?'.repeat(end.length - head.length)}${ending}`
    }
    const timeless = escapeGlob(name).replace(uuid, blanked).replace(time, blanked)
    const number = isTemporary ? /(?<!\w)\d{4,}(?!\w)/g : /(?<!\w)\d{5,}(?!\w)/g
    return timeless.replace(number, (digits) => (this.#pids.has(digits) ? '*' : digits))
  }
}

function blanked(text: string): string {
  return text.replace(/[0-9a-f]/gi, '?')
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
