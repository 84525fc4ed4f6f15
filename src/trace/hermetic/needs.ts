// SPDX-License-Identifier: MIT
import { baseName } from '../paths.ts'
import { isUnix } from '../render.ts'
import type { TraceView } from '../view.ts'
import type { Access, FileAccess, SocketAccess } from './access.ts'
import { Declared } from './declared.ts'
import { delegateAt } from './delegates.ts'
import { isScratch } from './findings.ts'
import { eachAccess } from './review.ts'
import { isOwnSocket, type Scene } from './scene.ts'

/** What a run used, sorted by what has to be declared for it. Paths are where they really lead. */
export interface Needs {
  readonly written: Set<string>
  /** Folders that were made or removed. */
  readonly folders: Set<string>
  /** Names that were made, by a rename too, and those that were given up. */
  readonly made: Set<string>
  readonly gone: Set<string>
  /** Read or listed. */
  readonly read: Set<string>
  readonly probed: Set<string>
  readonly absent: Set<string>
  readonly mounted: Set<string>
  readonly chrooted: Set<string>
  /** Programs by their file, with the paths that they were called by. */
  readonly executed: Map<string, ReadonlySet<string>>
  /** Programs without a file, by name. */
  readonly fileless: Set<string>
  /** Of addresses that are no paths of the run's own. */
  readonly sockets: SocketAccess[]
  readonly servers: Extract<Access, { on: 'name' }>[]
  readonly families: Set<string>
  /** Everything, for trying a policy. */
  readonly accesses: Access[]
}

/** Collects what a run used. What could not be read is in no policy. */
export function needsOf(trace: TraceView, scene: Scene, probes: boolean): Needs {
  const needs: Needs = {
    written: new Set(),
    folders: new Set(),
    made: new Set(),
    gone: new Set(),
    read: new Set(),
    probed: new Set(),
    absent: new Set(),
    mounted: new Set(),
    chrooted: new Set(),
    executed: new Map(),
    fileless: new Set(),
    sockets: [],
    servers: [],
    families: new Set(),
    accesses: [],
  }
  const ignored = new Declared({}, scene).paths
  const isIgnored = (path: string, looks: boolean) =>
    ignored.match(path).some(({ looksOnly }) => looks || looksOnly !== true)
  const add = (access: Access): void => {
    needs.accesses.push(access)
    if (access.on === 'file') addFile(needs, access, scene, isIgnored)
    else if (access.on === 'socket') addSocket(needs, access, scene)
    else if (access.on === 'name') needs.servers.push(access)
    else needs.families.add(access.family)
  }
  eachAccess(
    trace,
    scene,
    probes,
    (access) => {
      if (mayBeScratch(access)) return access
      add(access)
      return null
    },
    (access, sighting) => {
      if (access.on === 'file' && !isScratch({ subject: String(access.path), isData: true }, sighting)) add(access)
    },
  )
  return needs
}

/** The name of a file that perhaps has none: only its event tells. */
function mayBeScratch(access: Access): boolean {
  return access.on === 'file' && access.isData && typeof access.path === 'string' && /\/#\d+$/.test(access.path)
}

function addFile(
  needs: Needs,
  access: FileAccess,
  scene: Scene,
  isIgnored: (path: string, looks: boolean) => boolean,
): void {
  const { path, unfollowed, chrooted, isFolder, isGone, alias, fileless } = access
  if (typeof path !== 'string') return
  if (chrooted) return void needs.chrooted.add(path)
  const changes = ['write', 'create', 'delete', 'rename'].includes(access.class)
  const looks = ['read', 'list', 'probe', 'absent'].includes(access.class)
  for (const place of scene.real.of(path, unfollowed, changes) ?? []) {
    if (isIgnored(place, looks)) continue
    switch (access.class) {
      case 'execute':
        if (fileless) needs.fileless.add(baseName(place))
        else
          needs.executed.set(place, new Set(needs.executed.get(place)).add(typeof alias === 'string' ? alias : place))
        break
      case 'read':
      case 'list':
        needs.read.add(place)
        break
      case 'probe':
        needs.probed.add(place)
        break
      case 'absent':
        needs.absent.add(place)
        break
      case 'mount':
        needs.mounted.add(place)
        break
      default:
        ;(isFolder ? needs.folders : needs.written).add(place)
        if (isGone) needs.gone.add(place)
        else if (access.class === 'create' || access.class === 'rename') needs.made.add(place)
    }
  }
}

/** A socket that is not there is an absent path; one that the run makes is an output. */
function addSocket(needs: Needs, access: SocketAccess, scene: Scene): void {
  const { address, missing } = access
  const path = isUnix(address) && !address.abstract && typeof address.path === 'string' ? address.path : null
  if (missing) {
    if (path === null || delegateAt(address)?.lookedFor === true) return
    for (const place of scene.real.of(path, 'path', false) ?? []) needs.absent.add(place)
  } else if (path !== null && isOwnSocket(address, scene)) {
    for (const place of scene.real.of(path, 'folder', true) ?? []) needs.written.add(place)
  } else needs.sockets.push(access)
}
