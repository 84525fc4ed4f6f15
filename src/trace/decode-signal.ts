// SPDX-License-Identifier: MIT
// Signals.
import type { Decode } from './decode-context.ts'
import type { EventKind } from './event.ts'

export const signalDecoders: Readonly<Partial<Record<EventKind, Decode>>> = {}
