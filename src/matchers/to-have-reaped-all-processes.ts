// SPDX-License-Identifier: MIT
import { MisuseError } from '../trace/misuse.ts'
import { checkAnybody, checkEvidence, checked, checkGroup, checkTrace } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { reapedMessage, stillRunning } from './message.ts'

/**
 * Every process that was started has ended, by now: nothing outlives the test. Both verdicts need a complete trace, since an end that was lost makes a process seem to run. Who ended and was not
 * waited for (a zombie) has ended.
 */
export function toHaveReapedAllProcesses(this: MatcherContext, received: unknown, ...args: []): MatcherResult {
  const call: Call = { context: this, matcher: 'toHaveReapedAllProcesses', args }
  const trace = checked(call, () => {
    if ((args as readonly unknown[]).some((argument) => argument !== undefined))
      throw new MisuseError('`toHaveReapedAllProcesses` takes no arguments.')
    return checkTrace(received)
  })
  checkGroup(call, trace, 'process')
  checkEvidence(call, trace, 'a process that still runs')
  const pass = stillRunning(trace).length === 0
  if (pass && this.isNot !== true) checkAnybody(call, trace, 'process that could outlive the test')
  return { pass, message: () => reapedMessage(call, trace) }
}
