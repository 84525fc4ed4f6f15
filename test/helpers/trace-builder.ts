// SPDX-License-Identifier: MIT
// Traces out of nothing, for tests of what only reads them: a TraceView with the brands of a real one.
import { homedir, tmpdir } from 'node:os'
import type { Address, EventKind, EventOf, Text, TraceEvent } from '../../src/trace/event.ts'
import type { Process } from '../../src/trace/process.ts'
import { type Sighting, transfersOf } from '../../src/trace/sighting.ts'
import type { Trace } from '../../src/trace/trace.ts'
import type { Gap, Lost, TraceInfo } from '../../src/trace/trace-info.ts'
import { isClassed, varyingFields } from '../../src/trace/traits.ts'
import { eventBrand, processBrand, type TraceView, traceBrand } from '../../src/trace/view.ts'
import { ProcessBuilder, type State } from './process-builder.ts'

export { failed, ProcessBuilder } from './process-builder.ts'

export const projectRoot = '/home/me/project'

export const nothingLost: Lost = {
  ring: 0,
  lifecycle: 0,
  scratch: 0,
  member: 0,
  unreadable: 0,
  truncated: 0,
  socket: 0,
  uring: 0,
  missed: 0,
  spill: 0,
}

export interface TraceOptions {
  readonly lost?: Partial<Lost>
  readonly gaps?: readonly Gap[]
  readonly groups?: readonly string[]
  readonly projectRoot?: string
  readonly architecture?: TraceInfo['architecture']
  readonly syscalls?: TraceInfo['syscalls']
  readonly env?: TraceInfo['env']
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
      withheld: false,
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
        architecture: this.#options.architecture ?? 'x64',
        scope: 'descendants',
        groups,
        projectRoot: this.#options.projectRoot ?? projectRoot,
        home: [homedir()],
        temporary: [tmpdir()],
        syscalls: this.#options.syscalls ?? [],
        env: this.#options.env ?? false,
        capabilities: groups,
      },
      ofKind: <K extends EventKind>(kind: K) => events.filter((event) => event.kind === kind) as EventOf<K>[],
      eventCount: events.length,
      scan: (kinds, judge, visit) => {
        for (const event of events) {
          if (!kinds.includes(event.kind as never)) continue
          const judgement = judge(sharedOf(event) as never)
          if (judgement !== null && visit(judgement, sightingOf(event) as never)) return
        }
      },
      *transferTotals() {
        for (const event of events)
          if (event.kind === 'io')
            yield { event: sharedOf(event) as never, total: { events: 1, ...transfersOf(event) } }
      },
    }
    return Object.defineProperty(view, traceBrand, { value: true })
  }
}

/** With an event of its own, since a real trace decodes one anew each time. */
function sightingOf(shared: TraceEvent): Sighting {
  const { seq, process } = shared
  const event: TraceEvent = Object.defineProperty({ ...shared }, eventBrand, { value: true })
  return { seq, process, event, transfers: event.kind === 'io' ? transfersOf(event) : null }
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
