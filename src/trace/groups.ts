// SPDX-License-Identifier: MIT
import type { EventKind } from './event.ts'

/** Groups of events, as a session is asked for them. */
export type EventGroup =
  | 'process'
  | 'file'
  | 'network'
  | 'probe'
  | 'sync'
  | 'signal'
  | 'namespace'
  | 'credentials'
  | 'system'
  | 'syscall'

/** SPY_GROUP_* of bpf/control.h. */
export const groupBits: Readonly<Record<EventGroup, number>> = {
  process: 1 << 0,
  file: 1 << 1,
  network: 1 << 2,
  probe: 1 << 3,
  sync: 1 << 4,
  signal: 1 << 5,
  namespace: 1 << 6,
  credentials: 1 << 7,
  system: 1 << 8,
  syscall: 1 << 9,
}

/** SPY_GROUP_ENVIRONMENT: no group of events, asked for by the option `env`. */
export const environmentBit = 1 << 10

export const eventGroups = Object.keys(groupBits) as readonly EventGroup[]

export const defaultGroups: readonly EventGroup[] = ['process', 'file', 'network']

/** The group that a session has to record for events of a kind; null: every session has them. */
export const groupOfKind: Readonly<Record<EventKind, EventGroup | null>> = {
  fork: 'process',
  thread: 'process',
  exec: 'process',
  exit: 'process',
  chdir: 'process',
  mark: null,
  open: 'file',
  io: 'file',
  rename: 'file',
  unlink: 'file',
  rmdir: 'file',
  mkdir: 'file',
  link: 'file',
  symlink: 'file',
  mknod: 'file',
  chmod: 'file',
  chown: 'file',
  truncate: 'file',
  utimes: 'file',
  xattr: 'file',
  stat: 'probe',
  access: 'probe',
  readlink: 'probe',
  list: 'probe',
  sync: 'sync',
  connect: 'network',
  send: 'network',
  socket: 'network',
  bind: 'network',
  listen: 'network',
  accept: 'network',
  dns: 'network',
  signal: 'signal',
  namespace: 'namespace',
  mount: 'namespace',
  umount: 'namespace',
  chroot: 'namespace',
  pivotRoot: 'namespace',
  credentials: 'credentials',
  ptrace: 'system',
  bpf: 'system',
  module: 'system',
  ioUring: 'system',
  syscall: 'syscall',
}

/** Every kind of event. */
export const eventKinds = Object.keys(groupOfKind) as readonly EventKind[]
