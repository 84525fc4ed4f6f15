// SPDX-License-Identifier: MIT
import { MisuseError } from '../trace/misuse.ts'
import { snapshotText, type TraceSnapshotOptions } from '../trace/snapshot.ts'
import { fitSnapshot, hasPatterns } from '../trace/snapshot-pattern.ts'
import { checkEnded, checkEvidence, checked, checkGroup, checkOptions, checkSoFar, checkTrace } from './check.ts'
import type { Call } from './context.ts'
import { choiceTest } from './criteria.ts'

/** The text to hand to a runner: the trace's, with the patterns of the stored snapshot where they match. Refuses what cannot be a snapshot. */
export function snapshotOf(
  call: Call,
  received: unknown,
  given: unknown,
  storedText: () => string | undefined,
): string {
  const { trace, options } = checked(call, () => {
    if (call.context.isNot === true)
      throw new MisuseError('A snapshot cannot be used with `.not`: it would hold of nearly everything.')
    return { trace: checkTrace(received), options: checkSnapshotOptions(given) }
  })
  checkGroup(call, trace, 'process')
  const text = snapshotText(trace, options)
  checkEvidence(call, trace, 'anything beside what a snapshot would show')
  if (!checkSoFar(options.soFar)) checkEnded(call, trace, 'more than a snapshot would show')
  const stored = storedText()
  if (stored === undefined || !hasPatterns(stored)) return text
  return checked(call, () => fitSnapshot(stored, text, options.order ?? 'sorted'))
}

function checkSnapshotOptions(given: unknown): TraceSnapshotOptions {
  const options = checkOptions<TraceSnapshotOptions>(given, ['order', 'soFar'])
  if (options.order !== undefined) choiceTest(options.order, 'order', ['sorted', 'recorded'])
  return options
}
