// SPDX-License-Identifier: MIT
// Every event of a trace; each group's are in a file of their own.

import type { ChangeEvent, IoEvent, OpenEvent, ProbeEvent, SyncEvent } from './event-file.ts'
import type {
  AcceptEvent,
  BindEvent,
  ConnectEvent,
  DnsEvent,
  ListenEvent,
  SendEvent,
  SocketEvent,
} from './event-network.ts'
import type { ChdirEvent, ExecEvent, ExitEvent, ForkEvent, MarkEvent, ThreadEvent } from './event-process.ts'
import type {
  BpfEvent,
  ChrootEvent,
  CredentialsEvent,
  IoUringEvent,
  ModuleEvent,
  MountEvent,
  NamespaceEvent,
  PivotRootEvent,
  PtraceEvent,
  SignalEvent,
  SyscallEvent,
  UmountEvent,
} from './event-system.ts'

export type TraceEvent =
  | ForkEvent
  | ThreadEvent
  | ExecEvent
  | ExitEvent
  | ChdirEvent
  | OpenEvent
  | ConnectEvent
  | SendEvent
  | MarkEvent
  | ChangeEvent
  | IoEvent
  | ProbeEvent
  | SyncEvent
  | SocketEvent
  | BindEvent
  | ListenEvent
  | AcceptEvent
  | DnsEvent
  | SignalEvent
  | NamespaceEvent
  | MountEvent
  | UmountEvent
  | ChrootEvent
  | PivotRootEvent
  | CredentialsEvent
  | PtraceEvent
  | BpfEvent
  | ModuleEvent
  | IoUringEvent
  | SyscallEvent

export type EventKind = TraceEvent['kind']

export type EventOf<K extends EventKind> = Extract<TraceEvent, { kind: K }>

export type * from './event-base.ts'
export type * from './event-file.ts'
export type * from './event-network.ts'
export type * from './event-process.ts'
export type * from './event-system.ts'
