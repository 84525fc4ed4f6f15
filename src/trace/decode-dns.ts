// SPDX-License-Identifier: MIT
// Questions and answers of DNS.
import { type Decode, unanswered } from './decode-context.ts'
import type { DnsEvent, EventKind } from './event.ts'
import { Offset } from './record.ts'
import { isRefused } from './refused-message.ts'

const dns: Decode = (r, entry, context): DnsEvent => {
  const asked = context.assembly.dns.asked.get(entry)
  if (asked === undefined) throw new RangeError(`entry ${entry} is no question`)
  const { question, server, transport, answer } = asked
  const call = context.call(r, entry, Offset.dns.result, Offset.dns.nr)
  return {
    kind: 'dns',
    ...context.base(r, entry, 'sys_exit'),
    ...call,
    call: call.call as DnsEvent['call'],
    result: call.result.ok && isRefused(r, Offset.dns) ? unanswered : call.result,
    name: question.name,
    type: question.type,
    server,
    transport,
    status: answer?.status ?? null,
    truncated: answer?.truncated ?? false,
    answers: answer?.answers ?? [],
  }
}

export const dnsDecoders: Readonly<Partial<Record<EventKind, Decode>>> = { dns }
