// SPDX-License-Identifier: MIT
// Events about namespaces, mounts, credentials, signals and the kernel itself, as strace tells them.
import type {
  BpfEvent,
  ChrootEvent,
  CredentialsEvent,
  IoUringEvent,
  ModuleEvent,
  MountEvent,
  NamespaceEvent,
  PivotRootEvent,
  SignalEvent,
  Text,
  UmountEvent,
} from '../../src/trace/event.ts'
import { typeless } from './known-differences.ts'
import type { CallAct, Facts } from './model.ts'
import { bytes, outcome } from './spy-text.ts'

type SystemEvent =
  | NamespaceEvent
  | MountEvent
  | UmountEvent
  | ChrootEvent
  | PivotRootEvent
  | CredentialsEvent
  | BpfEvent
  | ModuleEvent
  | IoUringEvent

/** Null for what strace shows in another place: new namespaces of a child are flags of its fork; an exec changes credentials silently. */
export function systemAct(event: SystemEvent): CallAct | null {
  if (event.kind === 'namespace' && event.call.startsWith('clone')) return null
  // known-differences.ts, `exec-credentials`.
  if (event.kind === 'credentials' && event.call.startsWith('exec')) return null
  return { kind: 'call', call: event.call, facts: { kind: event.kind, ...systemFacts(event) }, outcome: outcome(event) }
}

function systemFacts(event: SystemEvent): Facts {
  switch (event.kind) {
    case 'namespace':
      // Of setns it may be what the descriptor stands for.
      return event.call === 'setns' ? {} : { flags: [...event.flags].sort() }
    case 'mount':
      return event.call === 'mount' ? mountFacts(event) : {}
    case 'umount':
      return { ...named(event), flags: [...event.flags].sort() }
    case 'chroot':
      return named(event)
    case 'pivotRoot':
      return { ...named(event), oldRoot: bytes(event.oldRoot) }
    case 'credentials':
      return { asked: /groups|capset/.test(event.call) ? [] : event.asked.map((id) => `${id}`) }
    case 'bpf':
      return { command: event.command }
    case 'module':
      return {}
    case 'ioUring':
      return { entries: event.entries }
  }
}

function mountFacts(event: MountEvent): Facts {
  return {
    from: bytes(event.from),
    ...named(event),
    // known-differences.ts, `ignored-type`.
    fileSystem: event.flags.some((flag) => typeless.has(flag)) ? null : bytes(event.fileSystem),
    flags: [...event.flags].sort(),
  }
}

function named({ asked, path }: { readonly asked: Text; readonly path: Text }): Facts {
  return { asked: bytes(asked), path: bytes(path) }
}

/** That it was sent by a call, by its sender. */
export function sentSignal({ call, signal, errno }: SignalEvent): CallAct {
  return { kind: 'call', call: call ?? '', facts: { kind: 'signal', signal }, outcome: errno ?? 'ok' }
}

/** That it came, by its target. */
export function receivedSignal({ signal, code }: SignalEvent): CallAct {
  return { kind: 'call', call: 'received', facts: { signal, code }, outcome: 'ok' }
}
