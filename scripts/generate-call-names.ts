// SPDX-License-Identifier: MIT
// Writes the names of all system calls, from the kernel's headers (linux-libc-dev, amd64) and the list of newer ones below.
// Makes: src/trace/call-names.generated.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const headers = '/usr/include/x86_64-linux-gnu/asm'
const output = 'src/trace/call-names.generated.ts'

/** Numbers beyond this are left out, so that newer headers than those of Debian 12 (up to 450) make the same file. */
const last = 471

/** Calls of x86-64 and of i386 since Linux 6.5. Source: arch/x86/entry/syscalls/syscall_64.tbl and syscall_32.tbl of Linux 7.0. */
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
const newerNative: Readonly<Record<string, number>> = { uretprobe: 335, uprobe: 336 }

/** Where the calls begin that x32 has numbers of its own for. */
const x32From = 512

const line = /^#define __NR_(\w+) (?:(\d+)|\(__X32_SYSCALL_BIT \+ (\d+)\))$/gm

function callsOf(header: string, more: Readonly<Record<string, number>> = {}): string[] {
  const text = readFileSync(join(headers, header), 'utf8')
  const found = [...text.matchAll(line)].map(([, name, plain, x32]) => [name, Number(plain ?? x32)] as const)
  if (found.length < 300)
    throw new Error(`${join(headers, header)}: expected some 350 system calls, found ${found.length}`)
  const names: string[] = []
  for (const [name, number] of [...found, ...Object.entries(more)]) {
    const known = names[number]
    if (known !== undefined && known !== name)
      throw new Error(`${header}: number ${number} is both ${known} and ${name}`)
    names[number] = name as string
  }
  return Array.from(names, (name) => name ?? '-')
}

const native = callsOf('unistd_64.h', { ...newer, ...newerNative }).slice(0, last + 1)
const i386 = callsOf('unistd_32.h', newer).slice(0, last + 1)
const x32 = callsOf('unistd_x32.h').slice(x32From)

const text = `// SPDX-License-Identifier: MIT
// Made by scripts/generate-call-names.ts: do not edit.

/** Names of the system calls of x86-64 by number; '-' has none. */
export const nativeCalls: readonly string[] =
  '${native.join(' ')}'.split(' ')

/** The same of i386. */
export const i386Calls: readonly string[] =
  '${i386.join(' ')}'.split(' ')

/** Of x32 those with numbers of its own, from ${x32From}; the others are those of x86-64. */
export const x32Calls: readonly string[] =
  '${x32.join(' ')}'.split(' ')

export const x32From = ${x32From}
`

writeFileSync(resolve(import.meta.dirname, '..', output), text)
