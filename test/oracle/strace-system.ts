// SPDX-License-Identifier: MIT
// Calls about namespaces, mounts, credentials and the kernel itself, and signals sent.

import { typeless } from './known-differences.ts'
import type { Facts } from './model.ts'
import {
  bytesOf,
  callAct,
  factsReader,
  fileAt,
  namesOf,
  numberOf,
  type Reader,
  type Readers,
  readersOf,
} from './strace-args.ts'
import { StraceError } from './strace-lines.ts'
import { parseArguments, type StraceValue } from './strace-values.ts'

const flags = (value: StraceValue | undefined) => namesOf(value).sort()

const id = (value: StraceValue | undefined) => `${numberOf(value) === -1 ? null : numberOf(value)}`

const identity = (count: number) =>
  factsReader((a): Facts => ({ kind: 'credentials', asked: a.slice(0, count).map(id) }))

const identityCalls: Readonly<Record<string, number>> = {
  ...{ setuid: 1, setgid: 1, setfsuid: 1, setfsgid: 1, setreuid: 2, setregid: 2, setresuid: 3, setresgid: 3 },
  ...{
    setuid32: 1,
    setgid32: 1,
    setfsuid32: 1,
    setfsgid32: 1,
    setreuid32: 2,
    setregid32: 2,
    setresuid32: 3,
    setresgid32: 3,
  },
  // Of lists only that they were set.
  ...{ setgroups: 0, setgroups32: 0, capset: 0 },
}

/** Of the calls that make mounts by descriptors only that they were made; the fixtures check the rest. */
const mountCalls = ['fsopen', 'fsconfig', 'fsmount', 'fspick', 'open_tree', 'move_mount', 'mount_setattr']

/** Which argument of a call that sends a signal is the signal. */
const signalAt: Readonly<Record<string, number>> = {
  ...{ kill: 1, tkill: 1, tgkill: 2, rt_sigqueueinfo: 1, rt_tgsigqueueinfo: 2, pidfd_send_signal: 1 },
}

/** strace has `SIGRT_2` for SIGRTMIN, and numbers where there is no signal. */
export function signalName(name: string): string {
  return /^\d+$/.test(name) ? `signal ${name}` : name.replace('SIGRT_', 'SIGRT')
}

/** sigaction(2): who sent it, or why. */
const codes: Readonly<Record<string, number>> = {
  ...{
    SI_USER: 0,
    SI_KERNEL: 0x80,
    SI_QUEUE: -1,
    SI_TIMER: -2,
    SI_MESGQ: -3,
    SI_ASYNCIO: -4,
    SI_SIGIO: -5,
    SI_TKILL: -6,
  },
  ...{ SEGV_MAPERR: 1, SEGV_ACCERR: 2, BUS_ADRALN: 1, BUS_ADRERR: 2, BUS_OBJERR: 3, FPE_INTDIV: 1, FPE_INTOVF: 2 },
  ...{ ILL_ILLOPC: 1, ILL_ILLOPN: 2, TRAP_BRKPT: 1, TRAP_TRACE: 2, SYS_SECCOMP: 1, POLL_IN: 1 },
}

export function signalCode(name: string | null): number {
  const code = name === null ? undefined : /^-?\d+$/.test(name) ? Number(name) : codes[name]
  if (code === undefined) throw new StraceError(`A signal with a code that is not known: ${name}`)
  return code
}

/** How many a group has, and what became of each, strace does not tell: that they were sent, and the errno of a failure. */
const sends: Reader = (call) => {
  const signal = parseArguments(call.args)[signalAt[call.name] as number]
  const name = signal?.kind === 'word' ? signal.text : ''
  if (name === '0') return null
  const sent = callAct(call, { kind: 'signal', signal: signalName(name) })
  // Its sender did not survive it: it was sent.
  return { look: sent.outcome === 'died' ? { ...sent, outcome: 'ok' } : sent }
}

/** known-differences.ts, `ignored-type`. */
function ignoresType(value: StraceValue | undefined): boolean {
  return flags(value).some((flag) => typeless.has(flag))
}

const umount = factsReader((a, place) => ({ kind: 'umount', ...fileAt(place, null, a[0]), flags: flags(a[1]) }))

export const systemReaders: Readers = {
  unshare: factsReader((a) => ({ kind: 'namespace', flags: flags(a[0]) })),
  setns: factsReader(() => ({ kind: 'namespace' })),
  mount: factsReader((a, place) => ({
    kind: 'mount',
    from: bytesOf(a[0]),
    ...fileAt(place, null, a[1]),
    fileSystem: ignoresType(a[3]) ? null : bytesOf(a[2]),
    flags: flags(a[3]),
  })),
  umount,
  umount2: umount,
  chroot: factsReader((a, place) => ({ kind: 'chroot', ...fileAt(place, null, a[0]) })),
  pivot_root: factsReader((a, place) => ({ kind: 'pivotRoot', ...fileAt(place, null, a[0]), oldRoot: bytesOf(a[1]) })),
  ...readersOf(mountCalls, () => factsReader(() => ({ kind: 'mount' }))),
  ...readersOf(Object.keys(identityCalls), (name) => identity(identityCalls[name] as number)),
  ...readersOf(Object.keys(signalAt), () => sends),
  bpf: factsReader((a) => ({ kind: 'bpf', command: namesOf(a[0]).join() })),
  ...readersOf(['init_module', 'finit_module', 'delete_module'], () => factsReader(() => ({ kind: 'module' }))),
  io_uring_setup: factsReader((a) => ({ kind: 'ioUring', entries: numberOf(a[0]) })),
}
