// SPDX-License-Identifier: MIT
import { type Branch, numberMarks, treeText } from './canonical.ts'
import { quoteArgument } from './escape.ts'
import type { ExecEvent, TraceEvent } from './event.ts'
import { commandOf } from './names.ts'
import { type Normalizer, normalizer, placesAround, placesOf } from './normalize.ts'
import type { Process } from './process.ts'
import { renderEvent, renderExit } from './render.ts'
import { defaultSnapshotEvents, groupsOf, type SnapshotEvent } from './snapshot-events.ts'
import { factsOf } from './snapshot-facts.ts'
import { type PathFilterInput, pathFilter } from './snapshot-paths.ts'
import type { TraceView } from './view.ts'

/** What a snapshot of a trace holds. */
export interface TraceSnapshotOptions {
  /** What is shown beside the tree of processes: exactly this; without it `'write'`, `'change'` and `'connect'`. */
  readonly events?: readonly SnapshotEvent[]
  /** Which files are shown: those that one of the patterns matches, and none that a pattern with a `!` before it does. */
  readonly paths?: PathFilterInput
  /**
   * `'sorted'` (default): the processes that one process started are in the order of their text, so that runs which differ in
   * timing only are equal. `'recorded'`: as they were started, for programs that start one thing after the other.
   */
  readonly order?: 'sorted' | 'recorded'
  /** Take the snapshot though processes still run. */
  readonly soFar?: boolean
}

/**
 * A trace as text that is the same in every run: the process tree with each command, how it ended, the files it wrote, the names it made, changed and
 * removed, and whom it connected to. Not in it: pids, times, reads unless they are asked for, failed searches along `$PATH`, pseudo files, sockets of the system's
 * name services, and datagram sockets that were only bound to a peer.
 *
 * Siblings are sorted by their text. Whether two of them overlapped is itself a matter of timing, so a rule that kept the order
 * of those that did not could give another snapshot tomorrow.
 */
export function snapshotText(trace: TraceView, options: TraceSnapshotOptions = {}): string {
  const { order = 'sorted', events = defaultSnapshotEvents, paths } = options
  const missing = ['process', ...groupsOf(events)].filter((group) => !trace.info.groups.includes(group))
  const normalize = normalizer(placesOf(trace))
  const facts = factsOf(trace, events, pathFilter(paths, trace.info.projectRoot), normalize)
  const text = treeText(branchOf(trace.tree, facts, normalize), order)
  return [...missing.map((group) => `(${group} events were not recorded)`), ...(text === '' ? [] : [text])].join('\n')
}

/** A process and what is below it, without what they wrote: that is in the trace, not in the process. */
export function processSnapshotText(process: Process): string {
  const branch = branchOf(process, new Map(), normalizer(placesAround(process)))
  const whole: Branch = { commands: [], facts: [], branches: [branch], blank: '', full: '' }
  return treeText(process.isRoot ? branch : whole, 'sorted')
}

/** An event on one line. */
export function eventSnapshotText(event: TraceEvent): string {
  return numberMarks(normalizer(placesAround(event.process))(renderEvent(event)))
}

function branchOf(process: Process, facts: ReadonlyMap<Process, ReadonlySet<string>>, normalize: Normalizer): Branch {
  return {
    commands: commandsOf(process, normalize),
    facts: [...(facts.get(process) ?? [])],
    branches: process.children.map((child) => branchOf(child, facts, normalize)),
    blank: '',
    full: '',
  }
}

function commandsOf(process: Process, normalize: Normalizer): string[] {
  const end =
    process.exit === null
      ? 'running'
      : process.exit.signal === null
        ? `exit ${process.exit.code}`
        : renderExit(process.exit)
  const commands = process.execs.map((exec, index) => `${index === 0 ? '$' : '⇒'} ${commandText(exec, normalize)}`)
  if (commands.length === 0) return [`(fork) -> ${end}`]
  commands[commands.length - 1] += ` -> ${end}`
  return commands
}

function commandText(exec: ExecEvent, normalize: Normalizer): string {
  return commandOf(exec)
    .map((argument) => normalize(quoteArgument(argument)))
    .join(' ')
}
