// SPDX-License-Identifier: MIT
// Questions and answers of DNS.
import type { Decode } from './decode-context.ts'
import type { EventKind } from './event.ts'

export const dnsDecoders: Readonly<Partial<Record<EventKind, Decode>>> = {}
