// SPDX-License-Identifier: MIT
// Signals.
import { type Decode, type DecodeContext, unanswered } from './decode-context.ts'
import type { EventKind, SignalEvent } from './event.ts'
import { signalName } from './linux.ts'
import { Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'
import { isRead } from './text.ts'

/** By TRACE_SIGNAL_*; what was delivered without its information was delivered. */
const deliveries = ['delivered', 'ignored', 'pending', 'failed', 'delivered'] as const

/** What a signal that finds no room in the target's queue gives its sender. */
const noRoom = 'EAGAIN'

function signal(r: RecordReader, entry: number, context: DecodeContext): SignalEvent {
  const facts = context.call(r, entry, Offset.signal.result, Offset.signal.nr)
  const isFailed = facts.blocked || !facts.result.ok
  const isSent = r.s32(Offset.signal.nr) !== -1
  const { entries, processes } = context.assembly
  const target = processes.targetOf(r)
  const sender = isSent && !processes.isOutside(r) ? context.processAt(entries.process(entry)) : null
  const tgid = r.s32(Offset.signal.target_tgid)
  const tid = r.s32(Offset.signal.target_tid)
  const comm = r.nextText()
  const { result } = facts.blocked && facts.result.ok ? { result: unanswered } : facts
  const delivery = isFailed ? 'failed' : (deliveries[r.u32(Offset.signal.delivery)] ?? 'delivered')
  return {
    kind: 'signal',
    ...context.base(r, entry, isFailed ? 'sys_exit' : 'signal_generate'),
    ...(isSent && sender === null ? { tid } : {}),
    signal: signalName(r.s32(Offset.signal.signal)),
    from: isSent ? 'process' : 'kernel',
    call: isSent ? facts.call : null,
    code: isFailed ? null : r.s32(Offset.signal.code),
    sender,
    senderPid: isSent ? r.u32(Offset.header.tgid) : null,
    to: target === null ? null : context.processAt(target),
    toPid: tgid === 0 ? null : tgid,
    toTid: r.u32(Offset.signal.to_group) === 1 ? null : tid,
    toName: isRead(comm) ? comm : '',
    delivery,
    errno: !result.ok ? result.errno : delivery === 'failed' ? noRoom : null,
    blocked: facts.blocked,
    abi: facts.abi,
  }
}

export const signalDecoders: Readonly<Partial<Record<EventKind, Decode>>> = { signal }
