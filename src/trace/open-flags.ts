// SPDX-License-Identifier: MIT
// Flags of open(2) by name. Source: uapi/asm-generic/fcntl.h, and arch/arm64 and arch/arm, which number four of them otherwise.
import type { Architecture } from './architecture.ts'

const accessModes = ['O_RDONLY', 'O_WRONLY', 'O_RDWR', 'O_ACCMODE'] as const

type Flags = readonly (readonly [number, string])[]

/** Longer masks first: O_SYNC contains O_DSYNC, O_TMPFILE contains O_DIRECTORY. */
function flagsOf(O_DIRECT: number, O_LARGEFILE: number, O_DIRECTORY: number, O_NOFOLLOW: number): Flags {
  return [
    [0o20000000 | O_DIRECTORY, 'O_TMPFILE'],
    [0o4010000, 'O_SYNC'],
    [0o100, 'O_CREAT'],
    [0o200, 'O_EXCL'],
    [0o400, 'O_NOCTTY'],
    [0o1000, 'O_TRUNC'],
    [0o2000, 'O_APPEND'],
    [0o4000, 'O_NONBLOCK'],
    [0o10000, 'O_DSYNC'],
    [0o20000, 'O_ASYNC'],
    [O_DIRECT, 'O_DIRECT'],
    [O_LARGEFILE, 'O_LARGEFILE'],
    [O_DIRECTORY, 'O_DIRECTORY'],
    [O_NOFOLLOW, 'O_NOFOLLOW'],
    [0o1000000, 'O_NOATIME'],
    [0o2000000, 'O_CLOEXEC'],
    [O_PATH, 'O_PATH'],
  ]
}

export const O_PATH = 0o10000000

const openFlags: Readonly<Record<Architecture, Flags>> = {
  x64: flagsOf(0o40000, 0o100000, 0o200000, 0o400000),
  arm64: flagsOf(0o200000, 0o400000, 0o40000, 0o100000),
}

const sets = { x64: new Map<number, readonly string[]>(), arm64: new Map<number, readonly string[]>() }

/** Names of the flags of an open, access mode first; bits without a name as one hexadecimal number. Programs use few combinations: each is one list. */
export function openFlagNames(flags: number, architecture: Architecture): readonly string[] {
  let names = sets[architecture].get(flags)
  if (names === undefined) {
    names = Object.freeze(namesOf(flags, openFlags[architecture]))
    sets[architecture].set(flags, names)
  }
  return names
}

function namesOf(flags: number, named: Flags): string[] {
  const names: string[] = [accessModes[flags & 3] as string]
  let rest = flags & ~3
  for (const [mask, name] of named) {
    if ((rest & mask) !== mask) continue
    names.push(name)
    rest &= ~mask
  }
  if (rest !== 0) names.push(`0x${(rest >>> 0).toString(16)}`)
  return names
}
