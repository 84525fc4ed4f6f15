// SPDX-License-Identifier: MIT
import type { Architecture } from '../trace/architecture.ts'
import { callNames, callNamesOf } from '../trace/call-names.ts'
import type { SyscallEvent } from '../trace/event.ts'
import { MisuseError, misuse } from '../trace/misuse.ts'
import { closest } from '../trace/nearest.ts'
import { type AsymmetricMatcher, isAsymmetric, printValue } from '../trace/pattern.ts'
import { checkCall, checked } from './check.ts'
import type { Call, MatcherContext, MatcherResult } from './context.ts'
import { alike, type Criterion, resultCriterion } from './criteria.ts'
import { question, type SearchOptions } from './question.ts'
import { answer, type Search } from './search.ts'

/** A register: a number stands for its 32 or 64 bits (`-100` is AT_FDCWD); an asymmetric matcher sees the 64 bits as a bigint. */
export type RegisterValue = number | bigint | AsymmetricMatcher

export interface CalledSyscallOptions extends SearchOptions {
  /** What a call that worked gave back. */
  readonly result?: number | AsymmetricMatcher
  /** Calls that failed with this errno. */
  readonly errno?: string | AsymmetricMatcher
  /** The first of its arguments, as registers; a pointer is an address. */
  readonly arguments?: readonly RegisterValue[]
}

const known = ['result', 'errno', 'arguments'] as const

/**
 * A system call was made, by its name, whatever became of it. The session has to be asked for its events. Its absence, and `times`, need a complete trace in which nobody still runs.
 */
export function toHaveCalledSyscall(
  this: MatcherContext,
  received: unknown,
  ...args: [name: string, options?: CalledSyscallOptions]
): MatcherResult {
  const call: Call = { context: this, matcher: 'toHaveCalledSyscall', args }
  const search = checked(call, () => searchOf(call, received))
  checkCall(call, search.trace, args[0])
  return answer(search)
}

export function searchOf(call: Call, received: unknown): Search<SyscallEvent> {
  const { options, by, base } = question<CalledSyscallOptions>(call, received, known, null)
  const name = checkName(call.args[0], base.trace.info.architecture)
  if (options.result !== undefined && options.errno !== undefined)
    throw new MisuseError('The `result` option cannot be used with `errno`: a call that failed gave nothing back.')
  const conditions: Criterion<SyscallEvent>[] = []
  if (options.errno !== undefined) conditions.push(resultCriterion(options.errno))
  if (options.result !== undefined) conditions.push(valueCriterion(options.result))
  if (options.arguments !== undefined) conditions.push(argumentsCriterion(options.arguments))
  return {
    ...base,
    subject: 'syscall',
    link: '',
    kinds: ['syscall'],
    target: alike<SyscallEvent>({
      printed: name,
      test: (event) => (event.call === name ? 'yes' : 'no'),
      reason: () => 'another call',
    }),
    conditions: [...conditions, ...by],
    distance: () => null,
  }
}

function checkName(name: unknown, architecture: Architecture): string {
  if (typeof name === 'string' && callNames.has(name)) {
    if (callNamesOf[architecture].has(name)) return name
    throw misuse(`the name of a system call of ${architecture}, where the trace was recorded`, name)
  }
  const meant = typeof name === 'string' ? closest(name, callNames) : null
  throw misuse(
    "the name of a system call, such as 'getrandom'",
    name,
    meant === null ? undefined : `Did you mean '${meant}'?`,
  )
}

function valueCriterion(expected: unknown): Criterion<SyscallEvent> {
  if (!isAsymmetric(expected) && (typeof expected !== 'number' || !Number.isInteger(expected)))
    throw misuse('the `result` option to be an integer or an asymmetric matcher', expected)
  const matches = (value: number) => (isAsymmetric(expected) ? expected.asymmetricMatch(value) : value === expected)
  return {
    printed: `result ${printValue(expected)}`,
    test: ({ result }) => (result.ok && matches(result.value) ? 'yes' : 'no'),
    reason: ({ result }) => (result.ok ? `its result is ${result.value}` : `failed: ${result.errno ?? 'no answer'}`),
  }
}

function argumentsCriterion(expected: unknown): Criterion<SyscallEvent> {
  if (!Array.isArray(expected) || expected.length > 6)
    throw misuse('the `arguments` option to be an array of at most 6 values', expected)
  const tests = expected.map(registerTest)
  return {
    printed: `arguments ${printValue(expected)}`,
    test: ({ arguments: given }) => (tests.every((test, index) => test(given[index] as bigint)) ? 'yes' : 'no'),
    reason: ({ arguments: given }) => {
      const index = tests.findIndex((test, at) => !test(given[at] as bigint))
      return `arguments[${index}] is ${registerText(given[index] as bigint)}, not ${printValue(expected[index])}`
    },
  }
}

function registerTest(expected: unknown, index: number): (register: bigint) => boolean {
  if (isAsymmetric(expected)) return (register) => expected.asymmetricMatch(register)
  const isInteger = typeof expected === 'bigint' || (typeof expected === 'number' && Number.isInteger(expected))
  if (!isInteger) throw misuse(`\`arguments[${index}]\` to be an integer, a bigint or an asymmetric matcher`, expected)
  const value = BigInt(expected as number | bigint)
  return (register) => {
    const bits = BigInt.asUintN(64, register)
    return bits === BigInt.asUintN(64, value) || (fitsInt(value) && bits === BigInt.asUintN(32, value))
  }
}

/** Of an `int` argument the upper half of the register means nothing, and is often zero. */
function fitsInt(value: bigint): boolean {
  return BigInt.asIntN(32, value) === value
}

function registerText(register: bigint): string {
  const bits = BigInt.asUintN(64, register)
  return bits < 1024n ? String(bits) : `0x${bits.toString(16)}`
}
