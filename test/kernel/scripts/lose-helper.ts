// SPDX-License-Identifier: MIT
// Opens a session, records a child, waits for its helper to be killed (a line on stdin), and says what the trace then says.
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { openSession } from '../../../src/session/index.ts'

const session = await openSession()
spawnSync('/bin/echo', ['before'])
console.log(JSON.stringify({ complete: session.trace.complete }))
await once(process.stdin, 'data')
spawnSync('/bin/echo', ['after'])
const trace = await session.stop()
console.log(
  JSON.stringify({
    complete: trace.complete,
    reasons: trace.gaps.map((gap) => gap.reason),
    recorded: trace.ofKind('exec').flatMap((event) => (event.result.ok ? [event.argv[1]] : [])),
  }),
)
const next = await openSession()
spawnSync('/bin/echo', ['next'])
console.log(
  JSON.stringify({
    recorded: (await next.stop()).ofKind('exec').flatMap((event) => (event.result.ok ? [event.argv[1]] : [])),
  }),
)
process.stdin.destroy()
