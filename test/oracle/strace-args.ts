// SPDX-License-Identifier: MIT
// What an argument of a call means.
import { type Act, absolute, type Bytes, type CallAct, type Facts, type Outcome, type Transfer } from './model.ts'
import { StraceError, type StraceResult } from './strace-lines.ts'
import { parseArguments, type StraceValue } from './strace-values.ts'

export interface Call {
  readonly name: string
  readonly args: string
  readonly result: StraceResult
}

/** Whose call it is: what paths of theirs are relative to. Each `AT_FDCWD</folder>` says it anew. */
export interface Place {
  cwd: Bytes | null
}

/** What a call comes to. */
export type Told =
  | { readonly act: Act }
  | { readonly acts: readonly Act[] }
  | { readonly look: CallAct }
  | { readonly unmeasured: readonly Bytes[] }
  | { readonly transfers: readonly (readonly [Bytes, Partial<Transfer>])[] }
  | null

/** Reads a call of one kind. */
export type Reader = (call: Call, place: Place) => Told

export type Readers = Readonly<Record<string, Reader>>

export function readersOf(names: readonly string[], reader: (name: string) => Reader): Readers {
  return Object.fromEntries(names.map((name) => [name, reader(name)]))
}

export function outcome({ result }: Call): Outcome {
  if (result.value === null) return 'died'
  return result.value < 0 ? (result.errno ?? 'unknown') : 'ok'
}

/** A reader of calls that are acts, from their facts by arguments. */
export function factsReader(facts: (args: readonly StraceValue[], place: Place, call: Call) => Facts): Reader {
  return (call, place) => ({ act: callAct(call, facts(parseArguments(call.args), place, call)) })
}

export function callAct(call: Call, facts: Facts): CallAct {
  return { kind: 'call', call: call.name, facts, outcome: outcome(call) }
}

export function bytesOf(value: StraceValue | undefined): Bytes | null {
  if (value?.kind !== 'string') return null // NULL, or an address that cannot be read
  if (value.cut) throw new StraceError('A string that strace cut')
  return value.bytes
}

export function isNull(value: StraceValue | undefined): boolean {
  return value?.kind === 'word' && value.text === 'NULL'
}

/** `A|B`, without a lone 0. */
export function namesOf(value: StraceValue | undefined): string[] {
  return value?.kind === 'word' ? value.text.split('|').filter((name) => !/^0(x0)?$/.test(name)) : []
}

/** Decimal, or hexadecimal with 0x. Of 64 bits, those of the upper half are negative. */
export function numberOf(value: StraceValue | undefined): number {
  if (value?.kind !== 'word') throw new StraceError('No number where one was expected')
  const number = /^-?(?:\d+|0x[0-9a-f]+)$/.test(value.text) ? Number(BigInt.asIntN(64, BigInt(value.text))) : Number.NaN
  if (Number.isNaN(number)) throw new StraceError(`No number: ${value.text}`)
  return number
}

/** `S_IFIFO|0640`: names, and the permissions in octal. */
export function modeOf(value: StraceValue | undefined): {
  readonly type: string | undefined
  readonly permissions: number
} {
  const parts = value?.kind === 'word' ? value.text.split('|') : []
  let permissions = 0
  let type: string | undefined
  for (const part of parts) {
    if (/^0[0-7]*$/.test(part)) permissions |= Number.parseInt(part, 8) & 0o7777
    else if (part in modeBits) permissions |= modeBits[part as keyof typeof modeBits]
    else type = part
  }
  return { type, permissions }
}

const modeBits = { S_ISUID: 0o4000, S_ISGID: 0o2000, S_ISVTX: 0o1000 }

/** A file as a call names it. `asked` is null where a descriptor stands for it. */
export type NamedFile = { readonly asked: Bytes | null; readonly path: Bytes | null }

/** Of a descriptor. ` (deleted)` is no part of a name. */
export function fileOf(descriptor: StraceValue | undefined): NamedFile {
  return { asked: null, path: pathOf(descriptor) }
}

export function pathOf(descriptor: StraceValue | undefined): Bytes | null {
  return descriptor?.kind === 'word' && descriptor.path !== null ? withoutDeleted(descriptor.path) : null
}

export function withoutDeleted(path: Bytes): Bytes {
  return path.replace(/ \(deleted\)$/, '')
}

/**
 * Of a path, and the descriptor that it is relative to (null: the working folder). `empty`: with AT_EMPTY_PATH or the like, nothing or an empty path leaves
 * the descriptor alone to stand for the file.
 */
export function fileAt(
  place: Place,
  folder: StraceValue | null | undefined,
  name: StraceValue | undefined,
  empty = false,
): NamedFile {
  const isCwd = folder === null || (folder?.kind === 'word' && folder.text === 'AT_FDCWD')
  if (isCwd && folder !== null && folder?.kind === 'word' && folder.path !== null) place.cwd = folder.path
  const asked = bytesOf(name)
  const isNothing = asked === '' || isNull(name)
  if (!isCwd && empty && isNothing) return fileOf(folder ?? undefined)
  const from = isCwd ? place.cwd : pathOf(folder ?? undefined)
  return { asked, path: unresolved(from, asked) }
}

/** Made absolute by text. */
export function unresolved(folder: Bytes | null, asked: Bytes | null): Bytes | null {
  if (asked === null) return null
  if (asked.startsWith('/')) return absolute('/', asked)
  // known-differences.ts, `removed-folder`.
  return folder === null ? null : absolute(withoutDeleted(folder), asked)
}
