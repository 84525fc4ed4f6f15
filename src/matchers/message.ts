// SPDX-License-Identifier: MIT
import { escapeText } from '../trace/escape.ts'
import { historyOf } from '../trace/history.ts'
import { lineage } from '../trace/lineage.ts'
import { printValue } from '../trace/pattern.ts'
import { plural, summary } from '../trace/print.ts'
import type { Process } from '../trace/process.ts'
import { descendants, type TraceView } from '../trace/view.ts'
import type { Call } from './context.ts'

/** An event in a message: its line, what is to be said about it, and how it came to it. */
export interface Shown {
  readonly line: string
  readonly remarks: readonly string[]
  readonly lineage: string
  /** How many events it stands for. */
  readonly count: number
}

/** `expect(trace).not.toHaveExecuted("gcc", {times: 2})`. */
export function hint(call: Call): string {
  const { context, matcher, args } = call
  const given = args.slice(0, args.findLastIndex((argument) => argument !== undefined) + 1)
  const options = { isNot: context.isNot ?? false, promise: context.promise ?? '' }
  return context.utils.matcherHint(matcher, 'trace', given.map(printArgument).join(', '), options)
}

const longestArgument = 160

/** What takes lines to print, such as a whole policy, is not told twice. */
function printArgument(argument: unknown): string {
  const printed = printValue(argument)
  return printed.length > longestArgument && printed.startsWith('{') ? '{…}' : printed
}

/** A text below the hint of its call. */
export function headed(call: Call, text: string): string {
  return `${hint(call)}\n\n${text}`
}

/** What was looked for, in words: `exec of "gcc" with errno "ENOENT" by "make"`. */
export function descriptionText(subject: string, link: string, target: string, conditions: readonly string[]): string {
  const stated = conditions.filter((condition) => condition !== '')
  const whom = stated.filter((condition) => condition.startsWith('to '))
  const by = stated.filter((condition) => condition.startsWith('by '))
  const others = stated.filter((condition) => !whom.includes(condition) && !by.includes(condition))
  return [subject, target === '' ? '' : `${link} ${target}`.trim(), ...whom, withText(others), ...by]
    .filter((part) => part !== '')
    .join(' ')
}

function withText(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `with ${conditions.join(', ')}`
}

function expectationText(description: string, times: number | undefined, isNot: boolean): string {
  if (times === undefined) return isNot ? `no ${description}` : description
  return `${description}, ${isNot ? 'not ' : ''}exactly ${times === 1 ? 'once' : `${times} times`}`
}

/** How much was found: `none`, `3`, or of what the kernel adds up `3 calls, 4096 bytes`. */
export function countText(
  found: { readonly events: number; readonly calls: number; readonly bytes: number },
  isAmount: boolean,
): string {
  if (found.events === 0) return 'none'
  return isAmount ? `${plural(found.calls, 'call')}, ${plural(found.bytes, 'byte')}` : String(found.calls)
}

/** The message of a search that went against the expectation. */
export function searchMessage(
  call: Call,
  trace: TraceView,
  wanted: { readonly description: string; readonly times: number | undefined },
  found: { readonly text: string; readonly shown: readonly Shown[]; readonly more: number },
  nearest: { readonly shown: readonly Shown[]; readonly more: readonly (readonly string[])[] },
): string {
  const { utils, isNot } = call.context
  const counters = `in ${traceFacts(trace)}`
  const lines = [
    hint(call),
    '',
    `Expected: ${utils.EXPECTED_COLOR(expectationText(wanted.description, wanted.times, isNot === true))}`,
    `Found:    ${utils.RECEIVED_COLOR(found.text)} ${counters}`,
  ]
  if (found.shown.length > 0) lines.push('', ...shownLines(call, found.shown, found.more))
  if (nearest.shown.length > 0) lines.push('', 'Nearest:', ...shownLines(call, nearest.shown))
  for (const block of nearest.more) if (block.length > 0) lines.push('', ...block)
  return lines.join('\n')
}

/** `1284 events of 17 processes, 0 lost`, and what still runs. */
export function traceFacts(trace: TraceView): string {
  const running = trace.running.length
  return `${summary(trace)}${running === 0 ? '' : `, ${plural(running, 'process', 'es')} still running`}`
}

export function shownLines(call: Call, shown: readonly Shown[], more = 0): string[] {
  const lines = shown.flatMap(({ line, remarks, lineage, count }) => [
    `  ${line}${count > 1 ? `  ×${count}` : ''}`,
    ...remarks.map((remark) => `      ${remark}`),
    `      ${call.context.utils.DIM_COLOR(lineage)}`,
  ])
  return more > 0 ? [...lines, `  … and ${more} more`] : lines
}

/** Why absence cannot be asserted: the gaps of the trace. */
export function gapsText(trace: TraceView, absent: string): string {
  const gaps = trace.gaps.map(({ text }) => `  - ${escapeText(text)}`)
  return [
    `The trace is incomplete, so it does not tell whether there was ${absent}:`,
    ...(gaps.length === 0 ? ['  - the trace does not say why'] : gaps),
    'What was found in it is sound; what was not found may still have happened. See docs/matchers.md, "Incomplete traces".',
  ].join('\n')
}

const mostRunning = 5

/** Who still runs. Our own helper, of a session that a traced program opened, is nobody: it is not the program's doing. */
export function stillRunning(trace: TraceView): readonly Process[] {
  return trace.running.filter(({ exe }) => typeof exe !== 'string' || !exe.endsWith('/spyscall-helper'))
}

/** Each with its way down from the test. */
function runningLines(trace: TraceView, running: readonly Process[], most: number): string[] {
  const history = historyOf(trace)
  const lines = running
    .slice(0, most)
    .map((process) => `  - [${process.pid}]  ${lineage(process, Number.POSITIVE_INFINITY, history)}`)
  return running.length > most ? [...lines, `  … and ${running.length - most} more`] : lines
}

/** Who still runs, down from the test; empty where nobody does. */
export function pendingLines(trace: TraceView, absent: string): string[] {
  const running = stillRunning(trace)
  if (running.length === 0) return []
  return [
    `${plural(running.length, 'process', 'es')} still ran, so there may yet be ${absent}:`,
    ...runningLines(trace, running, mostRunning),
    'Await what you start, or end it.',
  ]
}

/** The same, of a verdict that rests on absence; null where nobody runs. */
export function runningText(trace: TraceView, absent: string): string | null {
  const lines = pendingLines(trace, absent)
  return lines.length === 0 ? null : `${lines.join('\n')} \`{ soFar: true }\` asserts on what happened until now.`
}

const mostOutliving = 20

/** The message of an assertion on who is left. */
export function reapedMessage(call: Call, trace: TraceView): string {
  const { utils, isNot } = call.context
  const running = stillRunning(trace)
  const count = running.length === 0 ? 'none' : String(running.length)
  return [
    hint(call),
    '',
    `Expected: ${utils.EXPECTED_COLOR(isNot === true ? 'a process that still runs' : 'no process that still runs')}`,
    `Found:    ${utils.RECEIVED_COLOR(count)} in ${summary(trace)}`,
    ...(running.length === 0 ? [] : ['', ...runningLines(trace, running, mostOutliving)]),
  ].join('\n')
}

/** Where a session recorded nobody: how that may have come about. Empty where it recorded somebody. */
export function nobodyHints(trace: TraceView): string[] {
  const { scope } = trace.info
  if (scope === 'self' || descendants(trace).length > 0 || trace.events.some(({ kind }) => kind !== 'mark')) return []
  const before = trace.preexisting.length
  return [
    scope === 'run'
      ? "  - The scope 'run' records only what is started inside `session.run(…)`."
      : "  - What the test itself does (`fs.readFileSync`, `fetch`) is recorded with the scope 'self' only.",
    '  - A session records what is started after it was opened; the fixture opens one when the test asks for `trace` or `session`.',
    ...(before === 0
      ? []
      : [`  - ${plural(before, 'process', 'es')} of the test ran before the session was opened: not recorded.`]),
    'To assert that nothing is started, write `expect(trace).not.toHaveExecuted()`.',
  ]
}

/** Why absence cannot be asserted: candidates that may have been it. */
export function doubtText(doubts: readonly string[], absent: string): string {
  return [`The trace does not tell whether there was ${absent}:`, ...doubts.map((doubt) => `  - ${doubt}`)].join('\n')
}

export function withArticle(description: string): string {
  return `${/^[aeio]/.test(description) ? 'an' : 'a'} ${description}`
}
