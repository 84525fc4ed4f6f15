// SPDX-License-Identifier: MIT
// Writes the names and numbers of all system calls, from the kernel's headers (linux-libc-dev and its -arm64-cross and -armhf-cross) and the list of newer ones below.
// Makes: src/trace/call-names.generated.ts
// Makes: bpf/numbers/x86.generated.h
// Makes: bpf/numbers/arm64.generated.h
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')

/** Numbers beyond this are left out, so that newer headers than those of Debian 12 (up to 450) make the same file. */
const last = 471

/** Calls of all architectures since Linux 6.5. Source: scripts/syscall.tbl, arch/x86/entry/syscalls/syscall_64.tbl and syscall_32.tbl, and arch/arm/tools/syscall.tbl of Linux 7.0. */
const newer: Readonly<Record<string, number>> = {
  cachestat: 451,
  fchmodat2: 452,
  map_shadow_stack: 453,
  futex_wake: 454,
  futex_wait: 455,
  futex_requeue: 456,
  statmount: 457,
  listmount: 458,
  lsm_get_self_attr: 459,
  lsm_set_self_attr: 460,
  lsm_list_modules: 461,
  mseal: 462,
  setxattrat: 463,
  getxattrat: 464,
  listxattrat: 465,
  removexattrat: 466,
  open_tree_attr: 467,
  file_getattr: 468,
  file_setattr: 469,
  listns: 470,
  rseq_slice_yield: 471,
}

/** Those of x86-64 alone. Source: syscall_64.tbl, as above. */
const newerOfX64: Readonly<Record<string, number>> = { uretprobe: 335, uprobe: 336 }

/** Where the calls begin that x32 has numbers of its own for, and the bit that all of its numbers have. */
const x32From = 512
const x32Bit = 0x40000000

/** Where the kernel's headers of an ABI are, and what tells the compiler which one it is. */
interface Headers {
  readonly target: string
  readonly folder: string
  readonly options?: readonly string[]
}

const x64: Headers = { target: 'x86_64-linux-gnu', folder: '/usr/include/x86_64-linux-gnu' }
const i386: Headers = { ...x64, options: ['-m32'] }
const x32: Headers = { ...x64, options: ['-mx32'] }
const arm64: Headers = { target: 'aarch64-linux-gnu', folder: '/usr/aarch64-linux-gnu/include' }
const arm: Headers = { target: 'arm-linux-gnueabihf', folder: '/usr/arm-linux-gnueabihf/include' }

/** Names of the headers that are no calls: how many there are, where those of an architecture begin, and a call by another name. */
const noCalls: ReadonlySet<string> = new Set(['syscalls', 'arch_specific_syscall', 'sync_file_range2'])

function preprocess({ target, folder, options = [] }: Headers, source: string, ...more: string[]): string {
  const flags = [`--target=${target}`, ...options, '-nostdinc', '-isystem', folder, '-isystem', '/usr/include']
  return execFileSync('clang', ['-E', '-P', ...flags, ...more, '-x', 'c', '-'], { input: source, encoding: 'utf8' })
}

function callsOf(headers: Headers, more: Readonly<Record<string, number>>): string[] {
  const include = '#include <asm/unistd.h>\n'
  const defined = [...preprocess(headers, include, '-dM').matchAll(/^#define __NR_([a-z_]\w*) /gm)].map(
    ([, name]) => name as string,
  )
  const lines = defined.filter((name) => !noCalls.has(name)).map((name) => `@${name} __NR_${name}\n`)
  const found = [...preprocess(headers, include + lines.join('')).matchAll(/^@(\w+) (.+)$/gm)]
  const numbers = found.map(([, name, sum]) => [name as string, numberOf(sum as string)] as const)
  if (numbers.length < 280)
    throw new Error(`${headers.folder}/asm/unistd.h: expected some 300 system calls or more, found ${numbers.length}`)
  const names: string[] = []
  for (const [name, number] of [...numbers, ...Object.entries(more)]) {
    const known = names[number]
    if (known !== undefined && known !== name)
      throw new Error(`${headers.folder}/asm/unistd.h: number ${number} is both ${known} and ${name}`)
    names[number] = name
  }
  return Array.from(names, (name) => name ?? '-')
}

/** `257`, `(0x40000000 + 514)`, `(0 + 5)`. */
function numberOf(sum: string): number {
  const number = sum
    .replace(/[()]/g, '')
    .split('+')
    .reduce((total, part) => total + Number(part), 0)
  if (!Number.isInteger(number)) throw new Error(`expected the number of a system call, got ${sum}`)
  return number & ~x32Bit
}

const upToLast = (names: readonly string[]): readonly string[] => names.slice(0, last + 1)

const native = {
  x64: upToLast(callsOf(x64, { ...newer, ...newerOfX64 })),
  arm64: upToLast(callsOf(arm64, newer)),
}
const compat = { x64: upToLast(callsOf(i386, newer)), arm64: upToLast(callsOf(arm, newer)) }

const listed = (names: readonly string[]): string => `'${names.join(' ')}'.split(' ')`

writeFileSync(
  resolve(root, 'src/trace/call-names.generated.ts'),
  `// SPDX-License-Identifier: MIT
// Made by scripts/generate-call-names.ts: do not edit.

/** Names of the system calls of an architecture by number; '-' has none. */
interface Calls {
  readonly native: readonly string[]
  /** Of 32-bit programs: of i386, and of ARM's EABI. */
  readonly compat: readonly string[]
}

export const x64Calls: Calls = {
  native:
    ${listed(native.x64)},
  compat:
    ${listed(compat.x64)},
}

export const arm64Calls: Calls = {
  native:
    ${listed(native.arm64)},
  compat:
    ${listed(compat.arm64)},
}

/** Of x32 those with numbers of its own, from ${x32From}; the others are those of x86-64. */
export const x32Calls: readonly string[] =
  ${listed(callsOf(x32, {}).slice(x32From))}

export const x32From = ${x32From}
`,
)

/** A line for every call of any ABI, so that a table of all of them can be compiled for each. */
const everyName = [...new Set([...Object.values(native), ...Object.values(compat)].flat())]
  .filter((name) => name !== '-')
  .sort()

for (const [file, is, other, nativeNames, compatNames] of [
  ['x86', 'x86-64', 'i386', native.x64, compat.x64],
  ['arm64', 'arm64', "ARM's EABI", native.arm64, compat.arm64],
] as const) {
  const lines = everyName.map(
    (name) => `#define SPY_CALL_${name} ${nativeNames.indexOf(name)}, ${compatNames.indexOf(name)}`,
  )
  writeFileSync(
    resolve(root, `bpf/numbers/${file}.generated.h`),
    `/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Made by scripts/generate-call-names.ts: do not edit. Numbers of the system calls of ${is} and ${other}; -1: there is no such call. */
// clang-format off
${lines.join('\n')}
`,
  )
}
