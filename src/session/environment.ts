// SPDX-License-Identifier: MIT
// The `env` option: which variables of environments are shown.
import { describe } from '../trace/misuse.ts'
import { invalidOption } from './errors.ts'

/** Names without repetition. Throws INVALID_OPTION for what cannot be meant. */
export function settleEnvironment(given: unknown): boolean | readonly string[] {
  if (typeof given === 'boolean') return given
  if (!Array.isArray(given))
    throw invalidOption(
      `Expected the \`env\` option to be true, false or a list of names of variables, got ${describe(given)}.${typeof given === 'string' ? ` Write [${JSON.stringify(given)}].` : ''}`,
    )
  if (given.length === 0)
    throw invalidOption('Expected the `env` option not to be empty: `true` stands for all variables, `false` for none.')
  for (const name of given) checkName(name)
  return [...new Set<string>(given)]
}

function checkName(name: unknown): void {
  if (typeof name === 'string' && /^[^=\0]+$/.test(name)) return
  const meant = typeof name === 'string' ? name.split('=', 1)[0] : ''
  throw invalidOption(
    `Expected the \`env\` option to have names of variables, got ${describe(name)}${meant === '' ? '.' : `; did you mean \`${meant}\`?`}`,
  )
}
