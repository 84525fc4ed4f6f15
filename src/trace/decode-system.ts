// SPDX-License-Identifier: MIT
// Credentials, ptrace, bpf, modules, rings.
import type { Decode } from './decode-context.ts'
import type { EventKind } from './event.ts'

export const systemDecoders: Readonly<Partial<Record<EventKind, Decode>>> = {}
