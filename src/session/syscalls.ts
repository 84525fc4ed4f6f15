// SPDX-License-Identifier: MIT
// The `syscalls` option: which system calls become events, and how the programs are told.
import type { Architecture } from '../trace/architecture.ts'
import { callNamesOf, callNumbers } from '../trace/call-names.ts'
import { describe } from '../trace/misuse.ts'
import { closest } from '../trace/nearest.ts'
import { invalidOption } from './errors.ts'

/** Of this machine. There is an addon for these two, so that on others no session opens. */
export const architectureHere: Architecture = process.arch === 'arm64' ? 'arm64' : 'x64'

/** SPY_SYSCALL_NUMBERS of bpf/record/syscall.h: how many numbers an ABI has a bit for. */
export const numbersOfAbi = 576

/** Functions of the C library, and calls that 64-bit programs do not make, with what the kernel sees in their place. */
const seenInstead: Readonly<Record<string, string>> = {
  fadvise: 'fadvise64',
  nice: 'setpriority',
  pread: 'pread64',
  pwrite: 'pwrite64',
  readdir: 'getdents64',
  recv: 'recvfrom',
  send: 'sendto',
  sigaction: 'rt_sigaction',
  signal: 'rt_sigaction',
  sigpending: 'rt_sigpending',
  sigprocmask: 'rt_sigprocmask',
  sigreturn: 'rt_sigreturn',
  sigsuspend: 'rt_sigsuspend',
  sleep: 'clock_nanosleep',
  socketcall: 'connect',
  stime: 'clock_settime',
  umount: 'umount2',
  usleep: 'clock_nanosleep',
  wait: 'wait4',
  waitpid: 'wait4',
}

/** Names without repetition; empty without the option. Throws INVALID_OPTION for what is no list of names. */
export function settleSyscalls(given: unknown): readonly string[] | 'all' {
  if (given === undefined) return []
  if (given === 'all') return 'all'
  if (!Array.isArray(given))
    throw invalidOption(
      `Expected the \`syscalls\` option to be a list of names of system calls or 'all', got ${describe(given)}.${typeof given === 'string' ? ` Write [${JSON.stringify(given)}].` : ''}`,
    )
  if (given.length === 0)
    throw invalidOption(
      "Expected the `syscalls` option not to be empty. Leave it out; `events` that include 'syscall' count calls without events.",
    )
  for (const name of given) checkName(name)
  return [...new Set<string>(given)]
}

function checkName(name: unknown): void {
  if (typeof name === 'string') {
    const seen = Object.hasOwn(seenInstead, name) ? seenInstead[name] : undefined
    if (seen !== undefined)
      throw invalidOption(
        `Expected the \`syscalls\` option to have names of system calls as the kernel sees them: of \`${name}\` it sees \`${seen}\` or the like. 'all' records whatever it is.`,
      )
    if (callNamesOf[architectureHere].has(name)) return
  }
  const meant = typeof name === 'string' ? closest(name, callNamesOf[architectureHere]) : null
  throw invalidOption(
    `Expected the \`syscalls\` option to have names of system calls, got ${describe(name)}${meant === null ? '.' : `; did you mean \`${meant}\`?`}`,
  )
}

/** A bit for each number, those of 64-bit programs first: spy_session.syscalls of bpf/control.h. */
export function syscallBits(calls: readonly string[] | 'all', architecture: Architecture): Uint8Array {
  const bits = new Uint8Array((2 * numbersOfAbi) / 8)
  if (calls === 'all') return bits.fill(0xff)
  for (const name of calls) {
    const { native, compat } = callNumbers(name, architecture)
    for (const nr of [...native, ...compat.map((number) => number + numbersOfAbi)]) bits[nr >> 3]! |= 1 << (nr & 7)
  }
  return bits
}
