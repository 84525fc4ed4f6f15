// SPDX-License-Identifier: MIT
import { SessionError } from '../session/errors.ts'
import { check } from './checks.ts'
import type { Command, Values } from './command.ts'
import { readFacts } from './facts.ts'
import { type Finding, fail, ok, showFinding } from './finding.ts'
import { tryRecording } from './trial.ts'

const usage = `Usage: spyscall doctor [--json]

Looks at the kernel, its settings, the container, the helper and its privileges, then records
a child. One line each: ok, warn, or fail with what to do. The exit code is 0 when tests can
record here, 1 when they cannot: a step for CI.

  --json  {"ok": boolean, "findings": [{"name", "state", "text", "remedy"?, "detail"?}]}`

export const doctor: Command = {
  name: 'doctor',
  summary: 'tell whether tests can record here, and what to do where they cannot',
  usage,
  options: { json: { type: 'boolean' } },
  run,
}

async function run({ json }: Values): Promise<number> {
  const findings = await examine()
  const fine = findings.every(({ state }) => state !== 'fail')
  if (json === true) {
    console.log(JSON.stringify({ ok: fine, findings }, undefined, 2))
  } else {
    for (const finding of findings) console.log(showFinding(finding))
    console.log(fine ? '\nTests can record here.' : '\nTests cannot record here.')
  }
  return fine ? 0 : 1
}

/** All findings, the trial last. What was thought to be in the way of a trial that succeeded was not. */
async function examine(): Promise<Finding[]> {
  const found = check(readFacts())
  if (found.length === 1) return found
  const explained = found.some(({ state }) => state === 'fail')
  const trial = await tried(explained)
  if (trial.some(({ state }) => state === 'fail')) return [...found, ...trial]
  return [...found.map((one) => (one.state === 'fail' ? { ...one, state: 'warn' as const } : one)), ...trial]
}

/** `explained`: another finding tells the reason of a failure. */
async function tried(explained: boolean): Promise<Finding[]> {
  const name = 'trial'
  try {
    const { openMs, events, capabilities } = await tryRecording()
    const text = `a session was opened in ${Math.round(openMs)} ms, and a child recorded with ${events} events, none lost`
    return [ok(name, text), hooks(capabilities)]
  } catch (error) {
    if (!(error instanceof SessionError)) return [fail(name, error instanceof Error ? error.message : String(error))]
    const detail = error.detail === undefined ? {} : { detail: error.detail }
    // Its own remedy is to set up, or to ask the doctor.
    if (error.code !== 'NOT_PERMITTED') return [{ ...fail(name, error.message), ...detail }]
    const remedy = explained
      ? undefined
      : 'nothing above explains it: a seccomp filter may refuse bpf() (docker run --security-opt seccomp=unconfined tells), or a security module (see the audit log)'
    return [{ ...fail(name, `Cannot ${error.operation}: ${error.errno}`, remedy), ...detail }]
  }
}

/** Nothing that anybody has to mend: what is not settled inside the call is told as it was at its return. */
function hooks(capabilities: readonly string[]): Finding {
  const kinds = ['lsm', 'fentry'].filter((kind) => capabilities.includes(kind)).join(' and ')
  return kinds === ''
    ? ok(
        'hooks',
        'this kernel takes no lsm or fentry programs: what threads change in the middle of a call can be told late (docs/limits.md)',
      )
    : ok('hooks', `${kinds} programs see opens and connects from inside the call`)
}
