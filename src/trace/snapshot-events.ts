// SPDX-License-Identifier: MIT
// The words for what a snapshot shows.

import type { EventKind } from './event.ts'
import { type EventGroup, groupOfKind } from './groups.ts'
import { changeKinds, probeKinds } from './kinds.ts'

/** Kinds of event that are lines of a snapshot by their own name: whatever became of them, as messages print them. */
const shownKinds = [
  'chdir',
  'open',
  ...changeKinds,
  ...probeKinds,
  'sync',
  'socket',
  'bind',
  'listen',
  'accept',
  'connect',
  'send',
  'dns',
  'signal',
  'namespace',
  'mount',
  'umount',
  'chroot',
  'pivotRoot',
  'credentials',
  'ptrace',
  'bpf',
  'module',
  'ioUring',
  'syscall',
] as const satisfies readonly EventKind[]

type ShownKind = (typeof shownKinds)[number]

/** Groups of which a snapshot can show every kind. */
const shownGroups = ['probe', 'network', 'namespace', 'system'] as const satisfies readonly EventGroup[]

/**
 * What a snapshot can show: `'write'` and `'read'` are files that were opened for it, `'change'` names that were made, changed or removed; each of those only where it worked. A
 * kind of event, or a group of them, is shown whatever became of it.
 */
export type SnapshotEvent = 'write' | 'read' | 'change' | ShownKind | (typeof shownGroups)[number]

export const snapshotEvents: readonly SnapshotEvent[] = ['write', 'read', 'change', ...shownGroups, ...shownKinds]

export const defaultSnapshotEvents: readonly SnapshotEvent[] = ['write', 'change', 'connect']

const nameChanges = ['rename', 'unlink', 'rmdir', 'mkdir', 'link', 'symlink', 'mknod'] as const

/** Kinds of event that a word stands for. */
export function kindsOf(word: SnapshotEvent): readonly EventKind[] {
  if (word === 'write' || word === 'read') return ['open']
  if (word === 'change') return nameChanges
  return (shownGroups as readonly string[]).includes(word)
    ? shownKinds.filter((kind) => groupOfKind[kind] === word)
    : [word as ShownKind]
}

/** Groups that a session has to record for the words. */
export function groupsOf(words: readonly SnapshotEvent[]): EventGroup[] {
  return [...new Set(words.flatMap(kindsOf).flatMap((kind) => groupOfKind[kind] ?? []))]
}
