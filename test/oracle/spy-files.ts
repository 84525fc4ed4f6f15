// SPDX-License-Identifier: MIT
// Events about files, as strace tells them.
import type { ChangeEvent, IoEvent, OpenEvent, ProbeEvent, SyncEvent, Text } from '../../src/trace/event.ts'
import type { Act, CallAct, Facts, Transfer } from './model.ts'
import { bytes, outcome } from './spy-text.ts'

export function openAct(event: OpenEvent): Act {
  const makes = event.flags.includes('O_CREAT') || event.flags.includes('O_TMPFILE')
  const path = bytes(event.path)
  return {
    kind: 'open',
    call: event.call,
    asked: bytes(event.asked),
    flags: [...event.flags].sort(),
    permissions: makes ? event.permissions : null,
    outcome: outcome(event),
    fd: event.result.ok ? event.result.value : null,
    path: path !== null && event.deleted ? `${path} (deleted)` : path,
  }
}

function callAct(event: ChangeEvent | ProbeEvent | SyncEvent, facts: Facts): CallAct {
  return { kind: 'call', call: event.call, facts: { kind: event.kind, ...facts }, outcome: outcome(event) }
}

interface Named {
  readonly asked: Text
  readonly path: Text
  readonly followed: boolean
}

function named({ asked, path, followed }: Named): Facts {
  return { asked: bytes(asked), path: bytes(path), followed }
}

export function changeAct(event: ChangeEvent): CallAct {
  return callAct(event, { ...named(event), ...changeFacts(event) })
}

function changeFacts(event: ChangeEvent): Facts {
  switch (event.kind) {
    case 'rename':
      return { askedTo: bytes(event.askedTo), to: bytes(event.to), flags: event.flags }
    case 'link':
      return { askedTo: bytes(event.askedTo), to: bytes(event.to) }
    case 'symlink':
      return { target: bytes(event.target) }
    case 'mkdir':
    case 'chmod':
      return { permissions: event.permissions }
    case 'mknod':
      return { permissions: event.permissions, fileType: event.fileType, device: event.device }
    case 'chown':
      return { uid: event.uid, gid: event.gid }
    case 'truncate':
      return { length: event.length }
    case 'xattr':
      return { name: bytes(event.name) }
    case 'unlink':
    case 'rmdir':
    case 'utimes':
      return {}
  }
}

export function look(event: ProbeEvent): CallAct {
  if (event.kind === 'access') return callAct(event, { ...named(event), mode: [...event.mode].sort() })
  if (event.kind === 'readlink') return callAct(event, { ...named(event), target: bytes(event.target) })
  return callAct(event, named(event))
}

export function syncAct(event: SyncEvent): CallAct {
  // known-differences.ts, `msync-file`.
  return callAct(event, { path: event.call === 'msync' ? null : bytes(event.path) })
}

export function transfer(event: IoEvent): Transfer {
  return {
    readCalls: event.read.calls,
    readBytes: event.read.bytes,
    writtenCalls: event.written.calls,
    writtenBytes: event.written.bytes,
    mappedCalls: event.mapped.calls,
    mappedBytes: event.mapped.bytes,
    mappedWritable: event.mappedWritable,
  }
}
