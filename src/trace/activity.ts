// SPDX-License-Identifier: MIT

import { showText } from './escape.ts'
import type { ConnectEvent, ExecEvent, OpenEvent } from './event.ts'
import type { Process } from './process.ts'
import type { TraceView } from './view.ts'

/** What one process did, as far as a summary tells it. Paths and addresses once each, in order of first use. */
export interface Activity {
  /** Files that it opened for writing, by escaped path; `created` when one of the opens made the file. */
  readonly written: Map<string, { readonly event: OpenEvent; created: boolean }>
  readonly failedExecs: ExecEvent[]
  readonly connections: ConnectEvent[]
}

/** Activity of every process that has any. Reads only the kinds it needs. */
export function activityOf(trace: TraceView): Map<Process, Activity> {
  const activities = new Map<Process, Activity>()
  const of = (process: Process): Activity => {
    let activity = activities.get(process)
    if (activity === undefined) {
      activity = { written: new Map(), failedExecs: [], connections: [] }
      activities.set(process, activity)
    }
    return activity
  }
  for (const event of trace.ofKind('open')) {
    if (event.mode === 'read' || event.mode === 'path' || !event.result.ok || !isKept(event)) continue
    const { written } = of(event.process)
    const path = showText(event.path)
    const known = written.get(path)
    if (known === undefined) written.set(path, { event, created: event.created })
    else known.created ||= event.created
  }
  for (const event of trace.ofKind('exec')) if (!event.result.ok) of(event.process).failedExecs.push(event)
  for (const event of trace.ofKind('connect')) of(event.process).connections.push(event)
  return activities
}

/** Pseudo files say nothing about what a program produces: terminals, /dev/null, /proc/self/oom_score_adj. */
function isKept(event: OpenEvent): boolean {
  if (event.fileType !== null && event.fileType !== 'file') return false
  return typeof event.path !== 'string' || !/^\/(dev|proc|sys)\//.test(event.path)
}
