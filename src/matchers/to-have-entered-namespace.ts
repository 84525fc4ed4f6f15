// SPDX-License-Identifier: MIT
import { firstOf } from '../trace/classes.ts'
import type { NamespaceEvent, NamespaceType } from '../trace/event.ts'
import { type AsymmetricMatcher, printValue } from '../trace/pattern.ts'
import { checked } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { alike, type Criterion, choiceTest, resultCriterion } from './criteria.ts'
import { question, type SearchOptions } from './question.ts'
import { answer, type Search } from './search.ts'

export interface EnteredNamespaceOptions extends SearchOptions {
  /** How: `'clone'` (also clone3) and `'unshare'` make new ones, `'setns'` enters one that is there. */
  readonly call?: NamespaceEvent['call'] | AsymmetricMatcher
  /** Look for failed attempts with this errno, such as `'EPERM'`. */
  readonly errno?: string | AsymmetricMatcher
}

const types: readonly NamespaceType[] = ['mnt', 'uts', 'ipc', 'pid', 'net', 'cgroup', 'time', 'user']

/**
 * A process came into a namespace of its own, or into another one: unshare, setns, or clone, of which it is the child that does. Being made inside one, as all descendants are, is none. Its
 * absence, and `times`, need a complete trace in which nobody still runs.
 */
export function toHaveEnteredNamespace(
  this: MatcherContext,
  received: unknown,
  ...args: [type?: NamespaceType | AsymmetricMatcher, options?: EnteredNamespaceOptions]
): MatcherResult {
  const call: Call = { context: this, matcher: 'toHaveEnteredNamespace', args }
  return answer(checked(call, () => searchOf(call, received)))
}

export function searchOf(call: Call, received: unknown): Search<NamespaceEvent> {
  const { trace, options, by, base } = question<EnteredNamespaceOptions>(
    call,
    received,
    ['call', 'errno'],
    'the type of namespace',
  )
  const [type] = call.args
  const conditions: Criterion<NamespaceEvent>[] = [anyType, resultCriterion(options.errno)]
  if (options.call !== undefined) conditions.push(callCriterion(options.call))
  return {
    ...base,
    subject: 'namespace entry',
    link: 'of',
    kinds: ['namespace'],
    target: type === undefined ? null : typeCriterion(type),
    conditions: [...conditions, ...by],
    distance: () => 1,
    otherwise: () => (firstOf(trace, ['namespace'], () => true) === null ? ['No namespace was entered.'] : []),
  }
}

/** unshare takes other things apart too. */
const anyType: Criterion<NamespaceEvent> = alike<NamespaceEvent>({
  printed: '',
  test: ({ types: entered }) => (entered.length > 0 ? 'yes' : 'no'),
  reason: () => 'it asked for no namespace',
})

function typeCriterion(expected: unknown): Criterion<NamespaceEvent> {
  const matches = choiceTest(expected, 'type', types)
  return alike<NamespaceEvent>({
    printed: printValue(expected),
    test: ({ types: entered }) => (entered.some(matches) ? 'yes' : 'no'),
    reason: ({ types: entered }) => (entered.length === 0 ? '' : 'another type of namespace'),
  })
}

function callCriterion(expected: unknown): Criterion<NamespaceEvent> {
  const matches = choiceTest(expected, 'call', ['clone', 'clone3', 'unshare', 'setns'])
  return alike<NamespaceEvent>({
    printed: `call ${printValue(expected)}`,
    test: ({ call }) => (matches(call) || (expected === 'clone' && call === 'clone3') ? 'yes' : 'no'),
    reason: ({ call }) => `its call is ${call}`,
  })
}
