// SPDX-License-Identifier: MIT
// Calls that change names and attributes of files.
import type { Facts } from './model.ts'
import {
  bytesOf,
  factsReader,
  fileAt,
  fileOf,
  isNull,
  modeOf,
  namesOf,
  numberOf,
  type Place,
  type Readers,
  readersOf,
} from './strace-args.ts'
import type { StraceValue } from './strace-values.ts'

type Args = readonly StraceValue[]

/** Facts of a change by its arguments. `nothing` stands in for a call's absent argument. */
type Change = (args: Args, place: Place) => Facts

const empty = (flags: StraceValue | undefined) => namesOf(flags).includes('AT_EMPTY_PATH')
const follows = (flags: StraceValue | undefined) => !namesOf(flags).includes('AT_SYMLINK_NOFOLLOW')

function second(place: Place, folder: StraceValue | null | undefined, name: StraceValue | undefined): Facts {
  const { asked, path } = fileAt(place, folder, name)
  return { askedTo: asked, to: path }
}

const rename = (place: Place, a: Args, dirs: boolean, flags: readonly string[]): Facts => ({
  kind: 'rename',
  ...fileAt(place, dirs ? a[0] : null, a[dirs ? 1 : 0]),
  ...second(place, dirs ? a[2] : null, a[dirs ? 3 : 1]),
  followed: false,
  flags,
})

const link = (place: Place, a: Args, dirs: boolean, flags: StraceValue | undefined): Facts => ({
  kind: 'link',
  ...fileAt(place, dirs ? a[0] : null, a[dirs ? 1 : 0], empty(flags)),
  ...second(place, dirs ? a[2] : null, a[dirs ? 3 : 1]),
  followed: namesOf(flags).includes('AT_SYMLINK_FOLLOW'),
})

const unlink = (kind: string, place: Place, folder: StraceValue | null | undefined, name: StraceValue | undefined) => ({
  kind,
  ...fileAt(place, folder, name),
  followed: false,
})

const mkdir = (
  place: Place,
  folder: StraceValue | null | undefined,
  name?: StraceValue,
  mode?: StraceValue,
): Facts => ({
  kind: 'mkdir',
  ...fileAt(place, folder, name),
  followed: false,
  permissions: modeOf(mode).permissions,
})

const symlink = (
  place: Place,
  target: StraceValue | undefined,
  folder: StraceValue | null | undefined,
  name?: StraceValue,
): Facts => ({
  kind: 'symlink',
  ...fileAt(place, folder, name),
  followed: false,
  target: bytesOf(target),
})

const fileTypes: Readonly<Record<string, string>> = {
  S_IFREG: 'file',
  S_IFIFO: 'fifo',
  S_IFCHR: 'characterDevice',
  S_IFBLK: 'blockDevice',
  S_IFSOCK: 'socket',
  S_IFDIR: 'directory',
}

const mknod = (place: Place, folder: StraceValue | null | undefined, [name, mode, device]: Args): Facts => {
  const { type = 'S_IFREG', permissions } = modeOf(mode)
  const [major, minor] = device?.kind === 'call' ? device.args : []
  return {
    kind: 'mknod',
    ...fileAt(place, folder, name),
    followed: false,
    permissions,
    fileType: fileTypes[type] ?? type,
    device: device === undefined ? '' : `${numberOf(major)}:${numberOf(minor)}`,
  }
}

/** Facts about the file that a path, or a descriptor, stands for; with what is set. */
const set = (kind: string, file: Facts, followed: boolean, facts: Facts = {}): Facts => ({
  kind,
  ...file,
  followed,
  ...facts,
})

const permissions = (mode: StraceValue | undefined): Facts => ({ permissions: modeOf(mode).permissions })
const id = (value: StraceValue | undefined) => (numberOf(value) === -1 ? null : numberOf(value))
const ids = (uid: StraceValue | undefined, gid: StraceValue | undefined): Facts => ({ uid: id(uid), gid: id(gid) })
/** Of 32 bits strace shows it without a sign: known-differences.ts, `unsigned-length`. */
const length = (value: StraceValue | undefined): Facts => ({
  length: numberOf(value) === 2 ** 32 - 1 ? -1 : numberOf(value),
})
const attribute = (name: StraceValue | undefined): Facts => ({ name: bytesOf(name) })

const changes: Readonly<Record<string, Change>> = {
  rename: (a, at) => rename(at, a, false, []),
  renameat: (a, at) => rename(at, a, true, []),
  renameat2: (a, at) => rename(at, a, true, namesOf(a[4])),
  unlink: (a, at) => unlink('unlink', at, null, a[0]),
  unlinkat: (a, at) => unlink(namesOf(a[2]).includes('AT_REMOVEDIR') ? 'rmdir' : 'unlink', at, a[0], a[1]),
  rmdir: (a, at) => unlink('rmdir', at, null, a[0]),
  mkdir: (a, at) => mkdir(at, null, a[0], a[1]),
  mkdirat: (a, at) => mkdir(at, a[0], a[1], a[2]),
  link: (a, at) => link(at, a, false, undefined),
  linkat: (a, at) => link(at, a, true, a[4]),
  symlink: (a, at) => symlink(at, a[0], null, a[1]),
  symlinkat: (a, at) => symlink(at, a[0], a[1], a[2]),
  mknod: (a, at) => mknod(at, null, a),
  mknodat: (a, at) => mknod(at, a[0], a.slice(1)),
  chmod: (a, at) => set('chmod', fileAt(at, null, a[0]), true, permissions(a[1])),
  fchmod: (a) => set('chmod', fileOf(a[0]), true, permissions(a[1])),
  fchmodat: (a, at) => set('chmod', fileAt(at, a[0], a[1]), true, permissions(a[2])),
  chown: (a, at) => set('chown', fileAt(at, null, a[0]), true, ids(a[1], a[2])),
  chown32: (a, at) => set('chown', fileAt(at, null, a[0]), true, ids(a[1], a[2])),
  lchown: (a, at) => set('chown', fileAt(at, null, a[0]), false, ids(a[1], a[2])),
  lchown32: (a, at) => set('chown', fileAt(at, null, a[0]), false, ids(a[1], a[2])),
  fchown: (a) => set('chown', fileOf(a[0]), true, ids(a[1], a[2])),
  fchown32: (a) => set('chown', fileOf(a[0]), true, ids(a[1], a[2])),
  fchownat: (a, at) => set('chown', fileAt(at, a[0], a[1], empty(a[4])), follows(a[4]), ids(a[2], a[3])),
  truncate: (a, at) => set('truncate', fileAt(at, null, a[0]), true, length(a[1])),
  truncate64: (a, at) => set('truncate', fileAt(at, null, a[0]), true, length(a[1])),
  ftruncate: (a) => set('truncate', fileOf(a[0]), true, length(a[1])),
  ftruncate64: (a) => set('truncate', fileOf(a[0]), true, length(a[1])),
  fallocate: (a) => set('truncate', fileOf(a[0]), true, { length: numberOf(a[2]) + numberOf(a[3]) }),
  utime: (a, at) => set('utimes', fileAt(at, null, a[0]), true),
  utimes: (a, at) => set('utimes', fileAt(at, null, a[0]), true),
  futimesat: (a, at) => set('utimes', fileAt(at, a[0], a[1], isNull(a[1])), true),
  utimensat: (a, at) => set('utimes', fileAt(at, a[0], a[1], isNull(a[1]) || empty(a[3])), follows(a[3])),
  utimensat_time64: (a, at) => set('utimes', fileAt(at, a[0], a[1], isNull(a[1]) || empty(a[3])), follows(a[3])),
  setxattr: (a, at) => set('xattr', fileAt(at, null, a[0]), true, attribute(a[1])),
  lsetxattr: (a, at) => set('xattr', fileAt(at, null, a[0]), false, attribute(a[1])),
  fsetxattr: (a) => set('xattr', fileOf(a[0]), true, attribute(a[1])),
  removexattr: (a, at) => set('xattr', fileAt(at, null, a[0]), true, attribute(a[1])),
  lremovexattr: (a, at) => set('xattr', fileAt(at, null, a[0]), false, attribute(a[1])),
  fremovexattr: (a) => set('xattr', fileOf(a[0]), true, attribute(a[1])),
}

export const changeReaders: Readers = readersOf(Object.keys(changes), (name) =>
  factsReader((args, place) => (changes[name] as Change)(args, place)),
)
