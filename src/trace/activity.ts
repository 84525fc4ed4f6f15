// SPDX-License-Identifier: MIT
import { showText } from './escape.ts'
import type { EventOf, ExecEvent, OpenEvent, Text } from './event.ts'
import type { Process } from './process.ts'
import { renderOutcome, renderPeer } from './render.ts'
import type { Alike } from './traits.ts'
import type { TraceView } from './view.ts'

/** What one process did, as far as a summary tells it: escaped paths, once each, in order of first use. */
export interface Activity {
  /** What it made: files, folders, links. */
  readonly created: Set<string>
  /** Files that it wrote, or opened to write, and did not make. */
  readonly written: Set<string>
  /** Old name to new name. */
  readonly renamed: Map<string, string>
  readonly deleted: Set<string>
  readonly failedExecs: ExecEvent[]
  /** Where to, and how it ended: escaped, as below. */
  readonly connected: Set<string>
  readonly listened: Set<string>
}

/** `path`: of connections the address. */
type Deed = { readonly what: 'created' | 'written' | 'deleted' | 'connected' | 'listened'; readonly path: string }
type Rename = { readonly what: 'renamed'; readonly path: string; readonly to: string }

const deedKinds = [
  'open',
  'io',
  'mkdir',
  'symlink',
  'link',
  'mknod',
  'truncate',
  'rename',
  'unlink',
  'rmdir',
  'connect',
  'listen',
] as const
type DeedKind = (typeof deedKinds)[number]

/** Activity of every process that has any. Reads only the kinds it needs, and decodes one event of a class. */
export function activityOf(trace: TraceView): Map<Process, Activity> {
  const activities = new Map<Process, Activity>()
  const of = (process: Process): Activity => {
    let activity = activities.get(process)
    if (activity === undefined) {
      activity = {
        created: new Set(),
        written: new Set(),
        renamed: new Map(),
        deleted: new Set(),
        failedExecs: [],
        connected: new Set(),
        listened: new Set(),
      }
      activities.set(process, activity)
    }
    return activity
  }
  let last: { readonly process: Process; readonly deed: object } | undefined
  trace.scan(deedKinds, deedOf, (deed, { process }) => {
    if (last?.process === process && last.deed === deed) return
    last = { process, deed }
    const activity = of(process)
    if (deed.what === 'renamed') activity.renamed.set(deed.path, deed.to)
    else activity[deed.what].add(deed.path)
    return
  })
  for (const { created, written } of activities.values()) for (const path of created) written.delete(path)
  for (const event of trace.ofKind('exec')) if (!event.result.ok) of(event.process).failedExecs.push(event)
  return activities
}

function deedOf(event: Alike<EventOf<DeedKind>>): Deed | Rename | null {
  switch (event.kind) {
    case 'open':
      if (event.mode === 'read' || event.mode === 'path' || !event.result.ok || !isKept(event)) return null
      return { what: event.created ? 'created' : 'written', path: showText(event.path) }
    case 'io':
      if ((event.written.calls === 0 && event.mappedWritable === 0) || !isKept(event)) return null
      return isAbsent(event.path) ? null : { what: 'written', path: showText(event.path) }
    case 'rename':
      if (!event.result.ok) return null
      return { what: 'renamed', path: showText(event.path), to: showText(event.to) }
    case 'link':
      return event.result.ok ? { what: 'created', path: showText(event.to) } : null
    case 'truncate':
      return event.result.ok ? { what: 'written', path: showText(event.path) } : null
    case 'unlink':
    case 'rmdir':
      return event.result.ok ? { what: 'deleted', path: showText(event.path) } : null
    case 'connect':
      return { what: 'connected', path: `${renderPeer(event)} ${renderOutcome(event)}` }
    case 'listen':
      return event.result.ok ? { what: 'listened', path: renderPeer(event) } : null
    default:
      return event.result.ok ? { what: 'created', path: showText(event.path) } : null
  }
}

/** Pseudo files say nothing about what a program produces: terminals, /dev/null, /proc/self/oom_score_adj. */
function isKept({ fileType, path }: Pick<OpenEvent, 'fileType' | 'path'>): boolean {
  if (fileType !== null && fileType !== 'file') return false
  return typeof path !== 'string' || !/^\/(dev|proc|sys)\//.test(path)
}

function isAbsent(path: Text): boolean {
  return typeof path !== 'string' && path.status === 'absent'
}
