// SPDX-License-Identifier: MIT
// What processes are and run.
import { type ArgvPart, argvOf } from './argv.ts'
import { type Decode, type DecodeContext, deviceName, unanswered } from './decode-context.ts'
import { environmentGetter } from './decode-environment.ts'
import type { ChdirEvent, EventKind, ExecEvent, ExitEvent, ForkEvent, ThreadEvent } from './event.ts'
import { cloneFlagNames, signalName } from './linux.ts'
import { joinPath } from './paths.ts'
import { Flag, Kind, Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'
import { absent, isRead } from './text.ts'

const atFdcwd = -100

function fork(r: RecordReader, entry: number, context: DecodeContext): ForkEvent {
  return {
    kind: 'fork',
    ...context.base(r, entry, 'task_newtask'),
    child: context.processAt(context.assembly.entries.text(entry)),
    flags: cloneFlagNames(r.u64(Offset.fork.clone_flags)),
  }
}

function thread(r: RecordReader, entry: number, context: DecodeContext): ThreadEvent {
  return {
    kind: 'thread',
    ...context.base(r, entry, 'task_newtask'),
    threadTid: r.u32(Offset.thread.child_tid),
    flags: cloneFlagNames(r.u64(Offset.thread.clone_flags)),
    userWorker: r.u32(Offset.thread.user_worker) === 1,
  }
}

function exec(r: RecordReader, entry: number, context: DecodeContext): ExecEvent {
  const base = context.base(r, entry, 'sched_process_exec')
  const oldTid = r.u32(Offset.exec.old_tid)
  const argc = r.u32(Offset.exec.argc)
  const asked = r.nextText()
  const interpreter = r.nextText()
  const path = r.nextText()
  const cwd = r.nextText()
  const comm = r.nextText()
  const { status, bytes } = r.nextBytes()
  const environment = environmentGetter(context, entry)
  const isScript = isRead(asked) && isRead(interpreter) && asked !== interpreter
  return {
    kind: 'exec',
    ...base,
    result: { ok: true, value: 0 },
    asked,
    path,
    script: isScript ? joinPath(cwd, asked) : null,
    interpreter: isScript ? interpreter : null,
    get env() {
      return environment()
    },
    argv: argvOf(status === 0 ? bytes : null, argvRest(entry, context), r.u32(Offset.exec.argv_bytes), argc),
    cwd,
    comm: isRead(comm) ? comm : '',
    fileless: (r.flags & Flag.fileless) !== 0,
    chrooted: (r.flags & Flag.chrooted) !== 0,
    fromThread: oldTid === base.tid ? null : oldTid,
    device: deviceName(r.u32(Offset.exec.dev_major), r.u32(Offset.exec.dev_minor)),
    inode: r.u64(Offset.exec.inode),
    blocked: false,
    died: false,
    abi: 'native',
  }
}

function* argvRest(entry: number, context: DecodeContext): Generator<ArgvPart> {
  for (const place of context.assembly.execs.argvRest.get(entry) ?? []) {
    const r = context.at(place)
    const { status, bytes } = r.nextBytes()
    yield { offset: r.u32(Offset.argv.offset), bytes: status === 0 ? bytes : null }
  }
}

/** An attempt without success: by its return, or by its entry alone when its process died in it. */
function execFailed(r: RecordReader, entry: number, context: DecodeContext): ExecEvent {
  const died = r.kind === Kind.execBegun
  const base = context.base(r, entry, died ? 'sys_enter' : 'sys_exit')
  const { result, abi, blocked } = died
    ? { result: unanswered, abi: context.abi(r.flags), blocked: false }
    : context.call(r, entry, Offset.execFailed.result)
  let asked = r.nextText()
  let folder = r.nextText()
  const begun = context.assembly.execs.entryRecords.get(entry)
  if (!isRead(asked) && begun !== undefined) {
    asked = context.text(begun, 0)
    folder = context.text(begun, 1)
  }
  return {
    kind: 'exec',
    ...base,
    result,
    asked,
    path: joinPath(folder, asked),
    script: null,
    interpreter: null,
    argv: [],
    env: null,
    cwd: r.s32(died ? Offset.execBegun.dirfd : Offset.execFailed.dirfd) === atFdcwd ? folder : absent,
    comm: '',
    fileless: false,
    chrooted: (r.flags & Flag.chrooted) !== 0,
    fromThread: null,
    device: '',
    inode: 0n,
    blocked,
    died,
    abi,
  }
}

function exit(r: RecordReader, entry: number, context: DecodeContext): ExitEvent {
  const signal = r.s32(Offset.exit.signal)
  return {
    kind: 'exit',
    ...context.base(r, entry, 'sched_process_exit'),
    code: signal === 0 ? r.s32(Offset.exit.code) : null,
    signal: signal === 0 ? null : signalName(signal),
    coreDumped: (r.flags & Flag.core) !== 0,
    durationNs: r.u64(Offset.header.time_ns) - r.u64(Offset.exit.start_ns),
    cpuNs: r.u64(Offset.exit.cpu_ns),
    peakMemoryBytes: r.s64(Offset.exit.peak_rss_bytes),
  }
}

function chdir(r: RecordReader, entry: number, context: DecodeContext): ChdirEvent {
  const call = context.call(r, entry, Offset.chdir.result, Offset.chdir.nr)
  const asked = r.nextText()
  const folder = r.nextText()
  const resolved = r.nextText()
  return {
    kind: 'chdir',
    ...context.base(r, entry, 'sys_exit'),
    ...call,
    call: call.call as ChdirEvent['call'],
    asked,
    path: call.result.ok ? resolved : joinPath(folder, asked),
  }
}

export const processDecoders: Readonly<Partial<Record<EventKind, Decode>>> = {
  fork,
  thread,
  exec: (r, entry, context) => (r.kind === Kind.exec ? exec(r, entry, context) : execFailed(r, entry, context)),
  exit,
  chdir,
}
