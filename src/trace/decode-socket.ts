// SPDX-License-Identifier: MIT
// Sockets made, bound, listening, and connections taken.
import type { Decode } from './decode-context.ts'
import type { EventKind } from './event.ts'

export const socketDecoders: Readonly<Partial<Record<EventKind, Decode>>> = {}
