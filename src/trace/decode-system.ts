// SPDX-License-Identifier: MIT
// Credentials, ptrace, bpf, modules, rings.
import type { Architecture } from './architecture.ts'
import type { CallFacts, Decode, DecodeContext } from './decode-context.ts'
import type {
  BpfEvent,
  CredentialsEvent,
  EventBase,
  EventKind,
  IoUringEvent,
  ModuleEvent,
  PtraceEvent,
} from './event.ts'
import { bpfCommandName, capabilityNames, ptraceRequestName, ringFlagNames } from './linux-system.ts'
import { Flag, Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'

/** How many ids the arguments of a call are, its name without the 32 of 32-bit programs. */
const idCounts: Readonly<Record<string, number>> = {
  setuid: 1,
  setgid: 1,
  setfsuid: 1,
  setfsgid: 1,
  setreuid: 2,
  setregid: 2,
  setresuid: 3,
  setresgid: 3,
}

function credentials(r: RecordReader, entry: number, context: DecodeContext): CredentialsEvent {
  const facts = context.call(r, entry, Offset.credentials.result, Offset.credentials.nr)
  const at = Offset.credentials
  return {
    kind: 'credentials',
    ...context.base(r, entry, facts.call.startsWith('exec') ? 'sched_process_exec' : 'sys_exit'),
    ...facts,
    asked: askedIds(r, facts.call),
    uid: r.u32(at.uid),
    euid: r.u32(at.euid),
    suid: r.u32(at.suid),
    fsuid: r.u32(at.fsuid),
    gid: r.u32(at.gid),
    egid: r.u32(at.egid),
    sgid: r.u32(at.sgid),
    fsgid: r.u32(at.fsgid),
    groups: r.u32(at.groups),
    capabilities: capabilityNames(r.u64(at.effective)),
    permitted: capabilityNames(r.u64(at.permitted)),
    inheritable: capabilityNames(r.u64(at.inheritable)),
  }
}

/** The calls of 32-bit programs without a 32 in their name are from the time of 16-bit ids. */
function askedIds(r: RecordReader, call: string): (number | null)[] {
  const isShort = (r.flags & Flag.compat) !== 0 && !call.endsWith('32')
  const leaveAsItIs = isShort ? 0xffff : 0xffffffff
  return Array.from({ length: idCounts[call.replace(/32$/, '')] ?? 0 }, (_, n) => {
    const id = r.u32(Offset.credentials.arguments + 8 * n)
    const asked = isShort ? id & 0xffff : id
    return asked === leaveAsItIs ? null : asked
  })
}

interface SystemRecord {
  readonly event: EventBase & CallFacts
  readonly r: RecordReader
  readonly first: number
  readonly second: number
  readonly architecture: Architecture
}

const decode =
  <Event>(finish: (record: SystemRecord) => Event) =>
  (r: RecordReader, entry: number, context: DecodeContext): Event => {
    const facts = context.call(r, entry, Offset.system.result, Offset.system.nr)
    const event = { ...context.base(r, entry, 'sys_exit'), ...facts }
    const [first, second] = [r.u32(Offset.system.arguments), r.u32(Offset.system.arguments + 8)]
    return finish({ event, r, first, second, architecture: context.architecture })
  }

const ptrace = decode(
  ({ event, first, second, architecture }): PtraceEvent =>
    event.call === 'ptrace'
      ? { kind: 'ptrace', ...event, request: ptraceRequestName(first, architecture), pid: second | 0 }
      : { kind: 'ptrace', ...event, request: event.call, pid: first | 0 },
)

const bpf = decode(({ event, first }): BpfEvent => ({ kind: 'bpf', ...event, command: bpfCommandName(first) }))

const module = decode(
  ({ event, r }): ModuleEvent => ({
    kind: 'module',
    ...event,
    call: event.call as ModuleEvent['call'],
    name: r.nextText(),
  }),
)

const ioUring = decode(
  ({ event, first, second }): IoUringEvent => ({
    kind: 'ioUring',
    ...event,
    call: 'io_uring_setup',
    entries: first,
    flags: ringFlagNames(BigInt(second)),
  }),
)

export const systemDecoders: Readonly<Partial<Record<EventKind, Decode>>> = {
  credentials,
  ptrace,
  bpf,
  module,
  ioUring,
}
