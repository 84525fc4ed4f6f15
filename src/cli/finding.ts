// SPDX-License-Identifier: MIT
import { styleText } from 'node:util'
import { escapeText } from '../trace/escape.ts'

export interface Finding {
  readonly name: string
  readonly state: 'ok' | 'warn' | 'fail'
  /** One line, without a period at its end. */
  readonly text: string
  /** What to do; absent where there is nothing to be done. */
  readonly remedy?: string
  /** The kernel's and libbpf's own words, lines of them, for a bug report. */
  readonly detail?: string
}

export const ok = (name: string, text: string): Finding => ({ name, state: 'ok', text })
export const warn = (name: string, text: string, remedy?: string): Finding => withRemedy('warn', name, text, remedy)
export const fail = (name: string, text: string, remedy?: string): Finding => withRemedy('fail', name, text, remedy)

function withRemedy(state: 'warn' | 'fail', name: string, text: string, remedy: string | undefined): Finding {
  return remedy === undefined ? { name, state, text } : { name, state, text, remedy }
}

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const

/** One line, one for the remedy, and the details. */
export function showFinding({ name, state, text, remedy, detail = '' }: Finding): string {
  const margin = ' '.repeat(20)
  const lines = [`${styleText(colours[state], state.padEnd(4))}  ${name.padEnd(12)}  ${escapeText(text)}`]
  if (remedy !== undefined) lines.push(`${margin}→ ${escapeText(remedy)}`)
  lines.push(...detail.split('\n').flatMap((line) => (line === '' ? [] : [`${margin}${escapeText(line)}`])))
  return lines.join('\n')
}
