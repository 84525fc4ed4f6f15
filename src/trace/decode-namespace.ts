// SPDX-License-Identifier: MIT
// Namespaces, mounts and roots.
import type { Decode } from './decode-context.ts'
import type { EventKind } from './event.ts'

export const namespaceDecoders: Readonly<Partial<Record<EventKind, Decode>>> = {}
