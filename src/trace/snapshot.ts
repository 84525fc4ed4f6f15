// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import { type Activity, activityOf } from './activity.ts'
import { quoteArgument, showText } from './escape.ts'
import type { ConnectEvent, ExecEvent, TraceEvent } from './event.ts'
import { commandOf, shortName } from './names.ts'
import { blankMarks, type Normalizer, normalizer, placesAround, placesOf, renameMarks } from './normalize.ts'
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
}

/** A process and what is below it. Lines hold marks (see normalize.ts) until the end. */
interface Branch {
  readonly commands: readonly string[]
  facts: string[]
  branches: Branch[]
  /** The whole subtree with blank marks: what it is compared by first. */
  blank: string
  /** The same with marks as the last `arrange` spelled them. */
  full: string
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
  return number(normalizer(placesAround(event.process))(renderEvent(event)))
}

function treeText(root: Branch, order: 'sorted' | 'recorded'): string {
  arrange(root, order, blankMarks)
  const names = signatures(root)
  arrange(root, order, (text) => renameMarks(text, (label, name) => `<${label}:${names.get(`${label}:${name}`)}>`))
  const lines = [...root.facts]
  for (const branch of root.branches) write(branch, '', lines)
  return number(lines.join('\n'))
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

/**
 * Puts facts and branches in order, from the leaves up: by their text with blank marks, and of equal ones by `tie`, so that a
 * change in one place does not shuffle another.
 */
function arrange(branch: Branch, order: 'sorted' | 'recorded', tie: (text: string) => string): void {
  for (const child of branch.branches) arrange(child, order, tie)
  branch.facts = sortedBy(branch.facts, (fact) => `${blankMarks(fact)}\n${tie(fact)}`)
  if (order === 'sorted') branch.branches = sortedBy(branch.branches, ({ blank, full }) => `${blank}\n${full}`)
  const own = [...branch.commands, ...branch.facts]
  branch.blank = own
    .map(blankMarks)
    .concat(branch.branches.map(({ blank }) => blank))
    .join('\n  ')
  branch.full = own
    .map(tie)
    .concat(branch.branches.map(({ full }) => full))
    .join('\n  ')
}

function sortedBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
    .map(({ item }) => item)
}

/**
 * A temporary name is known by where it is used: two branches that differ in nothing but theirs are put in order by what else
 * is done with them. Gives each mark a text that does not depend on the name.
 */
function signatures(root: Branch): Map<string, string> {
  const uses = new Map<string, string[]>()
  const visit = (branch: Branch, above: string): void => {
    const context = digest(above + branch.blank)
    for (const line of [...branch.commands, ...branch.facts]) {
      let position = 0
      renameMarks(line, (label, name) => {
        const key = `${label}:${name}`
        const list = uses.get(key) ?? []
        uses.set(key, list)
        list.push(digest(`${context} ${blankMarks(line)} ${position++}`))
        return ''
      })
    }
    for (const child of branch.branches) visit(child, context)
  }
  visit(root, '')
  return new Map([...uses].map(([key, list]) => [key, digest(list.sort().join(' '))]))
}

function digest(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}

function write(branch: Branch, indent: string, lines: string[]): void {
  for (const command of branch.commands) lines.push(indent + command)
  const below = `${indent}  `
  for (const fact of branch.facts) lines.push(below + fact)
  for (const child of branch.branches) write(child, below, lines)
}

/** Gives names their numbers, in the order of the text. */
function number(text: string): string {
  const numbers = new Map<string, number>()
  const counts = new Map<string, number>()
  return renameMarks(text, (label, name) => {
    const key = `${label}:${name}`
    let own = numbers.get(key)
    if (own === undefined) {
      own = (counts.get(label) ?? 0) + 1
      counts.set(label, own)
      numbers.set(key, own)
    }
    return `<${label}:${own}>`
  })
}
