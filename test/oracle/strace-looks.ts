// SPDX-License-Identifier: MIT
// Calls that look at files by name.
import type { Facts } from './model.ts'
import {
  bytesOf,
  type Call,
  callAct,
  fileAt,
  fileOf,
  namesOf,
  outcome,
  type Place,
  type Reader,
  type Readers,
  readersOf,
} from './strace-args.ts'
import { parseArguments, type StraceValue } from './strace-values.ts'

type Args = readonly StraceValue[]

const empty = (flags: StraceValue | undefined) => namesOf(flags).includes('AT_EMPTY_PATH')
const follows = (flags: StraceValue | undefined) => !namesOf(flags).includes('AT_SYMLINK_NOFOLLOW')

/** Null where nothing is looked up: a descriptor alone stands for the file. */
type Look = (args: Args, place: Place, call: Call) => Facts | null

const stat =
  (folder: number | null, name: number, flags: number | null): Look =>
  (a, place, call) => {
    const at = flags === null ? undefined : a[flags]
    const file = fileAt(place, folder === null ? null : a[folder], a[name], empty(at))
    if (empty(at) && file.asked === null && folder !== null && !isCwd(a[folder])) return null
    return { kind: 'stat', ...file, followed: follows(at) && !/^(old)?lstat/.test(call.name) }
  }

const accessNames: Readonly<Record<string, string>> = { F_OK: 'exists', R_OK: 'read', W_OK: 'write', X_OK: 'execute' }

const access =
  (folder: number | null, name: number, mode: number, flags: number | null): Look =>
  (a, place) => {
    const at = flags === null ? undefined : a[flags]
    const file = fileAt(place, folder === null ? null : a[folder], a[name], empty(at))
    if (empty(at) && file.asked === null && folder !== null && !isCwd(a[folder])) return null
    return {
      kind: 'access',
      ...file,
      followed: follows(at),
      mode: namesOf(a[mode])
        .map((bit) => accessNames[bit] ?? bit)
        .sort(),
    }
  }

const readlink =
  (folder: number | null, name: number): Look =>
  (a, place, call) => ({
    kind: 'readlink',
    ...fileAt(place, folder === null ? null : a[folder], a[name], true),
    followed: false,
    target: outcome(call) === 'ok' ? bytesOf(a[name + 1]) : null,
  })

const list: Look = (a) => ({ kind: 'list', ...fileOf(a[0]), followed: true })

function isCwd(value: StraceValue | undefined): boolean {
  return value?.kind === 'word' && value.text === 'AT_FDCWD'
}

const looks: Readonly<Record<string, Look>> = {
  stat: stat(null, 0, null),
  lstat: stat(null, 0, null),
  stat64: stat(null, 0, null),
  lstat64: stat(null, 0, null),
  oldstat: stat(null, 0, null),
  oldlstat: stat(null, 0, null),
  newfstatat: stat(0, 1, 3),
  fstatat64: stat(0, 1, 3),
  statx: stat(0, 1, 2),
  access: access(null, 0, 1, null),
  faccessat: access(0, 1, 2, null),
  faccessat2: access(0, 1, 2, 3),
  readlink: readlink(null, 0),
  readlinkat: readlink(0, 1),
  getdents: list,
  getdents64: list,
}

function lookReader(read: Look): Reader {
  return (call, place) => {
    const facts = read(parseArguments(call.args), place, call)
    return facts === null ? null : { look: callAct(call, facts) }
  }
}

export const lookReaders: Readers = readersOf(Object.keys(looks), (name) => lookReader(looks[name] as Look))
