// SPDX-License-Identifier: MIT
// Files looked at by name, and data put on disk.
import type { Decode } from './decode-context.ts'
import type { EventKind } from './event.ts'

export const probeDecoders: Readonly<Partial<Record<EventKind, Decode>>> = {}
