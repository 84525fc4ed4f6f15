// SPDX-License-Identifier: MIT
import { linkFollower } from '../links.ts'
import type { Process } from '../process.ts'
import { isUnix } from '../render.ts'
import type { TraceView } from '../view.ts'
import type { Site } from './declared.ts'
import { announcedIn, type Delegate, isLoopback } from './delegates.ts'
import { MadeLinks } from './made-links.ts'
import { RealPaths } from './real-path.ts'

/** What is known of a run beside its accesses, to judge them by. */
export interface Scene extends Site {
  readonly real: RealPaths
  /** Unix sockets that processes of the run have bound, by path. */
  readonly ownSockets: ReadonlySet<string>
  /** Processes that read where a daemon listens, with the daemon. */
  readonly informed: ReadonlyMap<Process, Delegate>
}

export function sceneOf(trace: TraceView): Scene {
  const follow = linkFollower()
  const made = new MadeLinks(trace.ofKind('symlink'), trace.ofKind('rename'), follow)
  return {
    projectRoot: trace.info.projectRoot,
    node: trace.tree.exe,
    follow: (path) => made.follow(path),
    real: new RealPaths(trace.processes, follow, made),
    ownSockets: ownSockets(trace),
    informed: informedProcesses(trace),
  }
}

function ownSockets(trace: TraceView): Set<string> {
  const paths = new Set<string>()
  for (const { address, result } of trace.ofKind('bind'))
    if (result.ok && isUnix(address) && !address.abstract && typeof address.path === 'string') paths.add(address.path)
  return paths
}

function informedProcesses(trace: TraceView): Map<Process, Delegate> {
  const informed = new Map<Process, Delegate>()
  if (!trace.ofKind('connect').some(({ transport, address }) => transport === 'tcp' && isLoopback(address)))
    return informed
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
