// SPDX-License-Identifier: MIT
import { eachClass, firstOf } from '../classes.ts'
import type { Address } from '../event.ts'
import { hostNames } from '../host-names.ts'
import { type FollowLink, followFolder, linkFollower } from '../links.ts'
import type { Process } from '../process.ts'
import { isInet, isUnix, renderAddress } from '../render.ts'
import type { TraceView } from '../view.ts'
import type { SocketAccess } from './access.ts'
import type { Site } from './declared.ts'
import { announcedIn, type Delegate, delegateAt, isLoopback } from './delegates.ts'
import { MadeLinks } from './made-links.ts'
import { RealPaths } from './real-path.ts'
import { type Reopened, reopenedIn } from './reopened.ts'

/** What is known of a run beside its accesses, to judge them by. */
export interface Scene extends Site {
  readonly real: RealPaths
  readonly reopened: Reopened
  /** Unix sockets that processes of the run have bound, by path. */
  readonly ownSockets: ReadonlySet<string>
  /** Ports of this machine that they listen on over TCP, and the names of abstract sockets that they have bound. */
  readonly ownServers: ReadonlySet<number | string>
  /** Names that DNS servers were asked for, by the server's address as it is printed. */
  readonly asked: ReadonlyMap<string, ReadonlySet<string>>
  /** Processes that read where a daemon listens, with the daemon. */
  readonly informed: ReadonlyMap<Process, Delegate>
}

export function sceneOf(trace: TraceView): Scene {
  const follow = linkFollower()
  const made = new MadeLinks(trace.ofKind('symlink'), [...trace.ofKind('rename'), ...trace.ofKind('link')], follow)
  return {
    projectRoot: trace.info.projectRoot,
    node: trace.tree.exe,
    follow: (path) => made.follow(path),
    real: new RealPaths(trace.processes, follow, made),
    reopened: reopenedIn(trace),
    names: hostNames(trace),
    ownSockets: ownSockets(trace, follow),
    ownServers: ownServers(trace),
    asked: askedNames(trace),
    informed: informedProcesses(trace),
  }
}

function ownSockets(trace: TraceView, follow: FollowLink): Set<string> {
  const paths = new Set<string>()
  eachClass(trace, ['bind'], ({ address, result }) => {
    if (result.ok && isUnix(address) && !address.abstract && typeof address.path === 'string')
      paths.add(address.path).add(followFolder(follow, address.path))
  })
  return paths
}

function ownServers(trace: TraceView): Set<number | string> {
  const servers = new Set<number | string>()
  eachClass(trace, ['listen'], ({ address, transport, result }) => {
    const isHere = isInet(address) && (isLoopback(address) || address.host === '0.0.0.0' || address.host === '::')
    if (result.ok && transport === 'tcp' && isHere) servers.add(address.port)
  })
  eachClass(trace, ['bind'], ({ address, result }) => {
    if (result.ok && isUnix(address) && address.abstract && typeof address.path === 'string') servers.add(address.path)
  })
  return servers
}

function askedNames(trace: TraceView): Map<string, Set<string>> {
  const asked = new Map<string, Set<string>>()
  for (const { name, server } of trace.ofKind('dns')) {
    const key = renderAddress(server)
    const names = asked.get(key)
    if (names === undefined) asked.set(key, new Set([name]))
    else names.add(name)
  }
  return asked
}

function informedProcesses(trace: TraceView): Map<Process, Delegate> {
  const informed = new Map<Process, Delegate>()
  const local = firstOf(trace, ['connect'], ({ transport, address }) =>
    transport === 'tcp' && isLoopback(address) ? true : null,
  )
  if (local === null) return informed
  trace.scan(
    ['open'],
    ({ path, result }) => (result.ok && typeof path === 'string' ? announcedIn(path) : null),
    (delegate, { process }) => {
      informed.set(process, delegate)
      return undefined
    },
  )
  return informed
}

/** A daemon that is reached by an access, and the address that shows it: by its socket, under either name, or because the process had read where it listens. */
export function delegateOf(
  access: SocketAccess,
  scene: Scene,
): { readonly delegate: Delegate; readonly at: Address } | null {
  const { class: kind, address, asked, process, transport } = access
  if (kind === 'listen' || isOwnSocket(address, scene) || isOwnServer(address, scene)) return null
  for (const at of asked === null ? [address] : [address, asked]) {
    const delegate = delegateAt(at)
    if (delegate !== null) return { delegate, at }
  }
  const delegate = transport === 'tcp' && isLoopback(address) ? scene.informed.get(process) : undefined
  return delegate === undefined ? null : { delegate, at: address }
}

/** A socket with a file that a process of the run made. */
export function isOwnSocket(address: Address, { ownSockets }: Scene): boolean {
  return isUnix(address) && !address.abstract && typeof address.path === 'string' && ownSockets.has(address.path)
}

/** An address of this machine that nobody else can have, since a process of the run listens on it. */
function isOwnServer(address: Address, { ownServers }: Scene): boolean {
  if (isUnix(address)) return address.abstract && typeof address.path === 'string' && ownServers.has(address.path)
  return isLoopback(address) && isInet(address) && ownServers.has(address.port)
}
