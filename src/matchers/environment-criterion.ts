// SPDX-License-Identifier: MIT
import { hiddenBy } from '../trace/environment-policy.ts'
import type { Environment, ExecEvent, Text } from '../trace/event.ts'
import { misuse } from '../trace/misuse.ts'
import { type AsymmetricMatcher, type Pattern, printValue, type Verdict, valuePattern } from '../trace/pattern.ts'
import type { TraceView } from '../trace/view.ts'
import { EvidenceError, sessionRemedy } from './check.ts'
import type { Call } from './context.ts'
import type { Criterion } from './criteria.ts'
import { headed } from './message.ts'

/** Variables with the values that they are to have; null for one that is not to be set. */
export type EnvironmentExpectation = Readonly<Record<string, string | RegExp | AsymmetricMatcher | null>>

/** One variable: `pattern` is null where it is not to be set. */
interface Variable {
  readonly name: string
  readonly pattern: Pattern | null
}

/** Variables of the environment; those that are not named may be what they like. Throws EvidenceError where the session did not record their values. */
export function environmentCriterion(call: Call, trace: TraceView, expected: unknown): Criterion<ExecEvent> {
  const variables = variablesOf(expected)
  checkVariables(call, trace, variables)
  const verdictOf = ({ env }: ExecEvent, variable: Variable): Verdict => (env === null ? 'no' : match(env, variable))
  return {
    printed: `env ${printValue(expected)}`,
    test: (event) => {
      const verdicts = variables.map((variable) => verdictOf(event, variable))
      return verdicts.includes('no') ? 'no' : verdicts.includes('unknown') ? 'unknown' : 'yes'
    },
    reason: (event) => {
      const { env } = event
      if (env === null) return ''
      const missed = variables.find((variable) => verdictOf(event, variable) === 'no')
      return missed === undefined ? 'its environment could not be read whole' : reasonOf(missed, env.get(missed.name))
    },
  }
}

function variablesOf(expected: unknown): readonly Variable[] {
  const isPlain =
    typeof expected === 'object' &&
    expected !== null &&
    [Object.prototype, null].includes(Object.getPrototypeOf(expected))
  if (!isPlain) throw misuse('the `env` option to be an object of variables and their values', expected)
  const entries = Object.entries(expected)
  if (entries.length === 0)
    throw misuse('the `env` option to name a variable', expected, 'Leave it out to mean any environment.')
  return entries.map(([name, value]) => {
    if (name === '' || /[=\0]/.test(name)) throw misuse('the `env` option to have names of variables', name)
    const what = `the value of \`env.${name}\``
    if (value === undefined) throw misuse(`${what} to be given`, value, 'null stands for a variable that is not set.')
    return { name, pattern: value === null ? null : valuePattern(value, what) }
  })
}

/** A variable without a value (an entry without `=`) is not set: getenv(3) does not find it. */
function match(env: Environment, { name, pattern }: Variable): Verdict {
  const value = env.get(name)
  if (value === undefined && !env.complete) return 'unknown'
  if (!isSet(value)) return pattern === null ? 'yes' : 'no'
  if (pattern === null) return 'no'
  return value === null ? 'unknown' : pattern.match(value)
}

function isSet(value: Text | null | undefined): value is Text | null {
  return value !== undefined && !(typeof value === 'object' && value?.status === 'absent')
}

function reasonOf({ name }: Variable, value: Text | null | undefined): string {
  if (!isSet(value)) return `${name} is not set`
  return typeof value === 'string' ? `${name} is ${printValue(value)}` : `${name} is set`
}

/** Whether a variable is there, every recorded environment tells; its value only where the session was asked for it. */
function checkVariables(call: Call, trace: TraceView, variables: readonly Variable[]): void {
  const { env } = trace.info
  const names = variables.map(({ name }) => name)
  if (env === false) refuse(call, `Expected a trace with environments, got one without.`, names)
  const hidden = hiddenBy(env)
  for (const { name, pattern } of variables) {
    if (pattern === null) continue
    const why = hidden(name)
    const wanted = [
      ...(env === true ? ['*'] : (env as readonly string[])),
      ...names.filter((one) => hidden(one) !== null),
    ]
    if (why === 'secret')
      refuse(call, `Expected a trace with the value of \`${name}\`, which looks like a secret and is masked.`, wanted)
    if (why === 'notRecorded')
      refuse(call, `Expected a trace with the value of \`${name}\`, got one with those of ${list(env)}.`, wanted)
  }
}

function refuse(call: Call, what: string, wanted: readonly string[]): never {
  throw new EvidenceError('GROUP_NOT_RECORDED', headed(call, `${what} ${sessionRemedy('env', wanted)}`))
}

function list(env: TraceView['info']['env']): string {
  return Array.isArray(env) ? env.map((name) => `\`${name}\``).join(', ') : 'none'
}
