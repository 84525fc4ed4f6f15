// SPDX-License-Identifier: MIT
import { type Activity, activityOf } from './activity.ts'
import { type Branch, numberMarks, treeText } from './canonical.ts'
import { quoteArgument, showText } from './escape.ts'
import type { ConnectEvent, ExecEvent, TraceEvent } from './event.ts'
import { commandOf, shortName } from './names.ts'
import { type Normalizer, normalizer, placesAround, placesOf } from './normalize.ts'
import type { Process } from './process.ts'
import { isInet, plainAddress, renderEvent, renderExit, renderOutcome, renderPeer } from './render.ts'
import type { TraceView } from './view.ts'

/** What a snapshot of a trace holds. */
export interface TraceSnapshotOptions {
  /**
   * `'sorted'` (default): the processes that one process started are in the order of their text, so that runs which differ in
   * timing only are equal. `'recorded'`: as they were started, for programs that start one thing after the other.
   */
  readonly order?: 'sorted' | 'recorded'
  /** Take the snapshot though processes still run. */
  readonly soFar?: boolean
}

/**
 * A trace as text that is the same in every run: the process tree with each command, how it ended, the files it wrote and
 * whom it connected to. Not in it: pids, times, reads, failed searches along `$PATH`, pseudo files, sockets of the system's
 * name services, and datagram sockets that were only bound to a peer.
 *
 * Siblings are sorted by their text. Whether two of them overlapped is itself a matter of timing, so a rule that kept the order
 * of those that did not could give another snapshot tomorrow.
 */
export function snapshotText(trace: TraceView, options: TraceSnapshotOptions = {}): string {
  const { order = 'sorted' } = options
  const missing = ['process', 'file', 'network'].filter((group) => !trace.info.groups.includes(group))
  const text = treeText(branchOf(trace.tree, activityOf(trace), normalizer(placesOf(trace))), order)
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

function branchOf(process: Process, activities: Map<Process, Activity>, normalize: Normalizer): Branch {
  const activity = activities.get(process)
  return {
    commands: commandsOf(process, normalize),
    facts: activity === undefined ? [] : [...new Set(factsOf(activity, process, normalize))],
    branches: process.children.map((child) => branchOf(child, activities, normalize)),
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

function factsOf(activity: Activity, process: Process, normalize: Normalizer): string[] {
  const executed = new Set(process.execs.map((exec) => showText(shortName(exec))))
  const failed = activity.failedExecs
    .filter((exec) => !executed.has(showText(shortName(exec))))
    .map(
      (exec) =>
        `cannot execute ${normalize(showText(shortName(exec)))}: ${exec.result.ok ? '' : (exec.result.errno ?? 'no answer')}`,
    )
  const files = [...activity.written].map(
    ([path, { created }]) => `${created ? 'creates' : 'writes'} ${normalize(path)}`,
  )
  const connections = activity.connections
    .filter(isShown)
    .map((event) => `connects ${normalize(renderPeer(event))} -> ${renderOutcome(event)}`)
  return [...failed, ...files, ...connections]
}

/** Sockets that a C library or a login opens by itself, depending on how the machine is set up. */
export const systemSockets: readonly string[] = [
  'unix:/var/run/nscd/socket',
  'unix:/run/nscd/socket',
  'unix:/run/systemd/userdb/*',
  'unix:/run/systemd/resolve/*',
  'unix:/run/systemd/journal/*',
  'unix:/run/dbus/system_bus_socket',
  'unix:/dev/log',
]

function isShown(event: ConnectEvent): boolean {
  if (event.outcome === 'associated' && isInet(event.address)) return false
  const text = plainAddress(event.address)
  return !systemSockets.some((known) => (known.endsWith('*') ? text?.startsWith(known.slice(0, -1)) : text === known))
}
