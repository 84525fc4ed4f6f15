// SPDX-License-Identifier: MIT
// Runs a command in, beside or without a session, and prints what came out.
import { spawnSync } from 'node:child_process'
import { openSession } from 'spyscall'
import type { RunRequest, RunResult } from '../subject.ts'

const { tracing, session: options, command, cwd } = JSON.parse(process.argv[2] ?? '') as RunRequest
// Under scope 'run', what is started outside of `session.run` is not recorded.
const session =
  tracing === 'none'
    ? undefined
    : await openSession({ ...options, scope: tracing === 'traced' ? 'descendants' : 'run' })
const [program = '', ...args] = command
const { MAKEFLAGS: _, ...env } = process.env
const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8', maxBuffer: 1 << 28 })
if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}: ${stderr}`)
const start = performance.now()
const trace = await session?.stop()
const stopMs = performance.now() - start
const lost = trace === undefined ? 0 : Object.values(trace.lost).reduce((sum, count) => sum + count, 0)
const gaps = trace?.gaps.map((gap) => gap.text) ?? []
const result: RunResult = { stdout, stderr, events: trace?.events.length ?? 0, lost, gaps, stopMs }
console.log(JSON.stringify(result))
