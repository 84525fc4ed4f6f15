// SPDX-License-Identifier: MIT
// Names and attributes of files changed.
import type { Decode } from './decode-context.ts'
import type { EventKind } from './event.ts'

export const changeDecoders: Readonly<Partial<Record<EventKind, Decode>>> = {}
