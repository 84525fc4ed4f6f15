// SPDX-License-Identifier: MIT

import type { EventKind, EventOf } from '../event.ts'
import { changeKinds, probeKinds } from '../kinds.ts'
import type { Alike } from '../traits.ts'
import type { Use } from './access.ts'
import { ofChange, ofChdir, ofExec, ofIo, ofMount, ofOpen, ofProbe } from './file-accesses.ts'
import { ofConnect, ofDns, ofSend, ofServer, ofSocket } from './socket-accesses.ts'

/** Kinds of event that are accesses. */
export const accessKinds = [
  'exec',
  'chdir',
  'open',
  'io',
  ...changeKinds,
  ...probeKinds,
  'connect',
  'send',
  'socket',
  'bind',
  'listen',
  'accept',
  'dns',
  'mount',
] as const satisfies readonly EventKind[]

export type AccessEvent = Alike<EventOf<(typeof accessKinds)[number]>>

/** The accesses that events of a class are: none, one, or two where they have two paths. `listed`: the listing of folders is told by events of its own. */
export function usesOf(event: AccessEvent, listed: boolean): readonly Use[] {
  switch (event.kind) {
    case 'exec':
      return ofExec(event)
    case 'chdir':
      return ofChdir(event)
    case 'open':
      return ofOpen(event, listed)
    case 'io':
      return ofIo(event)
    case 'stat':
    case 'access':
    case 'readlink':
    case 'list':
      return ofProbe(event)
    case 'connect':
      return ofConnect(event)
    case 'send':
      return ofSend(event)
    case 'bind':
    case 'listen':
    case 'accept':
      return ofServer(event)
    case 'socket':
      return ofSocket(event)
    case 'dns':
      return ofDns(event)
    case 'mount':
      return ofMount(event)
    default:
      return ofChange(event)
  }
}
