// SPDX-License-Identifier: MIT
import { emitWarning } from 'node:process'
import type { Entry } from '../trace/hermetic/entry.ts'
import { type HermeticPolicy, policyKeys } from '../trace/hermetic/policy.ts'
import { neededGroups, review } from '../trace/hermetic/review.ts'
import { misuse } from '../trace/misuse.ts'
import type { TraceView } from '../trace/view.ts'
import {
  checkAnybody,
  checkEnded,
  checkEvidence,
  checked,
  checkOptions,
  checkSoFar,
  checkTrace,
  EvidenceError,
  eventsRemedy,
} from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { choiceTest } from './criteria.ts'
import { doubtLines, entryText, hermeticMessage, uncertainLines } from './hermetic-message.ts'
import { headed } from './message.ts'

export interface HermeticOptions {
  /**
   * What becomes of entries that nothing in the trace was. Every failing message names them; where the run is hermetic, `'warn'` (the default) tells them once by a warning of the process, `'fail'` fails, `'ignore'` says
   * nothing: for a policy that several tests share.
   */
  readonly unused?: 'warn' | 'fail' | 'ignore'
  /** The verdict is about what happened so far: processes that still run do not stand in its way. */
  readonly soFar?: boolean
}

const absent = 'an access that the policy does not declare'

/**
 * Everything that the trace's processes read, looked at, wrote, executed and connected to is declared by a policy. That it is rests on absence: it needs a complete trace with the groups process, file, network and probe,
 * in which nobody still runs.
 */
export function toBeHermetic(
  this: MatcherContext,
  received: unknown,
  ...args: [policy: HermeticPolicy, options?: HermeticOptions]
): MatcherResult {
  const call: Call = { context: this, matcher: 'toBeHermetic', args }
  const isNot = this.isNot === true
  const { trace, policy, unusedIs, soFar } = checked(call, () => readArguments(received, args))
  checkGroups(call, trace, policy)
  const found = checked(call, () => review(trace, policy))
  const { violations, doubts, unused } = found
  const strict = unusedIs === 'fail' && !isNot
  const pass = violations.length === 0 && !(strict && unused.length > 0)
  if (violations.length === 0) checkEvidence(call, trace, absent, doubtLines(trace, doubts))
  else if (isNot && !violations.some(({ certain }) => certain))
    checkEvidence(call, trace, absent, uncertainLines(trace, violations))
  if (pass && !isNot) {
    if (!soFar) checkEnded(call, trace, absent)
    checkAnybody(call, trace, absent)
    if (unusedIs === 'warn') warnOf(unused)
  }
  const shown = unusedIs === 'ignore' ? { ...found, unused: [] } : found
  return { pass, message: () => hermeticMessage(call, trace, shown, strict) }
}

function readArguments(received: unknown, [given, options]: readonly unknown[]) {
  const trace = checkTrace(received)
  if (given === undefined || given === null) throw misuse('the policy to be an object', given, '`{}` declares nothing.')
  const policy = checkOptions<HermeticPolicy>(given, policyKeys)
  const { unused = 'warn', soFar } = checkOptions<HermeticOptions>(options, ['unused', 'soFar'])
  choiceTest(unused, 'unused', ['warn', 'fail', 'ignore'])
  return { trace, policy, unusedIs: unused, soFar: checkSoFar(soFar) }
}

/** All that is missing is told at once, since a session is opened anew for it. */
function checkGroups(call: Call, trace: TraceView, policy: HermeticPolicy): void {
  const { groups } = trace.info
  const missing = neededGroups(policy).filter((group) => !groups.includes(group))
  if (missing.length === 0) return
  const without =
    missing.length === 1 && missing[0] === 'probe'
      ? ' Or write `probes: false` into the policy: then it says nothing of what is only looked at.'
      : ''
  const text = `Expected a trace with the events that the policy is about, got one without ${missing.map((name) => `\`${name}\``).join(', ')}. ${eventsRemedy([...groups, ...missing])}${without}`
  throw new EvidenceError('GROUP_NOT_RECORDED', headed(call, text))
}

const told = new Set<string>()

/** An assertion that holds has no message: what is stale in its policy is told once, and fails nothing. */
function warnOf(unused: readonly Entry[]): void {
  const fresh = unused.map(entryText).filter((text) => !told.has(text))
  if (fresh.length === 0) return
  for (const text of fresh) told.add(text)
  emitWarning(`the policy of toBeHermetic has entries that nothing in the trace was: ${fresh.join('; ')}`, {
    type: 'UnusedPolicyEntry',
    code: 'SPYSCALL_UNUSED_POLICY_ENTRY',
    detail: "Take them out, or say `{ unused: 'ignore' }` where several tests share the policy.",
  })
}
