// SPDX-License-Identifier: MIT
import type { Gap, TraceState } from './trace-info.ts'

/** What the records themselves say, by number. */
export interface Found {
  /** Operations that could not be followed. */
  readonly ioUrings: number
  /** Opens whose descriptor seems to have been given to another file. */
  readonly replaced: number
  /** Reads, writes and syncs by io_submit. */
  readonly submitted: number
  /** Messages of DNS of which a part is missing. */
  readonly cutMessages: number
  /** Processes with more rights than the test, as `sudo[4711]`. */
  readonly withheld: readonly string[]
}

/**
 * Every reason why an absence proves nothing. Unreadable and cut strings are none, but for messages of DNS: their records are there, and a matcher that meets one decides for
 * itself.
 */
export function gapsOf(state: TraceState, found: Found): readonly Gap[] {
  const { ioUrings, replaced, submitted, cutMessages, withheld } = found
  const { lost } = state
  const gaps: Gap[] = [
    gap(
      'ring',
      lost.ring,
      (n) =>
        `${records(n)} of file and network accesses found the ring full; open the session with a larger \`ringBytes\`.`,
    ),
    gap(
      'lifecycle',
      lost.lifecycle,
      (n) => `${records(n)} of fork, exec or exit found the ring full; open the session with a larger \`ringBytes\`.`,
    ),
    gap(
      'scratch',
      lost.scratch,
      (n) => `${records(n)} could not be built, because too many were under way on one CPU.`,
    ),
    gap(
      'member',
      lost.member,
      (n) =>
        `${n} ${n === 1 ? 'process was' : 'processes were'} not followed, because the kernel had no memory to mark ${n === 1 ? 'it' : 'them'}.`,
    ),
    gap(
      'socket',
      lost.socket,
      (n) =>
        `How ${n} ${n === 1 ? 'connection' : 'connections'} ended is not known, because the kernel had no memory to mark the socket.`,
    ),
    gap(
      'uring',
      lost.uring,
      (n) =>
        `How ${n} ${n === 1 ? 'operation' : 'operations'} of io_uring ended is not known: too many were under way, or their process ended first.`,
    ),
    gap('missed', lost.missed, (n) => `The kernel skipped ${n} ${n === 1 ? 'run' : 'runs'} of the tracing programs.`),
    gap('spill', lost.spill, (n) => `${n} bytes of the log could not be written to the temporary folder; is it full?`),
    gap(
      'helper',
      state.helperLost ? 1 : 0,
      () => 'spyscall-helper ended before the session did: nothing after that was recorded.',
    ),
    gap('vanished', state.vanished, (n) => `${records(n)} were delivered and never read; please report this.`),
    gap(
      'stuck',
      state.stuck ? 1 : 0,
      () => 'A record was begun and never finished: those behind it could not be read.',
    ),
    gap(
      'run',
      state.neverRan ? 1 : 0,
      () =>
        "Nothing was recorded, since `session.run` was not called: under scope `'run'`, which concurrent tests have, only what is started in it is.",
    ),
    gap(
      'io_uring',
      ioUrings,
      (n) =>
        `${n} file or network ${n === 1 ? 'operation' : 'operations'} went through io_uring in a way that cannot be followed.`,
    ),
    gap(
      'aio',
      submitted,
      (n) =>
        `${n} ${n === 1 ? 'operation was' : 'operations were'} handed over by io_submit: what ${n === 1 ? 'it' : 'they'} read and wrote is not recorded.`,
    ),
    gap(
      'dns',
      cutMessages,
      (n) =>
        `${n} ${n === 1 ? 'message' : 'messages'} to or from a DNS server could not be read whole: names that were asked may be missing.`,
    ),
    gap(
      'replaced',
      replaced,
      (n) =>
        `${n} ${n === 1 ? 'open' : 'opens'} by a process with threads gave a file of another name: another thread seems to have replaced the descriptor (dup2) before it could be looked at. Kernels that take lsm or fentry programs (\`openSettled\` in \`session.capabilities\`) tell which file it was.`,
    ),
    gap(
      'withheld',
      withheld.length,
      (n) =>
        `${list(withheld)} had more rights than the test, and what ${n === 1 ? 'it' : 'they'} did is not recorded; run the test with the same rights (as root) to see it.`,
    ),
  ]
  return gaps.filter(({ count }) => count > 0)
}

function gap(reason: string, count: number, text: (count: number) => string): Gap {
  return { reason, count, text: text(count) }
}

const mostNamed = 3

function list(names: readonly string[]): string {
  const named = names.slice(0, mostNamed).join(', ')
  return names.length > mostNamed ? `${named} and ${names.length - mostNamed} more processes` : named
}

function records(count: number): string {
  return count === 1 ? '1 record' : `${count} records`
}
