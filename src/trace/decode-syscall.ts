// SPDX-License-Identifier: MIT
// System calls that were asked for by name.
import type { Decode } from './decode-context.ts'
import type { EventKind } from './event.ts'

export const syscallDecoders: Readonly<Partial<Record<EventKind, Decode>>> = {}
