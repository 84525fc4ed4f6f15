// SPDX-License-Identifier: MIT
// Compares what tests say that they saw with the files that the programs left.

/** What one attempt of one test says of its trace: test/runners/spec/subject.cjs writes it. */
export interface Claim {
  readonly test: string
  /** Of the programs that the test started. No other attempt has them. */
  readonly tags: readonly string[]
  /** Some of them went on after the trace was read: what they did later is not in it. */
  readonly running: boolean
  /** Why the trace is incomplete, if it is. */
  readonly gaps: readonly string[]
  readonly processes: readonly { readonly pid: number; readonly argv: readonly unknown[] }[]
  /** Names of the programs' own files that the trace says were opened. */
  readonly opened: readonly string[]
}

/** Sentences about what is missing in a trace, and what is in it that is another's. `signed` has names of the form TAG.PID, each left by one process. */
export function judge(signed: readonly string[], claims: readonly Claim[]): string[] {
  return claims.flatMap((claim) => judgeClaim(signed, claim))
}

function judgeClaim(signed: readonly string[], { test, tags, running, gaps, processes, opened }: Claim): string[] {
  const own = signed.filter((name) => tags.includes(tagOf(name)))
  const problems = gaps.map((gap) => `${test}: the trace is incomplete: ${gap}`)
  for (const tag of tags) {
    if (!own.some((name) => tagOf(name) === tag)) problems.push(`${test}: nothing was started with the tag ${tag}`)
  }
  const pids = own.map(pidOf)
  const seen = processes.map(({ pid }) => pid)
  for (const { pid, argv } of processes) {
    if (!pids.includes(pid)) problems.push(`${test}: process ${pid} is another's: ${argv.join(' ')}`)
  }
  problems.push(...repeated(seen).map((pid) => `${test}: process ${pid} is in the trace twice`))
  problems.push(...opened.filter((name) => !own.includes(name)).map((name) => `${test}: another's open of ${name}`))
  problems.push(...repeated(opened).map((name) => `${test}: the open of ${name} is in the trace twice`))
  const missing = running
    ? tags.filter((tag) => !opened.some((name) => tagOf(name) === tag))
    : own.filter((name) => !seen.includes(pidOf(name)) || !opened.includes(name))
  problems.push(...missing.map((name) => `${test}: ${name} is missing`))
  return problems
}

function repeated<Value>(values: readonly Value[]): Value[] {
  return values.filter((value, n) => values.indexOf(value) !== n)
}

function tagOf(name: string): string {
  return name.slice(0, name.lastIndexOf('.'))
}

function pidOf(name: string): number {
  return Number(name.slice(name.lastIndexOf('.') + 1))
}
