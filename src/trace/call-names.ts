// SPDX-License-Identifier: MIT
// Names and numbers of the system calls.
import { i386Calls, nativeCalls, x32Calls, x32From } from './call-names.generated.ts'
import type { Abi } from './event.ts'

/** Name of a system call; `'syscall <number>'` for one without a name. */
export function callName(nr: number, abi: Abi): string {
  const name =
    abi === 'i386' ? i386Calls[nr] : abi === 'x32' && nr >= x32From ? x32Calls[nr - x32From] : nativeCalls[nr]
  return name === undefined || name === '-' ? `syscall ${nr}` : name
}

/** Every name that a call can have. */
export const callNames: ReadonlySet<string> = new Set(
  [...nativeCalls, ...i386Calls, ...x32Calls].filter((name) => name !== '-'),
)

/** The numbers of a call: of 64-bit programs, those of x32 included, and of 32-bit ones. Both empty for a name that there is not. */
export function callNumbers(name: string): { readonly native: readonly number[]; readonly i386: readonly number[] } {
  return {
    native: [...placesOf(name, nativeCalls), ...placesOf(name, x32Calls).map((nr) => nr + x32From)],
    i386: placesOf(name, i386Calls),
  }
}

function placesOf(name: string, calls: readonly string[]): number[] {
  return calls.flatMap((found, nr) => (found === name && name !== '-' ? [nr] : []))
}
