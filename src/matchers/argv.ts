// SPDX-License-Identifier: MIT
import { quoteArgument } from '../trace/escape.ts'
import type { ExecEvent, Text } from '../trace/event.ts'
import { misuse } from '../trace/misuse.ts'
import { commandOf } from '../trace/names.ts'
import { anyOf, isAsymmetric, type Pattern, printValue, type Verdict, valuePattern } from '../trace/pattern.ts'
import type { Criterion } from './criteria.ts'

/**
 * The argument list, name of the program included. An array is the whole list; `expect.arrayContaining` and its kin see it as
 * strings. Of a script both lists count: the one that was asked for, and the kernel's with the interpreter in front.
 */
export function argvCriterion(argv: unknown): Criterion<ExecEvent> {
  const printed = `argv ${printValue(argv)}`
  const matches = Array.isArray(argv) ? wholeList(argv) : listMatcher(argv)
  return {
    printed,
    test: (event) => anyOf(listsOf(event).map(matches)),
    reason: (event) => (event.result.ok ? reasonOf(argv, commandOf(event)) : ''),
  }
}

function listsOf(event: ExecEvent): readonly (readonly Text[])[] {
  return event.script === null ? [event.argv] : [commandOf(event), event.argv]
}

function wholeList(expected: readonly unknown[]): (actual: readonly Text[]) => Verdict {
  const patterns = elementPatterns(expected)
  return (actual) => {
    if (actual.length !== patterns.length) return 'no'
    const verdicts = patterns.map((pattern, index) => pattern.match(actual[index]!))
    return verdicts.includes('no') ? 'no' : verdicts.includes('unknown') ? 'unknown' : 'yes'
  }
}

function elementPatterns(expected: readonly unknown[]): Pattern[] {
  return expected.map((element, index) => valuePattern(element, `\`argv[${index}]\``))
}

function listMatcher(expected: unknown): (actual: readonly Text[]) => Verdict {
  if (!isAsymmetric(expected))
    throw misuse(
      'the `argv` option to be an array or an asymmetric matcher such as `expect.arrayContaining([…])`',
      expected,
    )
  return (actual) => {
    if (
      expected.asymmetricMatch(
        actual.filter((argument) => typeof argument === 'string' || argument.status !== 'absent'),
      )
    )
      return 'yes'
    return actual.every((argument) => typeof argument === 'string') ? 'no' : 'unknown'
  }
}

function reasonOf(expected: unknown, actual: readonly Text[]): string {
  if (actual.some((argument) => typeof argument !== 'string')) return 'a part of its argv could not be read'
  if (Array.isArray(expected)) return differenceOf(elementPatterns(expected), actual)
  const { sample, inverse } = expected as { sample?: unknown; inverse?: boolean }
  if (String(expected) === 'ArrayContaining' && Array.isArray(sample) && inverse !== true) {
    const missing = sample.filter((element) => !actual.some((argument) => holds(element, argument)))
    if (missing.length > 0) return `argv lacks ${missing.map(printValue).join(', ')}`
  }
  return `argv does not match ${printValue(expected)}`
}

function holds(element: unknown, argument: Text): boolean {
  if (typeof element === 'string') return element === argument
  return isAsymmetric(element) && element.asymmetricMatch(argument)
}

function differenceOf(patterns: readonly Pattern[], actual: readonly Text[]): string {
  if (lacksName(patterns, actual))
    return `argv begins with the program's own name, ${quoteArgument(actual[0]!)}: [${[printValue(actual[0]), ...patterns.map(({ printed }) => printed)].join(', ')}]`
  for (const [index, pattern] of patterns.entries()) {
    const argument = actual[index]
    if (argument === undefined) break
    if (pattern.match(argument) !== 'yes') return `argv[${index}] is ${quoteArgument(argument)}, not ${pattern.printed}`
  }
  return `argv has ${actual.length} elements, not ${patterns.length}`
}

function lacksName(patterns: readonly Pattern[], actual: readonly Text[]): boolean {
  return (
    actual.length === patterns.length + 1 &&
    patterns.every((pattern, index) => pattern.match(actual[index + 1]!) === 'yes')
  )
}
