// SPDX-License-Identifier: MIT
import { posix } from 'node:path'
import { Assembly } from './assemble.ts'
import { Decoder } from './decode.ts'
import { DecodeContext } from './decode-context.ts'
import { EntryKind, entryKinds } from './entries.ts'
import type { EventKind, EventOf, ExecEvent, ExitEvent, IoEvent, TraceEvent } from './event.ts'
import { Events } from './events.ts'
import { gapsOf } from './gaps.ts'
import { type SuggestedPolicy, suggestPolicy } from './hermetic/suggest.ts'
import { linkFollower } from './links.ts'
import { RecordLog } from './log.ts'
import { loadTraceFile, saveTraceFile } from './log-file.ts'
import { MisuseError } from './misuse.ts'
import type { Prescan } from './prescan.ts'
import { printTree } from './print.ts'
import type { Process } from './process.ts'
import { ProcessState } from './process-state.ts'
import { LazyProcess, type ProcessSource } from './process-view.ts'
import { renderProcess } from './render.ts'
import { scanEntries } from './scan.ts'
import { EntrySighting, type Sighting, type SightingSource, type Visit } from './sighting.ts'
import { type SyscallCount, syscallCountsOf } from './syscall-counts.ts'
import { printSyscalls } from './syscall-print.ts'
import { isRead } from './text.ts'
import type { Gap, Lost, TraceInfo, TraceOrigin, TraceState } from './trace-info.ts'
import type { Alike } from './traits.ts'
import type { TransferTotal } from './transfer-totals.ts'
import { hasBrand, traceBrand, traceSelf } from './view.ts'

/** What the processes of one session did. Live while the session is open: reading it drains first. */
export class Trace {
  readonly #origin: TraceOrigin
  readonly #assembly: Assembly
  readonly #context: DecodeContext
  readonly #decoder: Decoder
  readonly #processes: LazyProcess[] = []
  readonly #byState = new Map<ProcessState, LazyProcess>()
  readonly #source: ProcessSource
  readonly #sightings: SightingSource
  readonly #events: Events
  #state: TraceState
  /** @internal Nothing new is taken in as long as this is true. */
  isStill = false

  constructor(origin: TraceOrigin) {
    this.#origin = origin
    const log = new RecordLog(origin.log)
    const root = new ProcessState(origin.root.nsPid, origin.root.nsPid, null)
    this.#assembly = new Assembly(log, root)
    this.#source = {
      processOf: (state) => this.#processOf(state),
      execOf: (entry) => this.#events.at(entry) as ExecEvent,
      exitOf: (entry) => this.#events.at(entry) as ExitEvent,
      textOf: (place, index) => this.#context.text(place, index),
    }
    this.#sightings = {
      seqOf: (entry) => entry + 1,
      processOf: (entry) => this.#processAt(this.#assembly.entries.process(entry)),
      eventOf: (entry) => this.#events.peek(entry),
      transfersOf: (entry) => this.#decoder.transfers(entry),
    }
    this.#context = new DecodeContext(this.#assembly, (index) => this.#processAt(index), origin.labels, origin.info)
    this.#decoder = new Decoder(this.#context)
    this.#events = new Events(this.#decoder, this.#assembly.entries)
    this.#state = this.#refresh()
    Object.defineProperty(this, traceSelf, { value: () => this })
  }

  /** True for a Trace of any copy of this module. */
  static isTrace(value: unknown): value is Trace {
    return hasBrand(value, traceBrand)
  }

  /** Reads a trace that `save` wrote. Throws TraceFileError for a file that is something else, damaged, or of another version. */
  static load(path: string): Trace {
    return new Trace(loadTraceFile(path))
  }

  /** Writes everything recorded so far into a file that `Trace.load` reads, on any system. */
  save(path: string): void {
    this.#refresh(true)
    saveTraceFile(path, this.#origin, this.#state)
  }

  /** Everything recorded so far, in order. */
  get events(): readonly TraceEvent[] {
    this.#refresh()
    return this.#events.where((kind) => kind !== EntryKind.replaced)
  }

  /** Events of one kind, in order; cheaper than filtering `events`. */
  ofKind<K extends EventKind>(kind: K): readonly EventOf<K>[] {
    this.#refresh()
    const wanted = entryKinds.indexOf(kind)
    return this.#events.where((found) => found === wanted) as EventOf<K>[]
  }

  /** How many events there are: `events.length`, without decoding them. */
  get eventCount(): number {
    this.#refresh()
    return this.#assembly.entries.count
  }

  /**
   * Goes through the events of some kinds, in order, for large traces. `judge` is asked once for each class of events that are alike (`Alike` says in what), with one of them; `visit` is
   * then called for each event of which the judgement is not null, until it gives true. An event is decoded when its sighting is asked for it.
   */
  scan<K extends EventKind, T>(
    kinds: readonly K[],
    judge: (event: Alike<EventOf<K>>) => T | null,
    visit: Visit<K, T>,
  ): void {
    this.#refresh()
    scanEntries(
      this.#assembly,
      kinds,
      (entry, alike) => judge(this.#events.example(alike, entry) as unknown as Alike<EventOf<K>>),
      (judgement, entry) => {
        const sighting: Sighting = new EntrySighting(this.#sightings, entry)
        return visit(judgement, sighting as Sighting<EventOf<K>>)
      },
    )
  }

  /** @internal What the `io` events of each class count together, with one of them. */
  *transferTotals(): Generator<{ readonly event: Alike<IoEvent>; readonly total: TransferTotal }> {
    this.#refresh()
    for (const total of this.#assembly.transfers.all())
      yield { event: this.#events.peek(total.entry) as IoEvent, total }
  }

  /** @internal Chunks of the log that were not read yet. */
  get unreadChunks(): number {
    this.#state = this.#origin.refresh(false)
    return this.#assembly.unreadChunks
  }

  /** @internal Reads them by what other threads find of each. */
  readAhead(ahead: number, scan: (chunk: number, bytes: number) => Promise<Prescan | null>): Promise<void> {
    return this.#assembly.readAhead(ahead, scan)
  }

  filter(predicate: (event: TraceEvent) => boolean): TraceEvent[] {
    return this.events.filter(predicate)
  }

  find(predicate: (event: TraceEvent) => boolean): TraceEvent | undefined {
    return this.events.find(predicate)
  }

  /** The test itself and every process that was recorded, in order of creation. */
  get processes(): readonly Process[] {
    this.#refresh()
    return this.#assembly.processes.states.map((_, index) => this.#processAt(index))
  }

  /** The test process: the root of the tree. Its children are what the test started. */
  get tree(): Process {
    this.#refresh()
    return this.#processAt(0)
  }

  /** Descendants that still run: now while the session is open, else when it was stopped. */
  get running(): readonly Process[] {
    return this.processes.filter((process) => !process.isRoot && process.exit === null)
  }

  /** Descendants of the test that were there before the session and are therefore not recorded. */
  get preexisting(): readonly { readonly pid: number; readonly comm: string; readonly exe: string }[] {
    this.#refresh()
    return this.#assembly.preexisting.map(({ pid, place }) => {
      const comm = this.#context.text(place, 0)
      const exe = this.#context.text(place, 1)
      return { pid, comm: isRead(comm) ? comm : '', exe: isRead(exe) ? exe : '' }
    })
  }

  /**
   * How often each system call was made so far, by name, that of the longest time first; counted in the kernel. Calls that were not made are not in it. Throws MisuseError
   * for a trace of a session without the group `syscall`.
   */
  get syscallCounts(): ReadonlyMap<string, SyscallCount> {
    if (!this.info.groups.includes('syscall'))
      throw new MisuseError(
        "This trace has no counts of system calls. Open the session with `events` that include 'syscall', or with `syscalls`.",
      )
    this.#refresh()
    return syscallCountsOf(
      [...this.#assembly.syscalls.counts.values()].map((place) => this.#context.at(place)),
      this.info.architecture,
    )
  }

  get lost(): Lost {
    return this.#refresh(true).lost
  }

  /** Why the absence of an event proves nothing, one entry a reason; empty for a complete trace. */
  get gaps(): readonly Gap[] {
    const state = this.#refresh(true)
    const { rings, dns, processes } = this.#assembly
    const { unfollowed, submitted } = rings
    return gapsOf(state, {
      ioUrings: unfollowed,
      replaced: this.#replacedOpens(),
      submitted,
      cutMessages: dns.cut,
      withheld: processes.states.flatMap(({ withheld }, index) =>
        withheld ? renderProcess(this.#processAt(index)) : [],
      ),
    })
  }

  /** No record was lost, and no route was used that the session cannot see. */
  get complete(): boolean {
    return this.gaps.length === 0
  }

  get info(): TraceInfo {
    return this.#origin.info
  }

  /**
   * A policy for `toBeHermetic` that this run passes, and that allows little more than what it did: to be reviewed and kept. `String(…)` of it is TypeScript source. Throws MisuseError where the
   * groups process, file and network were not recorded.
   */
  suggestPolicy(): SuggestedPolicy {
    return suggestPolicy(this)
  }

  /** The process tree as text for a terminal, escaped: arguments, exit, main accesses. */
  print(): string {
    return printTree(this)
  }

  /** Counts of system calls as text for a terminal: of all of them as a table, of those that are named the distribution of their durations. */
  printSyscalls(...names: readonly string[]): string {
    return printSyscalls(this.syscallCounts, names)
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.print()
  }

  #refresh(missed = false): TraceState {
    if (this.isStill) return this.#state
    this.#state = this.#origin.refresh(missed)
    this.#assembly.advance()
    this.#events.forget(this.#assembly.changed)
    this.#assembly.changed.clear()
    return this.#state
  }

  /** Opens of which neither their name nor the links that it leads over explain the file. */
  #replacedOpens(): number {
    const suspects = this.#assembly.ambiguousOpens
    if (suspects.length === 0) return 0
    const follow = linkFollower()
    return suspects.filter((entry) => {
      const { asked, path, process } = this.#events.peek(entry) as EventOf<'open'>
      if (!isRead(asked) || !isRead(path) || posix.basename(asked) === posix.basename(path)) return false
      return !isRead(process.cwd) || follow(posix.resolve(process.cwd, asked)) !== path
    }).length
  }

  #processAt(index: number): LazyProcess {
    let process = this.#processes[index]
    if (process === undefined) {
      process = this.#processOf(this.#assembly.processes.at(index))
      this.#processes[index] = process
    }
    return process
  }

  #processOf(state: ProcessState): LazyProcess {
    let process = this.#byState.get(state)
    if (process === undefined) {
      process = new LazyProcess(
        state,
        this.#source,
        state === this.#assembly.processes.at(0) ? this.#origin.root : null,
      )
      this.#byState.set(state, process)
    }
    return process
  }
}

Object.defineProperty(Trace.prototype, traceBrand, { value: true })
// Jest compares copies: of a Trace it is to copy this and nothing that drains.
Object.defineProperty(Trace.prototype, Symbol.for('@jest/serializableProperties'), { value: [traceSelf] })
