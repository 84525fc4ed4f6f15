// SPDX-License-Identifier: MIT
import { showText } from '../trace/escape.ts'
import type { Text, TraceEvent } from '../trace/event.ts'
import type { History, Span } from '../trace/history.ts'
import { errnoNames, signalNames } from '../trace/linux.ts'
import { MisuseError, misuse } from '../trace/misuse.ts'
import { type Program, programPattern, shortName } from '../trace/names.ts'
import { closest } from '../trace/nearest.ts'
import { type AsymmetricMatcher, isAsymmetric, pathPattern, printValue, type Verdict } from '../trace/pattern.ts'
import type { Process } from '../trace/process.ts'
import type { Sighting } from '../trace/sighting.ts'
import type { Alike, Outcome } from '../trace/traits.ts'

/** One thing that is asked of an event. */
export interface Criterion<E> {
  /** Its part of the expectation, such as `argv ["-c"]`; empty when it goes without saying. */
  readonly printed: string
  /**
   * What it looks at: `'alike'` only what a class of events shares, `'doer'` only who did it and when, `'moment'` both, so that no event has to be decoded for it. Left out: anything. Made by
   * `alike`, `ofDoer` and `atMoment`, whose types see to it.
   */
  readonly looksAt?: 'alike' | 'doer' | 'moment'
  /** Of `'moment'`, asked once for each class: the verdict on all of it, or what gives that on each event. */
  of?(shared: unknown): Verdict | ByDoer
  test(event: E): Verdict
  /** Why the event missed, or (of `unknown`) what is not known; empty when another criterion says it better. */
  reason(event: E): string
  /** What to add to an event that matched, such as by which name. */
  note?(event: E): string | null
}

/** Who did it, and when. */
export type Doer = Pick<Sighting, 'process' | 'seq'>

export type ByDoer = (doer: Doer) => Verdict

type Wording<E> = Omit<Criterion<E>, 'looksAt' | 'test' | 'of'>

interface CriterionOver<E, S> extends Wording<E> {
  test(seen: S): Verdict
}

/** A criterion that is asked once for all events that are alike. */
export function alike<E extends TraceEvent>(criterion: CriterionOver<E, Alike<E>>): Criterion<E> {
  return { ...criterion, looksAt: 'alike', test: criterion.test as Criterion<E>['test'] }
}

/** A criterion that asks who did it. */
export function ofDoer<E extends TraceEvent>(criterion: CriterionOver<E, Doer>): Criterion<E> {
  return { ...criterion, looksAt: 'doer' }
}

/** A criterion that is asked once for all events that are alike, and where that does not decide it, who did each of them and when. */
export function atMoment<E extends TraceEvent>(
  criterion: Wording<E> & { of(shared: Alike<E>): Verdict | ByDoer },
): Criterion<E> {
  const of = criterion.of as (shared: unknown) => Verdict | ByDoer
  const test = (event: E): Verdict => {
    const verdict = of(event)
    return typeof verdict === 'string' ? verdict : verdict(event)
  }
  return { ...criterion, of, looksAt: 'moment', test }
}

/** The call worked; or, when an errno is asked for, it failed with that. */
export function resultCriterion(errno: unknown): Criterion<{ readonly result: Outcome }> {
  if (errno === undefined) {
    return {
      printed: '',
      looksAt: 'alike',
      test: ({ result }) => (result.ok ? 'yes' : 'no'),
      reason: ({ result }) => (result.ok ? '' : `failed: ${result.errno ?? 'no answer'}`),
    }
  }
  const matches = errnoTest(errno)
  return {
    printed: `errno ${printValue(errno)}`,
    looksAt: 'alike',
    test: ({ result }) => (!result.ok && matches(result.errno) ? 'yes' : 'no'),
    reason: ({ result }) => (result.ok ? 'it worked' : `failed with ${result.errno ?? 'no answer'}`),
  }
}

/** A name of an error as the kernel's headers have it. */
export function errnoTest(errno: unknown): (actual: string | null) => boolean {
  return wordTest(errno, '`errno`', errnoWords, "a name such as 'ENOENT'")
}

/** A name of a signal. */
export function signalTest(signal: unknown): (actual: string | null) => boolean {
  return wordTest(signal, '`signal`', signalWords, "a name such as 'SIGKILL'")
}

interface Words {
  readonly names: ReadonlySet<string>
  /** What has a number and no name. */
  readonly numbered: RegExp
  /** Second names: a record holds the first. */
  readonly aliases: Readonly<Record<string, string>>
  readonly prefix: string
}

const errnoWords: Words = {
  names: errnoNames,
  numbered: /^E\d+$/,
  aliases: { EWOULDBLOCK: 'EAGAIN', EDEADLOCK: 'EDEADLK', ENOTSUP: 'EOPNOTSUPP' },
  prefix: 'E',
}

const signalWords: Words = {
  names: signalNames,
  numbered: /^SIGRT\d+$/,
  aliases: { SIGIOT: 'SIGABRT', SIGPOLL: 'SIGIO', SIGCLD: 'SIGCHLD' },
  prefix: 'SIG',
}

function wordTest(expected: unknown, what: string, words: Words, example: string): (actual: string | null) => boolean {
  if (isAsymmetric(expected)) return (actual) => expected.asymmetricMatch(actual)
  if (typeof expected !== 'string' || !(words.names.has(expected) || words.numbered.test(expected))) {
    const meant = typeof expected === 'string' ? meantWord(expected, words) : null
    const remedy = meant === null ? undefined : `Did you mean '${meant}'?`
    throw misuse(`the ${what} option to be ${example} or an asymmetric matcher`, expected, remedy)
  }
  return (actual) => actual === expected
}

function meantWord(word: string, { names, aliases, prefix }: Words): string | null {
  const upper = word.toUpperCase()
  const prefixed = prefix + upper
  return aliases[upper] ?? (names.has(prefixed) ? prefixed : closest(upper, names))
}

/** One of a closed set of words, or an asymmetric matcher. */
export function choiceTest<T extends string>(
  expected: unknown,
  what: string,
  choices: readonly T[],
): (actual: T) => boolean {
  if (isAsymmetric(expected)) return (actual) => expected.asymmetricMatch(actual)
  const index = choices.indexOf(expected as T)
  if (index >= 0) return (actual) => actual === choices[index]
  const meant = typeof expected === 'string' ? closest(expected, choices) : null
  const list = choices.map((choice) => `'${choice}'`).join(', ')
  throw misuse(
    `the \`${what}\` option to be one of ${list}`,
    expected,
    meant === null ? undefined : `Did you mean '${meant}'?`,
  )
}

/** A process ends by itself or by a signal: what asks for both could never match. */
export function refuseBothEnds(options: object, code: string): void {
  const { [code]: status, signal, coreDumped } = options as Readonly<Record<string, unknown>>
  const other = typeof signal === 'string' ? 'signal' : coreDumped === true ? 'coreDumped' : null
  if (typeof status === 'number' && other !== null)
    throw new MisuseError(`The \`${code}\` option cannot be used with \`${other}\`: what a signal ended has none.`)
}

/** The system call; one that went through io_uring has a longer name. */
export function plainCall(call: string): string {
  return call.replace(/^io_uring:/, '')
}

/** A number, or an asymmetric matcher. */
export function numberTest(
  expected: unknown,
  what: string,
  least: number,
  most: number,
): (actual: number | null) => boolean {
  if (isAsymmetric(expected)) return (actual) => expected.asymmetricMatch(actual)
  if (typeof expected !== 'number' || !Number.isInteger(expected) || expected < least || expected > most) {
    throw misuse(`the \`${what}\` option to be an integer from ${least} to ${most} or an asymmetric matcher`, expected)
  }
  return (actual) => actual === expected
}

/**
 * The program that did it: the one that its process ran at that moment, which for an exec is the one that called it. The test's own
 * process has no name here: `by: 'node'` is a Node that the test started, never the runner.
 */
export function byCriterion(by: unknown, root: string, history: History): Criterion<TraceEvent> {
  const pattern = programPattern(by, root, 'the `by` option')
  const verdictAt = programVerdict(history, (program) => (isTest(program) ? 'no' : pattern.match(program).verdict))
  return ofDoer({
    printed: `by ${pattern.printed}`,
    test: ({ process, seq }) => verdictAt(process, seq),
    reason: ({ process, seq }) => {
      const program = history.programAt(process, seq)
      return isTest(program)
        ? 'done by the test itself, which `by` does not name'
        : `done by ${showText(shortName(program))}`
    },
  })
}

/** Asks once of each program that a process ran, and remembers who was asked about last. */
export function programVerdict(
  history: History,
  test: (program: Program) => Verdict,
): (process: Process, seq: number) => Verdict {
  const verdicts = new Map<Program, Verdict>()
  let last: (Span & { readonly process: Process; readonly verdict: Verdict }) | undefined
  return (process, seq) => {
    if (last === undefined || last.process !== process || seq <= last.from || seq > last.until) {
      const span = history.spanAt(process, seq)
      const verdict = verdicts.get(span.program) ?? test(span.program)
      verdicts.set(span.program, verdict)
      last = { ...span, process, verdict }
    }
    return last.verdict
  }
}

function isTest(program: Program): boolean {
  return program.kind === 'root' && program.isTest
}

/** A folder. */
export function cwdCriterion<E extends TraceEvent & { readonly cwd: Text }>(cwd: unknown, root: string): Criterion<E> {
  const pattern = pathPattern(cwd, root, 'the `cwd` option')
  return {
    printed: `cwd ${pattern.printed}`,
    test: (event) => pattern.match(event.cwd),
    reason: (event) => `cwd is ${showText(event.cwd)}`,
  }
}

/** Arguments: the whole list, or an asymmetric matcher over it. */
export type ArgvExpectation = readonly (string | RegExp | AsymmetricMatcher)[] | AsymmetricMatcher
