// SPDX-License-Identifier: MIT
// Traces out of nothing, for tests of what only reads them: a TraceView with the brands of a real one.
import { posix } from 'node:path'
import type {
  Address,
  ConnectEvent,
  EventKind,
  EventOf,
  ExecEvent,
  ExitEvent,
  FileType,
  IoEvent,
  LinkEvent,
  MkdirEvent,
  MknodEvent,
  OpenEvent,
  RenameEvent,
  Result,
  RmdirEvent,
  SendEvent,
  SymlinkEvent,
  Text,
  TraceEvent,
  TruncateEvent,
  UnlinkEvent,
} from '../../src/trace/event.ts'
import type { Process } from '../../src/trace/process.ts'
import type { Gap, Lost, Trace } from '../../src/trace/trace.ts'
import { isClassed, varyingFields } from '../../src/trace/traits.ts'
import { eventBrand, processBrand, type TraceView, traceBrand } from '../../src/trace/view.ts'

export const projectRoot = '/home/me/project'

export const nothingLost: Lost = {
  ring: 0,
  lifecycle: 0,
  scratch: 0,
  member: 0,
  unreadable: 0,
  truncated: 0,
  socket: 0,
  missed: 0,
  spill: 0,
}

interface State extends Process {
  children: Process[]
  execs: ExecEvent[]
  exit: ExitEvent | null
  comm: string
  exe: Text
  argv: readonly Text[]
}

export interface TraceOptions {
  readonly lost?: Partial<Lost>
  readonly gaps?: readonly Gap[]
  readonly groups?: readonly string[]
  readonly projectRoot?: string
  /** Pids begin here. */
  readonly firstPid?: number
}

/** Builds one trace: events come in the order in which they are added, one millisecond apart. */
export class TraceBuilder {
  readonly root: ProcessBuilder
  readonly #events: TraceEvent[] = []
  readonly #processes: State[] = []
  readonly #options: TraceOptions
  #pid: number

  constructor(options: TraceOptions = {}) {
    this.#options = options
    this.#pid = options.firstPid ?? 1000
    this.root = this.#process(null)
  }

  #process(parent: State | null): ProcessBuilder {
    const state: State = {
      pid: this.#pid,
      nsPid: this.#pid,
      parent,
      children: [],
      execs: [],
      exe: parent?.exe ?? '/opt/node/bin/node',
      argv: parent?.argv ?? ['node', 'vitest'],
      cwd: parent?.cwd ?? projectRoot,
      comm: parent?.comm ?? 'node',
      startNs: parent === null ? null : this.#now(),
      exit: null,
      isRoot: parent === null,
    }
    Object.defineProperty(state, processBrand, { value: true })
    this.#pid += 1
    this.#processes.push(state)
    parent?.children.push(state)
    return new ProcessBuilder(this, state)
  }

  #now(): bigint {
    return BigInt(this.#events.length + 1) * 1_000_000n
  }

  /** @internal */
  add<K extends EventKind>(state: State, event: Omit<EventOf<K>, keyof ReturnType<TraceBuilder['base']>>): EventOf<K> {
    const whole = { ...this.base(state), ...event } as unknown as EventOf<K>
    Object.defineProperty(whole, eventBrand, { value: true })
    this.#events.push(whole)
    return whole
  }

  /** @internal */
  base(state: State) {
    const seq = this.#events.length + 1
    return { seq, timeNs: this.#now(), process: state as Process, tid: state.pid, source: 'sys_exit' as const }
  }

  /** @internal */
  spawn(parent: State): ProcessBuilder {
    const child = this.#process(parent)
    this.add<'fork'>(parent, { kind: 'fork', child: child.state, flags: [] })
    return child
  }

  /** The trace when everybody has ended who had not yet. */
  ended(): TraceView {
    for (const process of this.#processes)
      if (!process.isRoot && process.exit === null) new ProcessBuilder(this, process).exit()
    return this.trace()
  }

  /** The trace so far. */
  trace(): TraceView {
    const events = this.#events
    const { gaps = [], groups = ['process', 'file', 'network'], lost } = this.#options
    const view: TraceView = {
      events,
      processes: this.#processes,
      tree: this.root.state,
      running: this.#processes.filter((process) => !process.isRoot && process.exit === null),
      preexisting: [],
      lost: { ...nothingLost, ...lost },
      gaps,
      complete: gaps.length === 0,
      info: {
        scope: 'descendants',
        groups,
        projectRoot: this.#options.projectRoot ?? projectRoot,
        capabilities: groups,
      },
      ofKind: <K extends EventKind>(kind: K) => events.filter((event) => event.kind === kind) as EventOf<K>[],
      eventCount: events.length,
      scan: (kinds, judge, visit) => {
        for (const event of events) {
          if (!kinds.includes(event.kind as never)) continue
          const judgement = judge(sharedOf(event) as never)
          if (judgement !== null && visit(judgement, { seq: event.seq, process: event.process, event } as never)) return
        }
      },
    }
    return Object.defineProperty(view, traceBrand, { value: true })
  }
}

/** A system call that worked. */
const answered = {
  abi: 'native',
  result: { ok: true, value: 0 },
  blocked: false,
  partial: false,
  died: false,
} as const

/** A system call that did not: `unlink(path, failed('EPERM'))`. */
export function failed(errno: string): { readonly result: Result } {
  return { result: { ok: false, errno } }
}

/** What a process does. Each method adds an event. */
export class ProcessBuilder {
  readonly #builder: TraceBuilder
  readonly state: State

  constructor(builder: TraceBuilder, state: State) {
    this.#builder = builder
    this.state = state
  }

  fork(): ProcessBuilder {
    return this.#builder.spawn(this.state)
  }

  /** A child that executes a program at once. */
  spawn(asked: string, argv: readonly Text[], facts: Partial<ExecEvent> = {}): ProcessBuilder {
    const child = this.fork()
    child.exec(asked, argv, facts)
    return child
  }

  exec(asked: Text, argv: readonly Text[], facts: Partial<ExecEvent> = {}): this {
    const path = facts.path ?? asked
    const comm = typeof asked === 'string' ? posix.basename(asked).slice(0, 15) : ''
    const event = this.#builder.add<'exec'>(this.state, {
      kind: 'exec',
      result: { ok: true, value: 0 },
      asked,
      path,
      script: null,
      interpreter: null,
      argv,
      env: null,
      cwd: projectRoot,
      comm,
      fileless: false,
      chrooted: false,
      fromThread: null,
      device: '8:1',
      inode: 1n,
      blocked: false,
      died: false,
      abi: 'native',
      ...facts,
    })
    if (!event.result.ok) return this
    this.state.execs.push(event)
    Object.assign(this.state, { exe: path, argv, comm })
    return this
  }

  execFailed(asked: string, errno: string): this {
    return this.exec(asked, [], { result: { ok: false, errno } })
  }

  open(path: Text, facts: Partial<OpenEvent> = {}): this {
    const ok = facts.result?.ok ?? true
    this.#builder.add<'open'>(this.state, {
      kind: 'open',
      call: 'openat',
      abi: 'native',
      result: { ok: true, value: 3 },
      blocked: false,
      partial: false,
      died: false,
      asked: path,
      path,
      resolved: ok ? 'kernel' : 'lexical',
      mode: 'read',
      flags: [],
      resolve: [],
      permissions: 0,
      created: false,
      deleted: false,
      disconnected: false,
      chrooted: false,
      dirfd: -100,
      fileType: ok ? 'file' : null,
      device: '8:1',
      inode: 2n,
      ...facts,
    })
    return this
  }

  write(path: Text, facts: Partial<OpenEvent> = {}): this {
    return this.open(path, { mode: 'write', ...facts })
  }

  create(path: Text): this {
    return this.write(path, { created: true })
  }

  openFailed(path: Text, errno: string, facts: Partial<OpenEvent> = {}): this {
    return this.open(path, { ...facts, result: { ok: false, errno } })
  }

  connect(address: Address, facts: Partial<ConnectEvent> = {}): this {
    const transport = address.family === 'unix' ? 'unix' : 'tcp'
    this.#builder.add<'connect'>(this.state, {
      kind: 'connect',
      call: 'connect',
      abi: 'native',
      result: { ok: true, value: 0 },
      address,
      asked: address,
      transport,
      socketType: 'stream',
      outcome: 'established',
      errno: null,
      blocked: false,
      partial: false,
      died: false,
      ...facts,
    })
    return this
  }

  send(address: Address, facts: Partial<SendEvent> = {}): this {
    this.#builder.add<'send'>(this.state, {
      kind: 'send',
      call: 'sendto',
      abi: 'native',
      result: { ok: true, value: 1 },
      blocked: false,
      partial: false,
      died: false,
      address,
      transport: 'udp',
      ...facts,
    })
    return this
  }

  /** What was done with an open file: `read` and `written` are bytes, of one call each. */
  io(
    path: Text,
    did: { read?: number; written?: number; mapped?: number; writable?: number },
    facts: Partial<IoEvent> = {},
  ): this {
    const { read, written, mapped, writable = 0 } = did
    const one = (bytes: number | undefined) => ({ calls: bytes === undefined ? 0 : 1, bytes: bytes ?? 0 })
    this.#builder.add<'io'>(this.state, {
      kind: 'io',
      firstNs: 0n,
      path,
      read: one(read),
      written: one(written),
      mapped: one(mapped ?? (writable > 0 ? writable : undefined)),
      mappedWritable: writable,
      fd: 3,
      fileType: 'file',
      device: '8:1',
      inode: 2n,
      chrooted: false,
      ...facts,
    })
    return this
  }

  rename(path: Text, to: Text, facts: Partial<RenameEvent> = {}): this {
    return this.#change('rename', 'rename', path, { askedTo: to, to, flags: [] }, facts)
  }

  unlink(path: Text, facts: Partial<UnlinkEvent> = {}): this {
    return this.#change('unlink', 'unlink', path, {}, facts)
  }

  rmdir(path: Text, facts: Partial<RmdirEvent> = {}): this {
    return this.#change('rmdir', 'rmdir', path, {}, facts)
  }

  mkdir(path: Text, facts: Partial<MkdirEvent> = {}): this {
    return this.#change('mkdir', 'mkdir', path, { permissions: 0o777 }, facts)
  }

  link(path: Text, to: Text, facts: Partial<LinkEvent> = {}): this {
    return this.#change('link', 'link', path, { askedTo: to, to }, facts)
  }

  symlink(path: Text, target: Text, facts: Partial<SymlinkEvent> = {}): this {
    return this.#change('symlink', 'symlink', path, { target }, facts)
  }

  mknod(path: Text, fileType: FileType = 'fifo', facts: Partial<MknodEvent> = {}): this {
    return this.#change('mknod', 'mknod', path, { permissions: 0o666, fileType, device: '' }, facts)
  }

  truncate(path: Text, length = 0, facts: Partial<TruncateEvent> = {}): this {
    return this.#change('truncate', 'truncate', path, { length }, facts)
  }

  #change<K extends 'rename' | 'unlink' | 'rmdir' | 'mkdir' | 'link' | 'symlink' | 'mknod' | 'truncate'>(
    kind: K,
    call: string,
    path: Text,
    own: object,
    facts: object,
  ): this {
    const event = { kind, ...answered, call, asked: path, path, resolved: 'lexical', chrooted: false, ...own, ...facts }
    this.#builder.add<K>(this.state, event as never)
    return this
  }

  exit(code: number | null = 0, signal: string | null = null): this {
    this.state.exit = this.#builder.add<'exit'>(this.state, {
      kind: 'exit',
      code,
      signal,
      coreDumped: false,
      durationNs: 5_000_000n,
      cpuNs: 1_000_000n,
      peakMemoryBytes: 1 << 20,
    })
    return this
  }
}

/** The event without what alike ones may differ in: a judgement that looks there is an error. */
function sharedOf(event: TraceEvent): TraceEvent {
  if (!isClassed(event.kind)) return event
  return new Proxy(event, {
    get(target, key, receiver) {
      if ((varyingFields as readonly unknown[]).includes(key))
        throw new Error(`\`${String(key)}\` is not the same in all events that are alike`)
      return Reflect.get(target, key, receiver)
    },
  })
}

export function inet(host: string, port: number, mapped = false): Address {
  return { family: host.includes(':') ? 'inet6' : 'inet', host, port, mapped, scopeId: 0 }
}

export function unix(path: Text, abstract = false): Address {
  return { family: 'unix', asked: path, path, abstract }
}

/** As a real Trace, for what takes no less. */
export function asTrace(view: TraceView): Trace {
  return view as Trace
}

/** `make -j4` of one C file: what most tests search in. */
export function buildOfHello(options: TraceOptions = {}): TraceBuilder {
  const builder = new TraceBuilder(options)
  const make = builder.root.fork()
  make.execFailed('/usr/local/bin/make', 'ENOENT').exec('/usr/bin/make', ['make', '-j4'])
  make.open(`${projectRoot}/Makefile`, { asked: 'Makefile' })
  const gcc = make.fork()
  gcc.exec('/usr/bin/gcc', ['gcc', '-c', 'hello.c', '-o', 'hello.o'], { path: '/usr/bin/x86_64-linux-gnu-gcc-12' })
  gcc.create('/tmp/ccAbCdEf.s')
  const cc1 = gcc.spawn('/usr/lib/gcc/cc1', ['cc1', 'hello.c', '-o', '/tmp/ccAbCdEf.s'])
  cc1.open(`${projectRoot}/hello.c`, { asked: 'hello.c' })
  cc1.open(`${projectRoot}/include/hello.h`, { asked: 'include/hello.h' })
  cc1.openFailed('/usr/include/hello.h', 'ENOENT')
  cc1.write('/tmp/ccAbCdEf.s').exit(0)
  const as = gcc.fork()
  as.execFailed('/usr/local/bin/as', 'ENOENT').execFailed('/usr/sbin/as', 'ENOENT')
  as.exec('/usr/bin/as', ['as', '-o', 'hello.o', '/tmp/ccAbCdEf.s'])
  as.create(`${projectRoot}/hello.o`).exit(0)
  gcc.exit(0)
  make.exit(0)
  return builder
}
