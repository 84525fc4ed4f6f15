// SPDX-License-Identifier: MIT
import { type HermeticPolicy, policyKeys } from './policy.ts'

const lineWidth = 120

/** A policy as TypeScript: an object to paste into a call. Lists that do not fit on a line have one for each element. */
export function policySource(policy: HermeticPolicy): string {
  const lines = policyKeys.flatMap((key) => {
    const value = policy[key]
    return value === undefined ? [] : [`  ${key}: ${valueSource(value, `  ${key}: `.length)},`]
  })
  return lines.length === 0 ? '{}' : ['{', ...lines, '}'].join('\n')
}

function valueSource(value: unknown, column: number): string {
  if (!Array.isArray(value)) return String(value)
  const elements = value.map((element) =>
    typeof element === 'string'
      ? stringSource(element)
      : `{ family: ${stringSource((element as { family: string }).family)} }`,
  )
  const line = `[${elements.join(', ')}]`
  if (column + line.length < lineWidth) return line
  return ['[', ...elements.map((element) => `    ${element},`), '  ]'].join('\n')
}

// Everything that does not show as itself, or that a viewer could take for an order.
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}\\']/gu

function stringSource(text: string): string {
  return `'${text.replace(unsafe, spell)}'`
}

function spell(character: string): string {
  if (character === '\\' || character === "'") return `\\${character}`
  const code = character.codePointAt(0)!
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`
}
