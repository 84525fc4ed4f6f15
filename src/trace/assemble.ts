// SPDX-License-Identifier: MIT
import { Connects } from './connects.ts'
import { DnsAssembly, type DnsEvents } from './dns-assembly.ts'
import { EntryKind, EntryTable } from './entries.ts'
import { callKindOf } from './entry-kind.ts'
import { Execs } from './execs.ts'
import { StringInterner } from './interner.ts'
import { Lifecycle } from './lifecycle.ts'
import type { Place, RecordLog } from './log.ts'
import { LogPass } from './log-pass.ts'
import { LogRecords } from './log-records.ts'
import { OpenIndex } from './open-index.ts'
import type { Prescan } from './prescan.ts'
import type { ProcessState } from './process-state.ts'
import { ProcessTable } from './process-table.ts'
import { Flag, internedStrings, Kind, Offset } from './record.ts'
import { CorruptLogError, type RecordReader } from './record-reader.ts'
import { Restarts } from './restarts.ts'
import { SyscallRecords } from './syscall-records.ts'
import { TransferTotals } from './transfer-totals.ts'
import { RingOperations } from './uring.ts'

export interface Preexisting {
  readonly pid: number
  readonly place: Place
}

/**
 * The first pass over the records: finds processes and events, joins what several records say of one event, and decodes nothing that is not needed for
 * that. It can go on where it stopped when the log has grown.
 */
export class Assembly {
  readonly entries = new EntryTable()
  readonly strings = new StringInterner()
  readonly processes: ProcessTable
  /** Entries whose later records changed them since they were last decoded. */
  readonly changed = new Set<number>()
  readonly connects = new Connects(this.entries, this.strings, this.changed)
  readonly restarts = new Restarts(this.changed)
  readonly execs = new Execs()
  readonly dns = new DnsAssembly()
  readonly syscalls = new SyscallRecords()
  readonly rings = new RingOperations()
  readonly records: LogRecords
  /** Of calls about mounts and roots: the record of their entry. */
  readonly mountBegun = new Map<number, Place>()
  /** Of an `io` whose descriptor did not tell its path any more: the open that it was of. */
  readonly ioOpens = new Map<number, number>()
  readonly transfers = new TransferTotals()
  readonly preexisting: Preexisting[] = []
  /** Opens whose descriptor may have been given another file before it was looked at. */
  readonly ambiguousOpens: number[] = []
  startNs = 0n

  readonly #pass: LogPass
  readonly #opens: OpenIndex
  readonly #lifecycle: Lifecycle
  readonly #mountBegun = new Map<number, Place>()
  #reader!: RecordReader
  /** Class of the current record, where it was found ahead. */
  #text: number | null = null
  #started = false

  constructor(log: RecordLog, root: ProcessState) {
    this.processes = new ProcessTable(root)
    this.records = new LogRecords(log, this.rings)
    this.#opens = new OpenIndex(this.entries, this.records)
    this.#lifecycle = new Lifecycle(this.entries, this.processes, this.execs, this.changed)
    this.#pass = new LogPass(log, (r, place, text) => {
      this.#reader = r
      this.#text = text
      this.#take(place)
    })
  }

  /** Whole chunks that were not seen yet; the last one may still grow. */
  get unreadChunks(): number {
    return this.#pass.unreadChunks
  }

  /** Takes in what `advance` would, by the classes that `scan` finds for each chunk, some chunks ahead. */
  readAhead(ahead: number, scan: (chunk: number, bytes: number) => Promise<Prescan | null>): Promise<void> {
    return this.#pass.readAhead(ahead, scan, this.strings)
  }

  /** Takes in whatever the log has that was not seen yet. */
  advance(): void {
    this.#pass.advance()
  }

  #take(place: Place): void {
    const r = this.#reader
    switch (r.kind) {
      case Kind.syscall:
        return this.#takeSyscall(place)
      case Kind.syscallCount:
        return this.syscalls.takeCount(r, place)
      case Kind.exit:
        return this.#takeExit(place)
      case Kind.connect:
        return this.#takeConnect(place)
      case Kind.connectEnd:
        return this.connects.takeEnd(r)
      case Kind.io:
        return this.#takeIo(place)
      case Kind.dns:
        return this.#takeDns(place)
      case Kind.signal:
        return this.#takeSignal(place)
      case Kind.namespace:
        return this.#takeNamespace(place)
      case Kind.mountBegun:
        return void this.#mountBegun.set(r.u32(Offset.header.tid), place)
      case Kind.mount:
        return this.#takeMount(place)
      case Kind.interrupt:
        return this.restarts.settle(r.u32(Offset.header.tid), 'interrupted')
      case Kind.blind:
        return this.rings.miss(r)
      case Kind.uring:
        return this.rings.submit(r, place, this.processes.of(r), this.entries.length)
      case Kind.uringEnd:
        return this.#takeRingEnd(place)
      case Kind.preexisting:
        this.preexisting.push({ pid: r.u32(Offset.header.tgid), place })
        return
      case Kind.mark:
        return this.#takeMark(place)
      default:
        if (callKindOf(r) !== undefined) this.#takeCall(place)
        else this.#lifecycle.take(r, place, this.startNs)
    }
  }

  #add(kind: number, place: Place, text = 0): number {
    return this.entries.add(kind, place, this.processes.of(this.#reader), text)
  }

  /** Number of the class of the current record in the interner, 0 without one. */
  #classOf(kind: number): number {
    return this.#text ?? this.strings.classOf(this.#reader, kind)
  }

  /** The first mark is the session's own: when, and as which process, it was opened. */
  #takeMark(place: Place): void {
    const r = this.#reader
    if (this.#started) return void this.entries.add(EntryKind.mark, place, 0, 0)
    this.#started = true
    this.startNs = r.u64(Offset.header.time_ns)
    this.processes.setRoot(r.u32(Offset.header.tgid))
  }

  #takeExit(place: Place): void {
    const index = this.processes.of(this.#reader)
    for (const begun of this.execs.leftBy(index)) this.entries.add(EntryKind.exec, begun, index, 0)
    this.restarts.settleDied((entry) => this.entries.process(entry) === index)
    for (const entry of this.syscalls.diedWith(index, this.entries)) this.restarts.set(entry, 'died')
    for (const operation of this.rings.leftBy(index)) {
      operation.entry = this.#takeRing(operation.place, index)
      if (operation.entry !== null) this.restarts.set(operation.entry, 'died')
    }
    this.processes.at(index).exitEntry = this.#add(EntryKind.exit, place)
  }

  /** A call that is one record. One that was to be restarted comes again: then that record is the event. */
  #takeCall(place: Place): number {
    const r = this.#reader
    const kind = callKindOf(r)
    if (!kind)
      throw new CorruptLogError(`The log is damaged at record ${this.#pass.records}: an operation that there is not.`)
    const text = this.#classOf(kind)
    if (!(r.flags & Flag.uring)) this.#dropRestarted(kind, text)
    const entry = this.#add(kind, place, text)
    if (r.flags & Flag.restarted) this.restarts.await(entry, r.u32(Offset.header.tid))
    if (r.flags & Flag.ambiguous) this.ambiguousOpens.push(entry)
    return entry
  }

  #takeSyscall(place: Place): void {
    const r = this.#reader
    const before = this.syscalls.takeBefore(r)
    if (before !== undefined) {
      this.restarts.forget(before, null)
      this.entries.replace(before)
    }
    const entry = this.#add(EntryKind.syscall, place, this.#classOf(EntryKind.syscall))
    if (this.syscalls.isPending(r, entry)) this.restarts.await(entry, null)
  }

  /** Without a path of its own it has that of the last open of the file by its process. */
  #takeIo(place: Place): void {
    const hasPath = !this.#reader.isNextAbsent()
    const entry = this.#takeCall(place)
    this.transfers.add(this.#reader, this.entries.text(entry), entry)
    const open = hasPath ? undefined : this.#opens.before(entry, this.#reader, Offset.io)
    if (open !== undefined) this.ioOpens.set(entry, open)
  }

  /** What somebody outside the scope sends is an event of its target, as what the kernel sends is. */
  #takeSignal(place: Place): void {
    const r = this.#reader
    const target = this.processes.targetOf(r)
    const process = this.processes.isOutside(r) && target !== null ? target : this.processes.of(r)
    this.entries.add(EntryKind.signal, place, process, this.#classOf(EntryKind.signal))
  }

  #takeNamespace(place: Place): void {
    const isClone = this.processes.childOf(this.#reader) !== null
    if (isClone) this.#add(EntryKind.namespace, place, this.#classOf(EntryKind.namespace))
    else this.#takeCall(place)
  }

  #takeMount(place: Place): void {
    const r = this.#reader
    const tid = r.u32(Offset.header.tid)
    const begun = this.#mountBegun.get(tid)
    this.#mountBegun.delete(tid)
    const entry = this.#takeCall(place)
    if (begun !== undefined && !(r.flags & (Flag.blocked | Flag.partial))) this.mountBegun.set(entry, begun)
  }

  #takeConnect(place: Place): void {
    const r = this.#reader
    const text = this.#classOf(EntryKind.connect)
    const returned = r.u16(Offset.connect.returned) === 1
    if (returned && !(r.flags & Flag.uring)) this.#dropRestarted(EntryKind.connect, text)
    const begun = returned ? this.connects.takeReturn(r, place, text) : null
    const entry = begun ?? this.#add(EntryKind.connect, place, text)
    if (!returned) this.connects.begin(r, entry)
    else if (r.flags & Flag.restarted) this.restarts.await(entry, r.u32(Offset.header.tid))
  }

  #takeDns(place: Place): void {
    const events: DnsEvents = {
      add: () => this.#add(EntryKind.dns, place),
      change: (entry) => this.changed.add(entry),
    }
    this.dns.take(this.#reader, this.processes.of(this.#reader), events)
  }

  #takeRingEnd(place: Place): void {
    const operation = this.rings.end(this.#reader, place)
    if (operation === undefined) return
    if (operation.entry !== null) this.entries.replace(operation.entry)
    this.#takeRing(place, operation.process)
  }

  /** An operation of io_uring as the event that it stands for. */
  #takeRing(place: Place, process: number): number | null {
    const r = this.records.at(place)
    const kind = callKindOf(r) as number
    const text = this.strings.classOf(r, kind)
    if (
      r.kind === Kind.probe &&
      !this.rings.isFirstLook(`${process} ${this.processes.at(process).execEntries.length} ${text}`)
    )
      return null
    const entry = this.entries.add(kind, place, process, text)
    if (r.flags & Flag.ambiguous) this.ambiguousOpens.push(entry)
    return entry
  }

  /** The call that was to be restarted has come again: the current record, not the first one, is the event. */
  #dropRestarted(kind: number, text: number): void {
    const tid = this.#reader.u32(Offset.header.tid)
    const pending = this.restarts.pendingOf(tid)
    if (pending === undefined || this.entries.kind(pending) !== kind) return
    if (kind === EntryKind.open && this.#asked(this.entries.text(pending)) !== this.#asked(text)) return
    this.restarts.forget(pending, tid)
    if (!this.connects.retract(pending)) this.entries.replace(pending)
  }

  #asked(text: number): unknown {
    return this.strings.texts(text, internedStrings[Kind.open] as number)[0]
  }
}
