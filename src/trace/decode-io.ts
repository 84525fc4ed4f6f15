// SPDX-License-Identifier: MIT
// What was done with open files.
import type { Decode } from './decode-context.ts'
import type { EventKind } from './event.ts'

export const ioDecoders: Readonly<Partial<Record<EventKind, Decode>>> = {}
