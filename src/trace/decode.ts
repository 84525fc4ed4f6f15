// SPDX-License-Identifier: MIT
import type { Assembly } from './assemble.ts'
import { changeDecoders } from './decode-change.ts'
import { type Decode, type DecodeContext, deviceName, fileTypeOf } from './decode-context.ts'
import { dnsDecoders } from './decode-dns.ts'
import { ioDecoders, RecordTransfers } from './decode-io.ts'
import { namespaceDecoders } from './decode-namespace.ts'
import { connectEvent, sendEvent } from './decode-network.ts'
import { probeDecoders } from './decode-probe.ts'
import { processDecoders } from './decode-process.ts'
import { signalDecoders } from './decode-signal.ts'
import { socketDecoders } from './decode-socket.ts'
import { syscallDecoders } from './decode-syscall.ts'
import { systemDecoders } from './decode-system.ts'
import { EntryKind, entryKinds } from './entries.ts'
import type {
  ConnectEvent,
  EventKind,
  EventSource,
  MarkEvent,
  OpenEvent,
  OpenMode,
  SendEvent,
  Text,
  TraceEvent,
} from './event.ts'
import { resolveFlagNames } from './linux.ts'
import { O_PATH, openFlagNames } from './open-flags.ts'
import { joinPath } from './paths.ts'
import { Flag, Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'
import type { Transfers } from './sighting.ts'
import { absent, isRead } from './text.ts'
import { eventBrand } from './view.ts'

/** Brands events, off the object itself: they stay plain data with the fields that `event.ts` names. */
const eventPrototype: object = Object.defineProperty(Object.create(Object.prototype), eventBrand, { value: true })

/** Kinds that are decoded in files of their own. */
const decoders: Readonly<Partial<Record<EventKind, Decode>>> = {
  ...processDecoders,
  ...changeDecoders,
  ...ioDecoders,
  ...probeDecoders,
  ...socketDecoders,
  ...dnsDecoders,
  ...signalDecoders,
  ...namespaceDecoders,
  ...systemDecoders,
  ...syscallDecoders,
}

/** Records to events. Holds no state of its own: what several records say together is in the assembly. */
export class Decoder {
  readonly #context: DecodeContext
  readonly #assembly: Assembly

  constructor(context: DecodeContext) {
    this.#context = context
    this.#assembly = context.assembly
  }

  /** The event of an entry, as it is given out: frozen, and known as an event. */
  event(entry: number): TraceEvent {
    return Object.freeze(Object.setPrototypeOf(this.peek(entry), eventPrototype))
  }

  /** What an `io` event counts, of its record alone; null of other kinds. */
  transfers(entry: number): Transfers | null {
    const { entries } = this.#assembly
    return entries.kind(entry) === EntryKind.io ? new RecordTransfers(this.#context.at(entries.place(entry))) : null
  }

  /** The same for a look of our own: neither frozen nor branded, which takes as long as a third of the decoding. */
  peek(entry: number): TraceEvent {
    const context = this.#context
    const r = context.at(this.#assembly.entries.place(entry))
    const kind = entryKinds[this.#assembly.entries.kind(entry)]
    switch (kind) {
      case 'open':
        return this.#open(r, entry)
      case 'connect':
        return this.#connect(r, entry)
      case 'send':
        return this.#send(r, entry)
      case 'mark':
        return this.#mark(r, entry)
    }
    const decode = kind ? decoders[kind] : undefined
    if (decode === undefined) throw new RangeError(`entry ${entry} is not an event`)
    return decode(r, entry, context)
  }

  /** The most frequent event by far: written out, without intermediate objects. */
  #open(r: RecordReader, entry: number): OpenEvent {
    const { entries, strings, startNs } = this.#assembly
    const texts = strings.texts(entries.text(entry), 3)
    const recordFlags = r.flags
    const abi = this.#context.abi(recordFlags)
    const blocked = (recordFlags & Flag.blocked) !== 0
    const result = this.#context.result(r, entry, Offset.open.result, blocked)
    const flags = r.u32(Offset.open.open_flags)
    const fileMode = r.u32(Offset.open.file_mode)
    const inode = r.u64(Offset.open.inode)
    const walked = result.ok && fileMode !== 0
    return {
      kind: 'open',
      seq: entry + 1,
      timeNs: r.u64(Offset.header.time_ns) - startNs,
      process: this.#context.processAt(entries.process(entry)),
      tid: r.u32(Offset.header.tid),
      source: openSource(recordFlags),
      call: this.#context.callName(r.s32(Offset.open.nr), recordFlags) as OpenEvent['call'],
      abi,
      result,
      blocked,
      partial: (recordFlags & Flag.partial) !== 0,
      died: this.#context.died(entry),
      submitted: this.#context.submitted(entry, recordFlags),
      asked: texts[0] ?? absent,
      path: openPath(texts),
      resolved: walked ? 'kernel' : 'lexical',
      mode: openMode(flags),
      flags: openFlagNames(flags, this.#context.architecture),
      resolve: resolveFlagNames(r.u32(Offset.open.resolve)),
      permissions: r.u32(Offset.open.mode) & 0o7777,
      created: (recordFlags & Flag.created) !== 0,
      deleted: (recordFlags & Flag.deleted) !== 0,
      disconnected: (recordFlags & Flag.disconnected) !== 0,
      chrooted: (recordFlags & Flag.chrooted) !== 0,
      dirfd: r.s32(Offset.open.dirfd),
      fileType: walked ? fileTypeOf(fileMode) : null,
      device: walked ? deviceName(r.u32(Offset.open.dev_major), r.u32(Offset.open.dev_minor)) : '',
      inode,
    }
  }

  #connect(r: RecordReader, entry: number): ConnectEvent {
    const parts = this.#assembly.connects.partsOf(entry)
    const place = parts === undefined ? this.#assembly.entries.place(entry) : parts.returned
    const returned = place === null ? null : this.#context.at(place)
    const call = returned === null ? null : this.#context.call(returned, entry, Offset.connect.result)
    const source =
      parts !== undefined ? 'inet_sock_set_state' : r.flags & Flag.settled ? 'security_socket_connect' : 'sys_exit'
    return connectEvent(
      this.#context.base(r, entry, source),
      r,
      returned,
      call,
      parts?.end ?? null,
      this.#context.architecture,
    )
  }

  #send(r: RecordReader, entry: number): SendEvent {
    return sendEvent(
      this.#context.base(r, entry, 'sys_exit'),
      this.#context.call(r, entry, Offset.send.result, Offset.send.nr),
      r,
    )
  }

  #mark(r: RecordReader, entry: number): MarkEvent {
    const number = r.u32(Offset.mark.number)
    return {
      kind: 'mark',
      ...this.#context.base(r, entry, 'prctl'),
      label: this.#context.labels[number - 1] ?? `${number}`,
    }
  }
}

/** Path of an open by its strings alone: the walked one where there is one, else the joined one. */
export function openPath([asked = absent, folder = absent, resolved = absent]: readonly Text[]): Text {
  return isRead(resolved) || resolved.status !== 'absent' ? resolved : joinPath(folder, asked)
}

function openSource(flags: number): EventSource {
  if (flags & Flag.settled) return 'security_file_open'
  return flags & Flag.uring ? 'io_uring_complete' : 'sys_exit'
}

function openMode(flags: number): OpenMode {
  if (flags & O_PATH) return 'path'
  const access = flags & 3
  return access === 0 ? 'read' : access === 1 ? 'write' : 'readwrite'
}
