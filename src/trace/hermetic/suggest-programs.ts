// SPDX-License-Identifier: MIT
import { baseName } from '../paths.ts'
import { escapeGlob, spellGlob, spellName } from './glob.ts'
import type { Needs } from './needs.ts'
import type { StableNames } from './stable-names.ts'

/** Programs that ran: by name where their place is declared, else by path. `isName`: the last segment of a path that a program was called by is a name of it. */
export function suggestPrograms(
  { executed, fileless }: Needs,
  isPlace: (path: string) => boolean,
  isName: (alias: string) => boolean,
  names: StableNames,
  projectRoot: string,
): string[] {
  const entries = new Set<string>([...fileless].map(spellName))
  for (const [path, called] of executed) {
    const madeUp = names.globOf(path)
    const named = [...called].map((alias) => baseName(isName(alias) ? alias : path)).filter((name) => name !== '')
    if (madeUp === null && named.length > 0 && isPlace(path)) for (const name of named) entries.add(spellName(name))
    else entries.add(programPath(names.told(madeUp ?? escapeGlob(path)), projectRoot))
  }
  return [...entries].sort()
}

/** Without a slash it would be a name. */
function programPath(glob: string, projectRoot: string): string {
  const spelled = spellGlob(glob, projectRoot)
  return spelled.includes('/') ? spelled : `./${spelled}`
}
