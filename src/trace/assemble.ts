// SPDX-License-Identifier: MIT
import { systemCallOf } from './decode-uring.ts'
import { DnsAssembly, type DnsEvents } from './dns-assembly.ts'
import { EntryKind, EntryTable } from './entries.ts'
import { callKindOf } from './entry-kind.ts'
import { StringInterner } from './interner.ts'
import { offsetOfPlace, type Place, placeOf, type RecordLog } from './log.ts'
import { type Prescan, PrescannedClasses } from './prescan.ts'
import { ProcessState } from './process-state.ts'
import { Progress } from './progress.ts'
import { CorruptLogError, Flag, fixedBytes, flawOf, internedStrings, Kind, Offset, RecordReader } from './record.ts'
import { SyscallRecords } from './syscall-records.ts'
import { readTraits, traitCount } from './traits.ts'
import { RingOperations } from './uring.ts'

/** What later records said about a connection attempt. */
export interface ConnectParts {
  /** Return of connect(2), of an attempt that began with TCP's SYN. */
  returned: Place | null
  /** How the attempt ended: 0 established, positive errno, -1 given up; null while it is open. */
  end: number | null
  readonly tid: number
}

/** How a call ended that was to be restarted when its record was written. */
export type Restart = 'pending' | 'interrupted' | 'died'

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
  readonly processes: ProcessState[] = []
  readonly connects = new Map<number, ConnectParts>()
  readonly restarts = new Map<number, Restart>()
  readonly dns = new DnsAssembly()
  /** Of failed execs: the record of their entry. */
  readonly execBegun = new Map<number, Place>()
  /** Of calls about mounts and roots: the record of their entry. */
  readonly mountBegun = new Map<number, Place>()
  readonly argvRest = new Map<number, Place[]>()
  /** Of execs: the records of their environments. */
  readonly environments = new Map<number, Place[]>()
  readonly preexisting: Preexisting[] = []
  readonly syscalls = new SyscallRecords()
  /** Of an `io` whose descriptor did not tell its path any more: the open that it was of. */
  readonly ioOpens = new Map<number, number>()
  /** Entries whose later records changed them since they were last decoded. */
  readonly changed = new Set<number>()
  /** Opens whose descriptor may have been given another file before it was looked at. */
  readonly ambiguousOpens: number[] = []
  readonly rings = new RingOperations()
  startNs = 0n
  records = 0

  readonly #log: RecordLog
  readonly #reader = new RecordReader()
  readonly #byNumber = new Map<number, number>()
  readonly #execById = new Map<number, number>()
  readonly #execBegun = new Map<number, { readonly place: Place; readonly process: number }>()
  readonly #mountBegun = new Map<number, Place>()
  readonly #connectByCookie = new Map<bigint, number>()
  readonly #pendingByTid = new Map<number, number>()
  readonly #looks = new Set<string>()
  readonly #traits = new Uint32Array(traitCount)
  #prescanned: PrescannedClasses | null = null
  #rootTgid = 0
  #started = false
  #chunk = 0
  #offset = 0

  constructor(log: RecordLog, root: ProcessState) {
    this.#log = log
    this.processes.push(root)
  }

  /** Whole chunks that were not seen yet; the last one may still grow. */
  get unreadChunks(): number {
    return Math.max(this.#log.chunkCount - 2 - this.#chunk, 0)
  }

  /** Takes in what `advance` would, by the classes that `scan` finds for each chunk, some chunks ahead. */
  async readAhead(ahead: number, scan: (chunk: number, bytes: number) => Promise<Prescan | null>): Promise<void> {
    const progress = new Progress('reading what was recorded')
    const first = this.#chunk + 1 // the present one may have been begun
    const end = first + this.unreadChunks
    const waiting: Promise<Prescan | null>[] = []
    for (let chunk = first, next = first; chunk < end; chunk++) {
      while (next < end && waiting.length < ahead) waiting.push(scan(next, this.#log.chunkBytes(next++)))
      const found = await waiting.shift()
      // Somebody looks at the trace at the same time: then it is read already.
      if (this.#chunk >= chunk || !found) continue
      this.#takeUpTo(chunk)
      this.#prescanned = new PrescannedClasses(found, this.strings)
      this.#takeUpTo(chunk + 1)
      this.#prescanned = null
      progress.at(chunk - first, end - first)
    }
    progress.end()
  }

  #takeUpTo(chunk: number): void {
    for (; this.#chunk < chunk; this.#chunk++, this.#offset = 0) this.#takeChunk(this.#log.chunkBytes(this.#chunk))
  }

  /** Takes in whatever the log has that was not seen yet. */
  advance(): void {
    const progress = new Progress('reading what was recorded')
    const first = this.#chunk
    for (; this.#chunk < this.#log.chunkCount; this.#chunk++, this.#offset = 0) {
      this.#takeChunk(this.#log.chunkBytes(this.#chunk))
      progress.at(this.#chunk - first, this.#log.chunkCount - first)
      if (this.#chunk === this.#log.chunkCount - 1) break
    }
    progress.end()
  }

  #takeChunk(end: number): void {
    if (end <= this.#offset) return
    const chunk = this.#log.pass(this.#chunk, end)
    while (this.#offset < end) {
      const flaw = flawOf(chunk, this.#offset, end)
      if (flaw !== null) throw new CorruptLogError(`The log is damaged at record ${this.records}: ${flaw}.`)
      this.#reader.to(chunk, this.#offset)
      this.#prescanned?.next()
      this.#take(placeOf(this.#chunk, this.#offset), chunk.words)
      this.#offset += this.#reader.size
      this.records++
    }
  }

  #take(place: Place, words: Uint32Array): void {
    const r = this.#reader
    switch (r.kind) {
      case Kind.open:
      case Kind.change:
      case Kind.probe:
      case Kind.sync:
      case Kind.send:
      case Kind.socket:
      case Kind.bind:
      case Kind.listen:
      case Kind.accept:
      case Kind.credentials:
      case Kind.system:
        return this.#takeCall(place, words)
      case Kind.syscall:
        return this.#takeSyscall(place, words)
      case Kind.syscallCount:
        return this.syscalls.takeCount(r, place)
      case Kind.fork:
        return this.#takeFork(place)
      case Kind.thread:
        return void this.#add(EntryKind.thread, place)
      case Kind.exec:
        return this.#takeExec(place)
      case Kind.argv:
        return this.#takeExecPart(this.argvRest, place)
      case Kind.environment:
        return this.#takeExecPart(this.environments, place)
      case Kind.execBegun:
        return void this.#execBegun.set(r.u32(Offset.header.tid), { place, process: this.#processIndex() })
      case Kind.execFailed:
        return this.#takeExecFailed(place)
      case Kind.exit:
        return this.#takeExit(place)
      case Kind.chdir:
        return this.#takeChdir(place)
      case Kind.connect:
        return this.#takeConnect(place)
      case Kind.connectEnd:
        return this.#takeConnectEnd()
      case Kind.io:
        return this.#takeIo(place, words)
      case Kind.dns:
        return this.#takeDns(place)
      case Kind.signal:
        return this.#takeSignal(place)
      case Kind.namespace:
        return this.#takeNamespace(place, words)
      case Kind.mountBegun:
        return void this.#mountBegun.set(r.u32(Offset.header.tid), place)
      case Kind.mount:
        return this.#takeMount(place, words)
      case Kind.interrupt:
        return this.#settleRestart(r.u32(Offset.header.tid), 'interrupted')
      case Kind.blind:
        this.rings.unseen++
        return
      case Kind.uring:
        return this.rings.submit(r, place, this.#processIndex(), this.entries.length)
      case Kind.uringEnd:
        return this.#takeRingEnd(place)
      case Kind.preexisting:
        this.preexisting.push({ pid: r.u32(Offset.header.tgid), place })
        return
      case Kind.process:
        this.#byNumber.set(r.u32(Offset.header.process), 0)
        return
      case Kind.mark:
        return this.#takeMark(place)
    }
  }

  /** The record at a place. Of the end of an operation of io_uring the one of the system call that it stands for. */
  recordAt(place: Place): RecordReader {
    const r = this.#readAt(place)
    if (r.kind === Kind.uring) return this.#systemCall(r, null)
    const submission = r.kind === Kind.uringEnd ? this.rings.submission(place) : undefined
    return submission === undefined ? r : this.#systemCall(this.#readAt(submission.place), r)
  }

  #readAt(place: Place): RecordReader {
    const { chunk, offset } = this.#log.at(place)
    return new RecordReader().to(chunk, offset)
  }

  #systemCall(submitted: RecordReader, ended: RecordReader | null): RecordReader {
    const call = systemCallOf(submitted, ended)
    if (call === null)
      throw new CorruptLogError(`The log is damaged at record ${this.records}: an operation that there is not.`)
    return new RecordReader().to(call, 0)
  }

  /** Of an operation of io_uring: the position after which it was submitted, 0 where that is not known. */
  submittedAt(entry: number): number {
    return this.rings.submission(this.entries.place(entry))?.position ?? 0
  }

  #takeRingEnd(place: Place): void {
    const operation = this.rings.end(this.#reader, place)
    if (operation === undefined) return
    if (operation.entry !== null) this.entries.replace(operation.entry)
    this.#takeRing(place, operation.process)
  }

  /** An operation of io_uring as the event that it stands for. */
  #takeRing(place: Place, process: number): number | null {
    const r = this.recordAt(place)
    const kind = callKindOf(r) as number
    readTraits(r, kind, this.#traits)
    const text = this.strings.intern(r.words, r.fixedBytes >>> 2, r.size >>> 2, this.#traits)
    if (r.kind === Kind.probe && !this.#isFirstLook(process, text)) return null
    const entry = this.entries.add(kind, place, process, text)
    if (r.flags & Flag.ambiguous) this.ambiguousOpens.push(entry)
    return entry
  }

  /** A look is told once for each program that a process runs, as the kernel side does of system calls. */
  #isFirstLook(process: number, text: number): boolean {
    const look = `${process} ${this.processes[process]?.execEntries.length} ${text}`
    const isFirst = !this.#looks.has(look)
    this.#looks.add(look)
    return isFirst
  }

  #add(kind: number, place: Place, text = 0): number {
    return this.entries.add(kind, place, this.#processIndex(), text)
  }

  /** Index of the process that the current record is of. One whose fork was lost is there without a creator. */
  #processIndex(): number {
    return this.#indexOf(this.#reader.u32(Offset.header.process), this.#reader.u32(Offset.header.tgid))
  }

  #indexOf(number: number, tgid: number): number {
    const known = this.#byNumber.get(number)
    if (known !== undefined) return known
    if (number === 0 || tgid === this.#rootTgid) return 0
    const index = this.processes.push(new ProcessState(tgid, tgid, null)) - 1
    this.#byNumber.set(number, index)
    return index
  }

  /** The first mark is the session's own: when, and as which process, it was opened. */
  #takeMark(place: Place): void {
    const r = this.#reader
    if (this.#started) return void this.entries.add(EntryKind.mark, place, 0, 0)
    this.#started = true
    this.startNs = r.u64(Offset.header.time_ns)
    this.#rootTgid = r.u32(Offset.header.tgid)
    ;(this.processes[0] as ProcessState).pid = this.#rootTgid
  }

  #takeFork(place: Place): void {
    const r = this.#reader
    const parentIndex = this.#processIndex()
    const parent = this.processes[parentIndex] as ProcessState
    const child = new ProcessState(r.u32(Offset.fork.child_tgid), r.u32(Offset.fork.child_ns_pid), parent)
    child.startNs = r.u64(Offset.header.time_ns) - this.startNs
    child.forkPlace = place
    child.cwdAt = { place, string: 0 }
    parent.childStates.push(child)
    this.#byNumber.set(r.u32(Offset.fork.child_process), this.processes.push(child) - 1)
    this.entries.add(EntryKind.fork, place, parentIndex, this.processes.length - 1)
  }

  #takeExec(place: Place): void {
    const entry = this.#add(EntryKind.exec, place)
    const process = this.processes[this.entries.process(entry)] as ProcessState
    process.execEntries.push(entry)
    this.#execBegun.delete(this.#reader.u32(Offset.exec.old_tid))
    process.cwdAt = { place, string: 3 }
    this.#execById.set(this.#reader.s64(Offset.exec.exec_id), entry)
  }

  /** Where the memory that held the path is gone (a failure beyond the point of no return), the entry's record has it. */
  #takeExecFailed(place: Place): void {
    const tid = this.#reader.u32(Offset.header.tid)
    const begun = this.#execBegun.get(tid)
    if (this.#reader.flags & Flag.restarted) return // it is entered again, or dies
    const replacedNothing = this.#reader.s64(Offset.execFailed.result) === 0 && !(this.#reader.flags & Flag.blocked)
    if (replacedNothing) return void this.#execBegun.delete(tid)
    const entry = this.#add(EntryKind.exec, place)
    if (begun !== undefined) this.execBegun.set(entry, begun.place)
    this.#execBegun.delete(tid)
  }

  /** More of an exec: arguments, environment. */
  #takeExecPart(parts: Map<number, Place[]>, place: Place): void {
    const entry = this.#execById.get(this.#reader.s64(Offset.argv.exec_id))
    if (entry === undefined) return
    const known = parts.get(entry)
    if (known === undefined) parts.set(entry, [place])
    else known.push(place)
    this.changed.add(entry)
  }

  #takeExit(place: Place): void {
    const index = this.#processIndex()
    for (const [tid, begun] of this.#execBegun) {
      if (begun.process !== index) continue
      this.#execBegun.delete(tid)
      this.entries.add(EntryKind.exec, begun.place, index, 0)
    }
    for (const [tid, pending] of this.#pendingByTid)
      if (this.entries.process(pending) === index) this.#settleRestart(tid, 'died')
    for (const entry of this.syscalls.diedWith(index, this.entries)) {
      this.restarts.set(entry, 'died')
      this.changed.add(entry)
    }
    for (const operation of this.rings.leftBy(index)) {
      operation.entry = this.#takeRing(operation.place, index)
      if (operation.entry !== null) this.restarts.set(operation.entry, 'died')
    }
    ;(this.processes[index] as ProcessState).exitEntry = this.#add(EntryKind.exit, place)
  }

  #takeChdir(place: Place): void {
    const entry = this.#add(EntryKind.chdir, place)
    if (this.#reader.s64(Offset.chdir.result) === 0 && !(this.#reader.flags & Flag.blocked))
      (this.processes[this.entries.process(entry)] as ProcessState).cwdAt = { place, string: 2 }
  }

  /** A call that is one record. One that was to be restarted comes again: then that record is the event. */
  #takeCall(place: Place, words: Uint32Array): void {
    const kind = callKindOf(this.#reader)
    if (!kind)
      throw new CorruptLogError(`The log is damaged at record ${this.records}: an operation that there is not.`)
    const r = this.#reader
    const tid = r.u32(Offset.header.tid)
    const text = this.#classOf(kind, place, words)
    if (this.#pendingByTid.size > 0 && !(r.flags & Flag.uring)) this.#dropRestarted(tid, kind, text)
    const entry = this.#add(kind, place, text)
    if (r.flags & Flag.restarted) this.#await(tid, entry)
    if (r.flags & Flag.ambiguous) this.ambiguousOpens.push(entry)
  }

  #takeSyscall(place: Place, words: Uint32Array): void {
    const r = this.#reader
    this.syscalls.takeBefore(r, this.entries, this.restarts)
    const entry = this.#add(EntryKind.syscall, place, this.#classOf(EntryKind.syscall, place, words))
    if (this.syscalls.isPending(r, entry)) this.restarts.set(entry, 'pending')
  }

  #takeIo(place: Place, words: Uint32Array): void {
    const r = this.#reader
    if (!r.isNextAbsent()) return this.#takeCall(place, words)
    const [inode, major, minor] = [r.u64(Offset.io.inode), r.u32(Offset.io.dev_major), r.u32(Offset.io.dev_minor)]
    this.#takeCall(place, words)
    const entry = this.entries.length - 1
    const process = this.entries.process(entry)
    for (let open = entry - 1; open >= 0; open--) {
      if (this.entries.kind(open) !== EntryKind.open || this.entries.process(open) !== process) continue
      const opened = this.recordAt(this.entries.place(open))
      if (opened.u64(Offset.open.inode) !== inode) continue
      if (opened.u32(Offset.open.dev_major) !== major || opened.u32(Offset.open.dev_minor) !== minor) continue
      this.ioOpens.set(entry, open)
      return
    }
  }

  /** What somebody outside the scope sends is an event of its target, as what the kernel sends is. */
  #takeSignal(place: Place): void {
    const r = this.#reader
    const number = r.u32(Offset.signal.target_process)
    const tgid = r.u32(Offset.signal.target_tgid)
    const failed = (r.flags & Flag.blocked) !== 0 || r.s64(Offset.signal.result) < 0
    const isKnown = !failed && (number !== 0 || tgid === this.#rootTgid)
    const target = isKnown ? this.#indexOf(number, tgid) : null
    const isOutside = r.u32(Offset.header.process) === 0 && r.u32(Offset.header.tgid) !== this.#rootTgid
    const process = isOutside && target !== null ? target : this.#processIndex()
    this.entries.add(EntryKind.signal, place, process, target === null ? 0 : target + 1)
  }

  #takeNamespace(place: Place, words: Uint32Array): void {
    const r = this.#reader
    if (r.u32(Offset.namespace.child_tgid) === 0) return this.#takeCall(place, words)
    const child = this.#indexOf(r.u32(Offset.namespace.child_process), r.u32(Offset.namespace.child_tgid))
    this.#add(EntryKind.namespace, place, child + 1)
  }

  #takeMount(place: Place, words: Uint32Array): void {
    const r = this.#reader
    const tid = r.u32(Offset.header.tid)
    const begun = this.#mountBegun.get(tid)
    this.#mountBegun.delete(tid)
    this.#takeCall(place, words)
    if (begun !== undefined && !(r.flags & (Flag.blocked | Flag.partial)))
      this.mountBegun.set(this.entries.length - 1, begun)
  }

  /** Number of the class of the current record in the interner, 0 without one. */
  #classOf(kind: number, place: Place, words: Uint32Array): number {
    if (this.#prescanned !== null) return this.#prescanned.classOf()
    return readTraits(this.#reader, kind, this.#traits) ? this.#intern(place, words) : 0
  }

  #intern(place: Place, words: Uint32Array): number {
    const fixed = fixedBytes[this.#reader.kind] as number
    const from = (offsetOfPlace(place) + fixed) >>> 2
    return this.strings.intern(words, from, from + ((this.#reader.size - fixed) >>> 2), this.#traits)
  }

  #takeConnect(place: Place): void {
    const r = this.#reader
    const cookie = r.u64(Offset.connect.cookie)
    const tid = r.u32(Offset.header.tid)
    const returned = r.u16(Offset.connect.returned) === 1
    if (returned && this.#pendingByTid.size > 0 && !(r.flags & Flag.uring))
      this.#dropRestarted(tid, EntryKind.connect, 0)
    const begun = cookie === 0n ? undefined : this.#connectByCookie.get(cookie)
    const parts = begun === undefined ? undefined : this.connects.get(begun)
    // Through a ring, another thread of the process may have begun it.
    const isReturn = parts?.tid === tid || (r.flags & Flag.uring) !== 0
    let entry: number
    if (returned && begun !== undefined && parts !== undefined && parts.returned === null && isReturn) {
      parts.returned = place
      this.changed.add(begun)
      entry = begun
    } else {
      entry = this.#add(EntryKind.connect, place)
      this.connects.set(entry, { returned: returned ? place : null, end: null, tid })
      if (!returned) this.#connectByCookie.set(cookie, entry)
    }
    if (returned && r.flags & Flag.restarted) this.#await(tid, entry)
  }

  #takeConnectEnd(): void {
    const entry = this.#connectByCookie.get(this.#reader.u64(Offset.connectEnd.cookie))
    const parts = entry === undefined ? undefined : this.connects.get(entry)
    if (entry === undefined || parts === undefined) return
    parts.end = this.#reader.s32(Offset.connectEnd.error)
    this.changed.add(entry)
  }

  #takeDns(place: Place): void {
    const events: DnsEvents = {
      add: () => this.#add(EntryKind.dns, place),
      change: (entry) => this.changed.add(entry),
    }
    this.dns.take(this.#reader, this.#processIndex(), events)
  }

  #await(tid: number, entry: number): void {
    this.#pendingByTid.set(tid, entry)
    this.restarts.set(entry, 'pending')
  }

  /** The call that was to be restarted has come again: that record, not the first one, is the event. */
  #dropRestarted(tid: number, kind: number, text: number): void {
    const pending = this.#pendingByTid.get(tid)
    if (pending === undefined || this.entries.kind(pending) !== kind) return
    if (kind === EntryKind.open && this.#asked(this.entries.text(pending)) !== this.#asked(text)) return
    this.#pendingByTid.delete(tid)
    this.restarts.delete(pending)
    const parts = this.connects.get(pending)
    if (parts !== undefined && parts.returned !== this.entries.place(pending)) {
      parts.returned = null // TCP's SYN is the event; its return comes again
      return
    }
    this.connects.delete(pending)
    this.entries.replace(pending)
  }

  #asked(text: number): unknown {
    return this.strings.texts(text, internedStrings[Kind.open] as number)[0]
  }

  #settleRestart(tid: number, how: Restart): void {
    const pending = this.#pendingByTid.get(tid)
    if (pending === undefined) return
    this.#pendingByTid.delete(tid)
    this.restarts.set(pending, how)
    this.changed.add(pending)
  }
}
