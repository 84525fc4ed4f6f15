// SPDX-License-Identifier: MIT
// Calls about open files: opened, read and written, put on the disk.
import type { OpenAct, Transfer } from './model.ts'
import {
  bytesOf,
  type Call,
  factsReader,
  modeOf,
  namesOf,
  numberOf,
  outcome,
  type Place,
  pathOf,
  type Reader,
  type Readers,
  readersOf,
  unresolved,
} from './strace-args.ts'
import { parseArguments, type StraceValue } from './strace-values.ts'

type Args = readonly StraceValue[]

const sync = factsReader((a) => ({ kind: 'sync', path: pathOf(a[0]) }))
/** known-differences.ts, `msync-file`. */
const syncOfNothing = factsReader(() => ({ kind: 'sync', path: null }))

/** What a call moves to and from which descriptors; `bytes` is its result. */
type Moves = (args: Args, bytes: number) => readonly (readonly [StraceValue | undefined, Partial<Transfer>])[]

const reading = (bytes: number): Partial<Transfer> => ({ readCalls: 1, readBytes: bytes })
const writing = (bytes: number): Partial<Transfer> => ({ writtenCalls: 1, writtenBytes: bytes })

const reads: Moves = (a, bytes) => [[a[0], reading(bytes)]]
const writes: Moves = (a, bytes) => [[a[0], writing(bytes)]]
const sends: Moves = (a, bytes) => [
  [a[1], reading(bytes)],
  [a[0], writing(bytes)],
]
const splices: Moves = (a, bytes) => [
  [a[0], reading(bytes)],
  [a[2], writing(bytes)],
]
const maps: Moves = ([, bytes, protection, flags, fd]) => {
  if (namesOf(flags).includes('MAP_ANONYMOUS')) return []
  const isShared = namesOf(flags).some((name) => name === 'MAP_SHARED' || name === 'MAP_SHARED_VALIDATE')
  const writable = isShared && namesOf(protection).includes('PROT_WRITE')
  const mappedBytes = numberOf(bytes)
  return [[fd, { mappedCalls: 1, mappedBytes, mappedWritable: writable ? mappedBytes : 0 }]]
}

const moves: Readonly<Record<string, Moves>> = {
  read: reads,
  pread64: reads,
  readv: reads,
  preadv: reads,
  preadv2: reads,
  write: writes,
  pwrite64: writes,
  writev: writes,
  pwritev: writes,
  pwritev2: writes,
  sendfile: sends,
  sendfile64: sends,
  splice: splices,
  copy_file_range: splices,
  mmap: maps,
  mmap2: maps,
  old_mmap: maps,
}

/** Pipes, sockets and devices have no content of their own. */
const withoutContent = /^(?!\/)|^\/dev\/(?:null|zero|full|u?random|tty|console|ptmx|fuse|pts\/\d+)$/

function movesReader(read: Moves): Reader {
  return (call) => {
    const { value, errno } = call.result
    if (value === null || errno !== null) return null
    return {
      transfers: read(parseArguments(call.args), value).flatMap(([descriptor, part]) => {
        const path = pathOf(descriptor)
        return path === null || withoutContent.test(path) ? [] : [[path, part] as const]
      }),
    }
  }
}

/** known-differences.ts, `commands`: FICLONE, FICLONERANGE, what is thrown away of a block device, and zeros by XFS_IOC_UNRESVSP, XFS_IOC_UNRESVSP64 and XFS_IOC_ZERO_RANGE. */
const movingCommand =
  /^(\d+<[^>]*>), (?:(?:BTRFS_IOC_CLONE\w*(?: or )?)?(?:FICLONE\w*)?|BLK(?:(?:SEC)?DISCARD|ZEROOUT)|_IOC\(_IOC_WRITE, 0x58, 0x(?:29|2b|39), \w+\)),/

const command: Reader = ({ args, result }) => {
  const file = movingCommand.exec(args)?.[1]
  const path = file === undefined || result.errno !== null ? null : pathOf(parseArguments(file)[0])
  return path === null ? null : { unmeasured: [path] }
}

export const fileReaders: Readers = {
  ioctl: command,
  ...readersOf(['open', 'openat', 'openat2', 'creat', 'open_by_handle_at'], () => (call, place) => ({
    act: openAct(call, place),
  })),
  ...readersOf(['fsync', 'fdatasync', 'syncfs', 'sync_file_range'], () => sync),
  ...readersOf(['msync', 'sync'], () => syncOfNothing),
  ...readersOf(Object.keys(moves), (name) => movesReader(moves[name] as Moves)),
}

function openAct(call: Call, place: Place): OpenAct {
  const values = parseArguments(call.args)
  const { name } = call
  // open(path, flags, mode), creat(path, mode), openat(dirfd, path, flags, mode), openat2(dirfd, path, how, size),
  // open_by_handle_at(mount, handle, flags)
  const from = name === 'open' || name === 'creat' ? null : (values[0] ?? null)
  const asked = name === 'open_by_handle_at' ? null : bytesOf(values[from === null ? 0 : 1])
  const how = values[2]
  const flagsValue =
    name === 'openat2' && how?.kind === 'struct' ? how.fields.get('flags') : values[name === 'open' ? 1 : 2]
  const flags = name === 'creat' ? ['O_CREAT', 'O_TRUNC', 'O_WRONLY'] : namesOf(flagsValue)
  const modeValue =
    name === 'openat2' && how?.kind === 'struct'
      ? how.fields.get('mode')
      : values[name === 'open' ? 2 : name === 'creat' ? 1 : 3]
  const makes = flags.includes('O_CREAT') || flags.includes('O_TMPFILE')
  const folder = from === null ? place.cwd : from.kind === 'word' ? from.path : null
  if (from?.kind === 'word' && from.text === 'AT_FDCWD' && from.path !== null) place.cwd = from.path
  const known = outcome(call)
  return {
    kind: 'open',
    call: name,
    asked,
    flags: [...flags].sort(),
    permissions: makes ? modeOf(modeValue).permissions : null,
    outcome: known,
    fd: known === 'ok' ? call.result.value : null,
    path: known === 'ok' ? call.result.path : unresolved(folder, asked),
  }
}
