// SPDX-License-Identifier: MIT
// What a traced process does, one method for each kind of event.
import { posix } from 'node:path'
import type {
  AccessEvent,
  Address,
  ConnectEvent,
  DnsAnswer,
  DnsEvent,
  EventKind,
  EventOf,
  ExecEvent,
  ExitEvent,
  FileType,
  IoEvent,
  NamespaceEvent,
  NamespaceType,
  OpenEvent,
  Result,
  SendEvent,
  SignalEvent,
  SyncEvent,
  Text,
} from '../../src/trace/event.ts'
import type { Process } from '../../src/trace/process.ts'
import { projectRoot, type TraceBuilder } from './trace-builder.ts'

/** A process that is being built. */
export interface State extends Process {
  children: Process[]
  execs: ExecEvent[]
  exit: ExitEvent | null
  comm: string
  exe: Text
  argv: readonly Text[]
}

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
      submitted: null,
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
      submitted: null,
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
      submitted: null,
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
      oneThread: false,
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

  rename(path: Text, to: Text, facts: Facts<'rename'> = {}): this {
    return this.#file('rename', path, { askedTo: to, to, flags: [], ...facts })
  }

  unlink(path: Text, facts: Facts<'unlink'> = {}): this {
    return this.#file('unlink', path, facts)
  }

  rmdir(path: Text, facts: Facts<'rmdir'> = {}): this {
    return this.#file('rmdir', path, facts)
  }

  mkdir(path: Text, facts: Facts<'mkdir'> = {}): this {
    return this.#file('mkdir', path, { permissions: 0o777, ...facts })
  }

  link(path: Text, to: Text, facts: Facts<'link'> = {}): this {
    return this.#file('link', path, { askedTo: to, to, ...facts })
  }

  symlink(path: Text, target: Text, facts: Facts<'symlink'> = {}): this {
    return this.#file('symlink', path, { target, ...facts })
  }

  mknod(path: Text, fileType: FileType = 'fifo', facts: Facts<'mknod'> = {}): this {
    return this.#file('mknod', path, { permissions: 0o666, fileType, device: '', ...facts })
  }

  chmod(path: Text, permissions: number, facts: Facts<'chmod'> = {}): this {
    return this.#file('chmod', path, { permissions, ...facts })
  }

  chown(path: Text, uid: number | null, gid: number | null, facts: Facts<'chown'> = {}): this {
    return this.#file('chown', path, { uid, gid, ...facts })
  }

  truncate(path: Text, length = 0, facts: Facts<'truncate'> = {}): this {
    return this.#file('truncate', path, { length, ...facts })
  }

  utimes(path: Text, facts: Facts<'utimes'> = {}): this {
    return this.#file('utimes', path, { call: 'utimensat', ...facts })
  }

  xattr(path: Text, name: Text, facts: Facts<'xattr'> = {}): this {
    return this.#file('xattr', path, { call: 'setxattr', name, ...facts })
  }

  stat(path: Text, facts: Facts<'stat'> = {}): this {
    return this.#file('stat', path, { call: 'newfstatat', ...facts })
  }

  access(path: Text, mode: AccessEvent['mode'] = ['exists'], facts: Facts<'access'> = {}): this {
    return this.#file('access', path, { mode, ...facts })
  }

  readlink(path: Text, target: Text, facts: Facts<'readlink'> = {}): this {
    return this.#file('readlink', path, { target, ...facts })
  }

  list(path: Text, facts: Facts<'list'> = {}): this {
    return this.#file('list', path, { call: 'getdents64', asked: { status: 'absent' }, resolved: 'kernel', ...facts })
  }

  sync(path: Text, call: SyncEvent['call'] = 'fsync', facts: Facts<'sync'> = {}): this {
    const flags = call === 'msync' ? ['MS_SYNC'] : []
    return this.#call('sync', {
      call,
      flags,
      path,
      fileType: 'file',
      device: '8:1',
      inode: 2n,
      chrooted: false,
      ...facts,
    })
  }

  socket(family = 'inet', facts: Facts<'socket'> = {}): this {
    return this.#call('socket', { family, socketType: 'stream', protocol: 0, ...facts })
  }

  bind(address: Address, facts: Facts<'bind'> = {}): this {
    return this.#call('bind', { address, asked: address, transport: transportOf(address), ...facts })
  }

  listen(address: Address, facts: Facts<'listen'> = {}): this {
    return this.#call('listen', { address, transport: transportOf(address), backlog: 128, ...facts })
  }

  accept(address: Address, local: Address, facts: Facts<'accept'> = {}): this {
    return this.#call('accept', { call: 'accept4', address, local, transport: transportOf(address), ...facts })
  }

  /** A question and its answer: addresses, or whole records. */
  dns(name: string, answers: readonly (string | DnsAnswer)[] = [], facts: Facts<'dns'> = {}): this {
    const type = facts.type ?? 'A'
    return this.#add('dns', {
      name,
      type,
      call: 'sendto',
      abi: 'native',
      result: { ok: true, value: 30 },
      blocked: false,
      partial: false,
      died: false,
      submitted: null,
      server: { family: 'inet', host: '9.9.9.9', port: 53, mapped: false, scopeId: 0 },
      transport: 'udp',
      status: 'NOERROR',
      truncated: false,
      answers: answers.map((data) => (typeof data === 'string' ? { name, type, ttl: 60, data } : data)),
      ...facts,
    } satisfies Facts<'dns'> as DnsEvent)
  }

  /** A signal to another process; null: to one outside the scope. */
  signal(signal: string, to: ProcessBuilder | null, facts: Facts<'signal'> = {}): this {
    return this.#add('signal', {
      signal,
      from: 'process',
      call: 'kill',
      abi: 'native',
      code: 0,
      sender: this.state,
      senderPid: this.state.pid,
      to: to?.state ?? null,
      toPid: to?.state.pid ?? 1,
      toTid: null,
      toName: to?.state.comm ?? '',
      delivery: 'delivered',
      errno: null,
      blocked: false,
      ...facts,
    } satisfies Facts<'signal'> as SignalEvent)
  }

  /** A signal that the kernel sends to this process. */
  kernelSignal(signal: string, facts: Facts<'signal'> = {}): this {
    return this.signal(signal, this, { from: 'kernel', call: null, code: 1, sender: null, senderPid: null, ...facts })
  }

  namespace(call: NamespaceEvent['call'], types: readonly NamespaceType[], facts: Facts<'namespace'> = {}): this {
    const ids = { mnt: 1, uts: 2, ipc: 3, pid: 4, net: 5, cgroup: 6, time: 7, user: 8 }
    const flags = types.map((type) => `CLONE_NEW${type.toUpperCase()}`)
    return this.#call('namespace', { call, types, flags, ids, userLevel: 0, userOwner: 0, child: null, ...facts })
  }

  mount(from: Text, path: Text, fileSystem: Text, facts: Facts<'mount'> = {}): this {
    const absent = { status: 'absent' } as const
    const none = { fromPath: absent, option: absent, attributes: [], cleared: [] }
    return this.#call('mount', { asked: path, path, chrooted: false, from, fileSystem, flags: [], ...none, ...facts })
  }

  umount(path: Text, facts: Facts<'umount'> = {}): this {
    return this.#call('umount', { call: 'umount2', asked: path, path, chrooted: false, flags: [], ...facts })
  }

  chroot(path: Text, facts: Facts<'chroot'> = {}): this {
    return this.#call('chroot', { asked: path, path, chrooted: false, ...facts })
  }

  pivotRoot(path: Text, oldRoot: Text, facts: Facts<'pivotRoot'> = {}): this {
    return this.#call('pivotRoot', { call: 'pivot_root', asked: path, path, chrooted: false, oldRoot, ...facts })
  }

  credentials(call: string, uid: number, facts: Facts<'credentials'> = {}): this {
    const ids = { uid, euid: uid, suid: uid, fsuid: uid, gid: uid, egid: uid, sgid: uid, fsgid: uid }
    const sets = { capabilities: [], permitted: [], inheritable: [] }
    return this.#call('credentials', { call, asked: [uid], ...ids, groups: 0, ...sets, ...facts })
  }

  ptrace(request: string, pid: number, facts: Facts<'ptrace'> = {}): this {
    return this.#call('ptrace', { request, pid, ...facts })
  }

  bpf(command: string, facts: Facts<'bpf'> = {}): this {
    return this.#call('bpf', { command, ...facts })
  }

  module(call: EventOf<'module'>['call'], name: Text, facts: Facts<'module'> = {}): this {
    return this.#call('module', { call, name, ...facts })
  }

  ioUring(entries: number, facts: Facts<'ioUring'> = {}): this {
    return this.#call('ioUring', { call: 'io_uring_setup', entries, flags: [], ...facts })
  }

  syscall(call: string, given: readonly bigint[] = [], facts: Facts<'syscall'> = {}): this {
    const all = Array.from({ length: 6 }, (_, index) => given[index] ?? 0n)
    return this.#call('syscall', { call, arguments: all as never, durationNs: 1000n, ...facts })
  }

  /** `session.mark(label)`: of the root. */
  mark(label: string): this {
    this.#builder.add<'mark'>(this.state, { kind: 'mark', label })
    return this
  }

  /** A thread of this process; its calls have its `tid` among their facts. */
  thread(threadTid: number): this {
    this.#builder.add<'thread'>(this.state, { kind: 'thread', threadTid, flags: [], userWorker: false })
    return this
  }

  exit(code: number | null = 0, signal: string | null = null, coreDumped = false): this {
    this.state.exit = this.#builder.add<'exit'>(this.state, {
      kind: 'exit',
      code,
      signal,
      coreDumped,
      durationNs: 5_000_000n,
      cpuNs: 1_000_000n,
      peakMemoryBytes: 1 << 20,
    })
    return this
  }

  /** A call that names a file, or stands on a descriptor of one. */
  #file<K extends FileKind>(kind: K, path: Text, facts: Facts<K>): this {
    const named = { asked: path, path, resolved: 'lexical' as const, followed: followers.has(kind), chrooted: false }
    return this.#call(kind, { ...named, ...facts } as Facts<K>)
  }

  /** A system call that worked, unless its facts say something else. */
  #call<K extends EventKind>(kind: K, facts: Facts<K>): this {
    const answered = {
      abi: 'native',
      result: { ok: true, value: 0 },
      blocked: false,
      partial: false,
      died: false,
      submitted: null,
    }
    return this.#add(kind, { call: kind, ...answered, ...facts } as unknown as EventOf<K>)
  }

  #add<K extends EventKind>(kind: K, facts: Facts<K>): this {
    this.#builder.add<K>(this.state, { ...facts, kind } as EventOf<K>)
    return this
  }
}

/** Kinds of which the usual calls follow a link at the end of the path. */
const followers: ReadonlySet<EventKind> = new Set([
  'chmod',
  'chown',
  'truncate',
  'utimes',
  'xattr',
  'stat',
  'access',
  'list',
])

type Facts<K extends EventKind> = Partial<EventOf<K>>

type FileKind = Extract<EventOf<EventKind>, { readonly asked: Text; readonly resolved: string }>['kind']

function transportOf({ family }: Address): 'tcp' | 'unix' {
  return family === 'unix' ? 'unix' : 'tcp'
}
