// SPDX-License-Identifier: MIT
import { type Activity, activityOf } from './activity.ts'
import { escapeText, showText } from './escape.ts'
import type { ExecEvent } from './event.ts'
import { shortCommand } from './lineage.ts'
import { isSearchStep, shortName } from './names.ts'
import type { Process } from './process.ts'
import { renderDuration, renderExit } from './render.ts'
import { descendants, lostRecords, type TraceView } from './view.ts'

const columns = 110
const mostLines = 400
const mostChildren = 40
const mostAccesses = 6
const deepest = 90

/** Counters on one line: `1284 events of 17 processes, 0 lost`. */
export function summary(trace: TraceView): string {
  const processes = plural(descendants(trace).length, 'process', 'es')
  return `${plural(trace.eventCount, 'event')} of ${processes}, ${lostRecords(trace)} lost`
}

export function plural(count: number, word: string, ending = 's'): string {
  return `${count} ${word}${count === 1 ? '' : ending}`
}

/**
 * The process tree for a terminal: what each process executed, how it ended and how long it took, then what it wrote, whom it
 * connected to and what it could not execute. Paths in the project are relative to it. Escaped; a big tree is cut, and what was left
 * out is counted.
 */
export function printTree(trace: TraceView): string {
  const lines = [`test  ${summary(trace)}`]
  for (const gap of trace.gaps) lines.push(`! incomplete: ${escapeText(gap.text)}`)
  const drawing: Drawing = {
    lines,
    activities: activityOf(trace),
    running: new Set(trace.running),
    project: `${escapeText(trace.info.projectRoot)}/`,
    told: 0,
  }
  const { tree } = trace
  drawAccesses(drawing, tree, '')
  drawChildren(drawing, tree, '')
  const missing = descendants(trace).length - drawing.told
  if (missing > 0) lines.push(`… ${plural(missing, 'process', 'es')} not shown`)
  return lines.join('\n')
}

interface Drawing {
  readonly lines: string[]
  readonly activities: ReadonlyMap<Process, Activity>
  readonly running: ReadonlySet<Process>
  readonly project: string
  /** Processes that have a line or are counted in one. */
  told: number
}

function drawChildren(drawing: Drawing, parent: Process, indent: string): void {
  const { lines } = drawing
  const { children } = parent
  if (indent.length > deepest || lines.length >= mostLines) return
  const shown = children.length > mostChildren + 1 ? children.slice(0, mostChildren) : children
  const hidden = children.slice(shown.length)
  for (const [index, child] of shown.entries()) {
    if (lines.length >= mostLines) return
    const last = index === shown.length - 1 && hidden.length === 0
    lines.push(`${indent}${last ? '└─' : '├─'} ${processLine(child, drawing.running, columns - indent.length)}`)
    drawing.told += 1
    const below = `${indent}${last ? '   ' : '│  '}`
    drawAccesses(drawing, child, below)
    drawChildren(drawing, child, below)
  }
  if (hidden.length === 0) return
  lines.push(`${indent}└─ … ${hidden.length} more: ${countNames(hidden)}`)
  drawing.told += hidden.length
}

function drawAccesses({ lines, activities, project }: Drawing, process: Process, indent: string): void {
  const activity = activities.get(process)
  if (activity === undefined) return
  const { execs } = process
  const failed = activity.failedExecs.filter((exec) => !isSearchStep(exec, execs))
  const bar = process.children.length > 0 ? '│' : ' '
  for (const line of accessLines({ ...activity, failedExecs: failed }, project)) lines.push(`${indent}${bar} ${line}`)
}

function processLine(process: Process, running: ReadonlySet<Process>, width: number): string {
  const room = Math.max(30, width - 24)
  const { execs } = process
  const command =
    execs.length === 0
      ? `(forked) ${escapeText(process.comm)}`
      : execs.map((exec) => shortCommand(exec, Math.max(24, Math.floor(room / execs.length)))).join(' ⇒ ')
  const note = process.withheld ? '  (more rights than the test: not recorded)' : ''
  return `${command}  ${endOf(process, running)}${note}`
}

function endOf(process: Process, running: ReadonlySet<Process>): string {
  const { exit } = process
  if (exit === null) return running.has(process) ? '(running)' : '(end not recorded)'
  const how = exit.signal === null ? `exit ${exit.code}` : renderExit(exit)
  return `${how}  ${renderDuration(exit.durationNs)}`
}

function accessLines(activity: Activity, project: string): string[] {
  const plain = (path: string) => (path.startsWith(project) ? path.slice(project.length) : path)
  const renames = [...activity.renamed].map(([from, to]) => `${plain(from)} to ${plain(to)}`)
  return [
    ...counted(failures(activity.failedExecs), 'failed exec '),
    ...counted([...activity.created].map(plain), 'created '),
    ...counted([...activity.written].map(plain), 'wrote '),
    ...counted(renames, 'renamed '),
    ...counted([...activity.deleted].map(plain), 'deleted '),
    ...counted([...activity.listened], 'listened on '),
    ...counted([...activity.connected], 'connected '),
  ]
}

function counted(items: readonly string[], label: string): string[] {
  if (items.length <= mostAccesses) return items.map((item) => label + item)
  const shown = items.slice(0, mostAccesses - 1).map((item) => label + item)
  return [...shown, `${label}… ${items.length - shown.length} more`]
}

/** One entry a program: a search along `$PATH` is many attempts at one thing. */
function failures(execs: readonly ExecEvent[]): string[] {
  const counts = new Map<string, number>()
  for (const exec of execs) {
    const errno = exec.result.ok ? '' : (exec.result.errno ?? 'no answer')
    const key = `${showText(shortName(exec))}: ${escapeText(errno)}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts].map(([key, count]) => (count === 1 ? key : `${key} ×${count}`))
}

function countNames(processes: readonly Process[]): string {
  const counts = new Map<string, number>()
  for (const process of processes) {
    const exec = process.execs.at(-1)
    const name = exec === undefined ? '(forked)' : showText(shortName(exec))
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const names = [...counts].sort((one, other) => other[1] - one[1])
  const shown = names.slice(0, 5).map(([name, count]) => (count === 1 ? name : `${name} ×${count}`))
  return names.length > 5 ? `${shown.join(', ')}, …` : shown.join(', ')
}

/** What `console.log(trace)` shows: the tree; one line where Node asks for a nested value below its depth. */
export function inspectTrace(trace: TraceView, depth?: number | null): string {
  if (typeof depth === 'number' && depth < 0) return `[Trace: ${summary(trace)}]`
  return `Trace ${printTree(trace)}`
}
