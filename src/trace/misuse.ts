// SPDX-License-Identifier: MIT

/** An argument that cannot mean anything: it is thrown, also under `.not`, and never counts as "no match". */
export class MisuseError extends TypeError {
  readonly code = 'MISUSE'
  override name = 'MisuseError'
}

/** `expected` + `got` + remedy in one sentence each, the house form of an error. */
export function misuse(expected: string, got: unknown, remedy?: string): MisuseError {
  return new MisuseError(`Expected ${expected}, got ${describe(got)}.${remedy === undefined ? '' : ` ${remedy}`}`)
}

/** A value and its type, on one line: `` `5000` (number) ``. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return `\`${value}\``
  if (typeof value === 'string') return `\`${JSON.stringify(value)}\` (string)`
  if (typeof value === 'function') return `a function${value.name === '' ? '' : ` (${value.name})`}`
  if (typeof value !== 'object') return `\`${String(value)}\` (${typeof value})`
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (value instanceof RegExp) return `\`${value}\` (RegExp)`
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name
  return typeof name === 'string' && name !== 'Object' ? `an object (${name})` : 'a plain object'
}
