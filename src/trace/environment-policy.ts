// SPDX-License-Identifier: MIT
import { looksSecret } from './secret-names.ts'

/** Variables whose values a session shows: all but those that look secret (true), or those of a list of names, in which `*` stands for any characters. */
export type EnvironmentOption = boolean | readonly string[]

/** Why the value of a variable is not in a trace; null when it is. */
export type Hidden = 'notRecorded' | 'secret' | null

/** What the option `env` of a session says of each name. A name that looks secret has to be asked for as it is: no `*` stands for it. */
export function hiddenBy(option: EnvironmentOption): (name: string) => Hidden {
  if (option === false) return () => 'notRecorded'
  if (option === true) return (name) => (looksSecret(name) ? 'secret' : null)
  const names = new Set(option.filter((name) => !name.includes('*')))
  const patterns = option.filter((name) => name.includes('*')).map(patternOf)
  return (name) => {
    if (names.has(name)) return null
    if (!patterns.some((pattern) => pattern.test(name))) return 'notRecorded'
    return looksSecret(name) ? 'secret' : null
  }
}

function patternOf(name: string): RegExp {
  return new RegExp(`^${name.split('*').map(escapeRegExp).join('.*')}$`, 's')
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
