// SPDX-License-Identifier: MIT
// Traces for what asks of every access: with all the groups that it needs, and the events that TraceBuilder has no method for.
import type {
  AcceptEvent,
  AccessEvent,
  Address,
  BindEvent,
  ChdirEvent,
  ChmodEvent,
  DnsEvent,
  EventKind,
  EventOf,
  ListenEvent,
  MountEvent,
  Result,
  SocketEvent,
  StatEvent,
  Text,
} from '../../src/trace/event.ts'
import { type ProcessBuilder, projectRoot, TraceBuilder, type TraceOptions } from './trace-builder.ts'

const answered = {
  abi: 'native',
  result: { ok: true, value: 0 },
  blocked: false,
  partial: false,
  died: false,
  submitted: null,
} as const

export class HermeticTrace extends TraceBuilder {
  constructor(options: TraceOptions = {}) {
    super({ groups: ['process', 'file', 'network', 'probe'], ...options })
  }

  /** An event of any kind. */
  did<K extends EventKind>(process: ProcessBuilder, kind: K, facts: object): this {
    this.add<K>(process.state, { kind, ...answered, call: kind, ...facts } as never as Omit<
      EventOf<K>,
      keyof ReturnType<TraceBuilder['base']>
    >)
    return this
  }

  stat(process: ProcessBuilder, path: Text, facts: Partial<StatEvent> = {}): this {
    return this.#probe(process, 'stat', path, facts)
  }

  access(process: ProcessBuilder, path: Text, facts: Partial<AccessEvent> = {}): this {
    return this.#probe(process, 'access', path, { mode: ['exists'], ...facts })
  }

  readlink(process: ProcessBuilder, path: Text, target: Text): this {
    return this.#probe(process, 'readlink', path, { followed: false, target })
  }

  list(process: ProcessBuilder, path: Text): this {
    return this.#probe(process, 'list', path, { resolved: 'kernel', asked: { status: 'absent' } })
  }

  /** Looked for and not there. */
  missing(process: ProcessBuilder, path: Text, errno = 'ENOENT'): this {
    return this.stat(process, path, { result: { ok: false, errno } })
  }

  #probe(process: ProcessBuilder, kind: EventKind, path: Text, facts: object): this {
    return this.did(process, kind, {
      asked: path,
      path,
      resolved: 'lexical',
      followed: true,
      chrooted: false,
      ...facts,
    })
  }

  chmod(process: ProcessBuilder, path: Text, facts: Partial<ChmodEvent> = {}): this {
    return this.#probe(process, 'chmod', path, { permissions: 0o644, ...facts })
  }

  chdir(process: ProcessBuilder, path: Text, facts: Partial<ChdirEvent> = {}): this {
    return this.did(process, 'chdir', { asked: path, path, ...facts })
  }

  mount(process: ProcessBuilder, path: Text, facts: Partial<MountEvent> = {}): this {
    return this.did(process, 'mount', { asked: path, path, from: 'tmpfs', fileSystem: 'tmpfs', flags: [], ...facts })
  }

  socket(process: ProcessBuilder, family: string, facts: Partial<SocketEvent> = {}): this {
    return this.did(process, 'socket', { family, socketType: 'stream', protocol: 0, ...facts })
  }

  bind(process: ProcessBuilder, address: Address, facts: Partial<BindEvent> = {}): this {
    return this.did(process, 'bind', { address, asked: address, transport: transportOf(address), ...facts })
  }

  listen(process: ProcessBuilder, address: Address, facts: Partial<ListenEvent> = {}): this {
    return this.did(process, 'listen', { address, transport: transportOf(address), backlog: 5, ...facts })
  }

  accept(process: ProcessBuilder, local: Address, facts: Partial<AcceptEvent> = {}): this {
    return this.did(process, 'accept', { address: local, local, transport: transportOf(local), ...facts })
  }

  dns(process: ProcessBuilder, name: string, server: Address, facts: Partial<DnsEvent> = {}): this {
    return this.did(process, 'dns', {
      name,
      type: 'A',
      server,
      transport: 'udp',
      status: null,
      truncated: false,
      answers: [],
      ...facts,
    })
  }
}

function transportOf({ family }: Address): 'unix' | 'tcp' {
  return family === 'unix' ? 'unix' : 'tcp'
}

export function failed(errno: string): { readonly result: Result } {
  return { result: { ok: false, errno } }
}

/** A path in the project. */
export function own(path: string): string {
  return `${projectRoot}/${path}`
}
