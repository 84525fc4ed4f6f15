// SPDX-License-Identifier: MIT
// Kinds of event that have a family in common.
import type { EventKind } from './event.ts'

/** Changes of names and attributes, in the order of enum spy_change of bpf/record/file.h, from 1 on. */
export const changeKinds = [
  'rename',
  'unlink',
  'rmdir',
  'mkdir',
  'link',
  'symlink',
  'mknod',
  'chmod',
  'chown',
  'truncate',
  'utimes',
  'xattr',
] as const satisfies readonly EventKind[]

/** Looks at files by name, in the order of enum spy_probe, from 1 on. */
export const probeKinds = ['stat', 'access', 'readlink', 'list'] as const satisfies readonly EventKind[]
