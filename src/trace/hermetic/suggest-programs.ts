// SPDX-License-Identifier: MIT
import { escapeGlob, spellGlob, spellName } from './glob.ts'
import type { Needs } from './needs.ts'
import type { StableNames } from './stable-names.ts'

/** Programs that ran: by name where their place is declared, else by path. */
export function suggestPrograms(
  { executed, fileless }: Needs,
  isPlace: (path: string) => boolean,
  names: StableNames,
  projectRoot: string,
): string[] {
  const entries = new Set<string>([...fileless].map(spellName))
  for (const [path, called] of executed) {
    const madeUp = names.globOf(path)
    if (madeUp === null && called.length > 0 && isPlace(path)) for (const name of called) entries.add(spellName(name))
    else entries.add(programPath(madeUp ?? escapeGlob(path), projectRoot))
  }
  return [...entries].sort()
}

/** Without a slash it would be a name. */
function programPath(glob: string, projectRoot: string): string {
  const spelled = spellGlob(glob, projectRoot)
  return spelled.includes('/') ? spelled : `./${spelled}`
}
