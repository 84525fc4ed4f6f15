// SPDX-License-Identifier: MIT
// Names and numbers of the system calls.
import type { Architecture } from './architecture.ts'
import { arm64Calls, x32Calls, x32From, x64Calls } from './call-names.generated.ts'
import type { Abi } from './event.ts'

const callsOf = { x64: x64Calls, arm64: arm64Calls } as const

/** Name of a system call; `'syscall <number>'` for one without a name. */
export function callName(nr: number, abi: Abi, architecture: Architecture): string {
  const { native, compat } = callsOf[architecture]
  const name =
    abi === 'native' || (abi === 'x32' && nr < x32From)
      ? native[nr]
      : abi === 'x32'
        ? x32Calls[nr - x32From]
        : compat[nr]
  return name === undefined || name === '-' ? `syscall ${nr}` : name
}

/** Every name that a call can have on an architecture, of its 32-bit programs too. */
export const callNamesOf: Readonly<Record<Architecture, ReadonlySet<string>>> = {
  x64: namesIn(x64Calls.native, x64Calls.compat, x32Calls),
  arm64: namesIn(arm64Calls.native, arm64Calls.compat),
}

/** Every name that a call can have. */
export const callNames: ReadonlySet<string> = new Set([...callNamesOf.x64, ...callNamesOf.arm64])

/** The numbers of a call: of 64-bit programs, those of x32 included, and of 32-bit ones. Both empty for a name that there is not. */
export function callNumbers(
  name: string,
  architecture: Architecture,
): { readonly native: readonly number[]; readonly compat: readonly number[] } {
  const { native, compat } = callsOf[architecture]
  const x32 = architecture === 'x64' ? placesOf(name, x32Calls).map((nr) => nr + x32From) : []
  return { native: [...placesOf(name, native), ...x32], compat: placesOf(name, compat) }
}

function namesIn(...tables: readonly (readonly string[])[]): ReadonlySet<string> {
  return new Set(tables.flat().filter((name) => name !== '-'))
}

function placesOf(name: string, calls: readonly string[]): number[] {
  return calls.flatMap((found, nr) => (found === name && name !== '-' ? [nr] : []))
}
