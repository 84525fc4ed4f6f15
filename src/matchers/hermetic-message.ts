// SPDX-License-Identifier: MIT
import { posix } from 'node:path'
import { quoteArgument, showText } from '../trace/escape.ts'
import { type AccessClass, accessClasses } from '../trace/hermetic/access.ts'
import { type Entry, isBelow } from '../trace/hermetic/entry.ts'
import type { Doubt, Review, Violation } from '../trace/hermetic/review.ts'
import { type History, historyOf } from '../trace/history.ts'
import { lineage } from '../trace/lineage.ts'
import { shortName } from '../trace/names.ts'
import { plural } from '../trace/print.ts'
import { renderEvent } from '../trace/render.ts'
import type { TraceView } from '../trace/view.ts'
import type { Call } from './context.ts'
import { hint, traceFacts } from './message.ts'

const titles: Readonly<Record<AccessClass, string>> = {
  execute: 'Executed, not a declared program',
  read: 'Read, not an input',
  list: 'Listed, not an input',
  probe: 'Looked at, not an input',
  absent: 'Found absent, where nothing is declared',
  write: 'Written, not an output',
  create: 'Created, not an output',
  delete: 'Removed, not an output',
  rename: 'Renamed, not an output',
  mount: 'Mounted on, not in `mounts`',
  chrooted: 'Used in another root (chroot), where paths are not those of the test',
  delegate: 'Handed to a daemon outside the test, not in `delegates`',
  connect: 'Connected to, not in `network`',
  send: 'Sent to, not in `network`',
  resolve: 'Asked for by name, not in `network`',
  listen: 'Listened on, not in `network`',
  family: 'Sockets of other families, not in `network`',
}

/** The same of a path that is told under another title. */
const words: Partial<Record<AccessClass, string>> = {
  execute: 'executed',
  read: 'read',
  list: 'listed',
  probe: 'looked at',
  absent: 'found absent',
  write: 'written',
  create: 'created',
  delete: 'removed',
  rename: 'renamed',
}

const mostShown = 10
const mostUnused = 20
const mostDoubts = 5

/** The message of a run that went against the expectation. `strict`: that an entry is unused is a failure too. */
export function hermeticMessage(call: Call, trace: TraceView, review: Review, strict: boolean): string {
  const { violations, doubts, unused } = review
  const { utils, isNot } = call.context
  const facts = `in ${traceFacts(trace)}`
  const counted = plural(violations.length, 'undeclared access', 'es')
  const stale =
    strict && unused.length > 0 ? `, ${unused.length} unused ${unused.length === 1 ? 'entry' : 'entries'}` : ''
  const expected =
    isNot === true
      ? 'an access that the policy does not declare'
      : `every access to be declared${strict ? ', and every entry of the policy to be used' : ''}`
  const found = violations.length === 0 ? 'no undeclared access' : counted
  const lines = [
    hint(call),
    '',
    `Expected: ${utils.EXPECTED_COLOR(expected)}`,
    `Found:    ${utils.RECEIVED_COLOR(found + stale)} ${facts}`,
  ]
  const history = historyOf(trace)
  for (const kind of accessClasses) {
    const own = violations.filter((violation) => violation.class === kind)
    if (own.length > 0) lines.push('', `${titles[kind]} (${own.length}):`, ...violationLines(call, trace, own, history))
  }
  if (doubts.length > 0)
    lines.push(
      '',
      `Beside these, ${plural(doubts.length, 'access', 'es')} could not be decided: a path or address was not read.`,
    )
  if (trace.complete && isNot !== true && unused.length > 0) lines.push('', ...unusedLines(unused))
  if (violations.length > 0 && isNot !== true)
    lines.push('', '`trace.suggestPolicy()` gives a policy that this run would pass, to be reviewed.')
  return lines.join('\n')
}

/** One line for each path or address; below the last of those that one process was the first with, how it came to it. */
function violationLines(call: Call, trace: TraceView, violations: readonly Violation[], history: History): string[] {
  const shown = violations.slice(0, mostShown)
  const lines: string[] = []
  for (const [index, violation] of shown.entries()) {
    const { note, count, also } = violation
    const others = also.length === 0 ? '' : `, also ${also.map((kind) => words[kind]).join(', ')}`
    lines.push(`  ${subjectText(violation, trace)}${note}${others}${count > 1 ? `  ×${count}` : ''}`)
    const way = wayTo(violation, history)
    const next = shown[index + 1]
    if (next === undefined || wayTo(next, history) !== way) lines.push(`      ${call.context.utils.DIM_COLOR(way)}`)
  }
  if (violations.length > shown.length) lines.push(`  … and ${violations.length - shown.length} more`)
  return lines
}

/** A path as a policy would have it: in the project relative to its root. */
function subjectText({ subject, isPath }: Violation, trace: TraceView): string {
  const root = trace.info.projectRoot
  if (!isPath || root === '/' || !isBelow(subject, root)) return isPath ? showText(subject) : subject
  return showText(posix.relative(root, subject) || '.')
}

function wayTo({ process, seq }: Violation, history: History): string {
  const who = process.isRoot ? 'test' : quoteArgument(shortName(history.programAt(process, seq + 1)))
  return `${who}[${process.pid}]  ${lineage(process, seq, history)}`
}

function unusedLines(unused: readonly Entry[]): string[] {
  const shown = unused.slice(0, mostUnused).map(entryText)
  const more = unused.length > mostUnused ? [`  … and ${unused.length - mostUnused} more`] : []
  return ['Unused entries of the policy, which nothing in the trace was:', ...shown.map((text) => `  ${text}`), ...more]
}

/** `inputs: "vendor/**"`. */
export function entryText({ key, printed }: Entry): string {
  return `${key}: ${printed}`
}

/** What could not be decided, with who did it. */
export function doubtLines(trace: TraceView, doubts: readonly Doubt[]): string[] {
  if (doubts.length === 0) return []
  const history = historyOf(trace)
  const shown = doubts
    .slice(0, mostDoubts)
    .map(({ event, why }) => `${renderEvent(event)}: ${why}\n      ${lineage(event.process, event.seq, history)}`)
  return doubts.length > mostDoubts ? [...shown, `… and ${doubts.length - mostDoubts} more`] : shown
}

/** Violations that rest on what is on this disk by now, for an assertion that wants one for certain. */
export function uncertainLines(trace: TraceView, violations: readonly Violation[]): string[] {
  return violations
    .slice(0, mostDoubts)
    .map(
      (violation) =>
        `${violation.class} ${subjectText(violation, trace)}${violation.note}: by a link that is on this disk now`,
    )
}
